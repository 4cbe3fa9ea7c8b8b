/** The runs of a comparison, each in a worker of its own, from their files to what is compared. */
import { resolve } from '$app/paths';
import { RunSession } from '#lib/run/run-session.svelte.ts';
import type { Session } from '#lib/run/session.ts';
import { encodeLink } from '#lib/storage/share-link.ts';
import type { ComparedRun } from '#lib/views/comparison/compared-run.ts';
import { scenarioFile } from '../scenario-files.ts';
import { nameOfRun, onBroker, type ChosenRun } from './chosen-runs.ts';
import { words } from './words.ts';

export class ChosenRunState {
  readonly name: string;
  readonly chosen: ChosenRun;
  readonly session: Session = new RunSession();
  text = $state.raw('');
  /** Why there is no run; '' while there may be one. */
  failed = $state.raw('');

  readonly result: ComparedRun | null = $derived.by(() => {
    const { idle, report, summary, trace, timeline } = this.session;
    if (!idle || this.failed !== '' || report === null || summary === null) return null;
    if (trace === null || timeline === null) return null;
    const document = JSON.parse(this.text) as Readonly<Record<string, unknown>>;
    return { name: this.name, document, topology: summary.topology, report, trace, timeline };
  });

  constructor(chosen: ChosenRun) {
    this.chosen = chosen;
    this.name = nameOfRun(chosen);
  }

  async start(): Promise<void> {
    const text = await scenarioFile(this.chosen.file)?.load();
    if (text === undefined) {
      this.failed = words.unknown(this.chosen.file);
      return;
    }
    const { on } = this.chosen;
    this.text = on === null ? text : onBroker(text, on);
    const opened = await this.session.open(this.text, `${this.chosen.file}.json`);
    if (!opened) this.failed = words.failed(this.name);
  }

  /** A file as it is goes by name; on another broker it is another document, which the link carries. */
  get labAddress(): string {
    const { file, on } = this.chosen;
    const link = on === null ? null : encodeLink(this.text);
    if (link === null || link.kind === 'refused') return `${resolve('/lab/')}?scenario=${file}`;
    return `${resolve('/lab/')}${link.hash}`;
  }

  close(): void {
    this.session.close();
  }
}

export class ComparisonRuns {
  readonly runs: readonly ChosenRunState[];

  /** Each run once, however often it is named. */
  constructor(chosen: readonly ChosenRun[]) {
    const names = chosen.map(nameOfRun);
    this.runs = chosen
      .filter((one, i) => names.indexOf(nameOfRun(one)) === i)
      .map((one) => new ChosenRunState(one));
  }

  get idle(): boolean {
    return this.runs.every(
      ({ result, failed, session }) => result !== null || failed !== '' || session.bug !== null,
    );
  }

  get finished(): readonly { readonly run: ComparedRun; readonly labAddress: string }[] {
    return this.runs.flatMap(({ result, labAddress }) =>
      result === null ? [] : [{ run: result, labAddress }],
    );
  }

  start(): void {
    for (const run of this.runs) void run.start();
  }

  close(): void {
    for (const run of this.runs) run.close();
  }
}
