/**
 * Runs the gallery's files one after the other in one worker, those that were asked for last first: whoever scrolls on
 * wants to see what is before them. What a run came to stays.
 */
import { SvelteMap } from 'svelte/reactivity';
import { RunSession } from '#lib/run/run-session.svelte.ts';
import type { Session } from '#lib/run/session.ts';
import type { Timeline } from '#lib/scene/timeline.ts';
import { scenarioFile } from '../scenario-files.ts';

export interface Ran {
  readonly timeline: Timeline;
  /** Claims whose verdict is not the one that the file expects. */
  readonly otherwise: readonly string[];
}

export type CardState = 'still' | 'waiting' | 'running' | 'failed' | Ran;

export class Gallery {
  readonly #states = new SvelteMap<string, CardState>();
  #session: Session | null = null;
  #wanted: string[] = [];
  #running = false;

  stateOf(name: string): CardState {
    return this.#states.get(name) ?? 'still';
  }

  want(name: string): void {
    if (this.#states.has(name)) return;
    this.#states.set(name, 'waiting');
    this.#wanted.push(name);
    void this.#work();
  }

  close(): void {
    this.#wanted = [];
    this.#session?.close();
    this.#session = null;
  }

  async #work(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    for (let name = this.#wanted.pop(); name !== undefined; name = this.#wanted.pop()) {
      this.#states.set(name, 'running');
      this.#states.set(name, await this.#run(name));
    }
    this.#running = false;
  }

  async #run(name: string): Promise<CardState> {
    const text = await scenarioFile(name)?.load();
    if (text === undefined) return 'failed';
    const session = (this.#session ??= new RunSession());
    if (!(await session.open(text, `${name}.json`))) return 'failed';
    while (!session.idle) await new Promise((resolve) => setTimeout(resolve, 20));
    const { timeline, summary, report } = session;
    if (timeline === null || summary === null || report === null) return 'failed';
    const otherwise = summary.expect
      .filter(({ check, verdict }) => report.verdicts.find(({ id }) => id === check)?.verdict !== verdict)
      .map(({ check }) => check);
    return { timeline, otherwise };
  }
}
