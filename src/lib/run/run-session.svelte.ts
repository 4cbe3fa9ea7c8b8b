/**
 * One reader's run: what is being computed, how far it is, and what came out. A run that fails to start leaves the
 * outcome of the one before it in place.
 */
import { SimulationClient } from '#worker/client.ts';
import type { Problem, RunProgress, RunReport, ScenarioSummary } from '#worker/protocol.ts';

export interface RunOutcome {
  readonly file: string;
  readonly report: RunReport;
  readonly summary: ScenarioSummary;
  readonly records: ReadonlyMap<number, string>;
}

export class RunSession {
  running = $state(false);
  progress = $state.raw<RunProgress | null>(null);
  outcome = $state.raw<RunOutcome | null>(null);
  problems = $state.raw<{ readonly file: string; readonly list: readonly Problem[] } | null>(null);
  failure = $state<string | null>(null);

  readonly #client = new SimulationClient();

  async run(file: string, load: () => Promise<string>): Promise<void> {
    this.running = true;
    this.progress = null;
    this.problems = null;
    this.failure = null;
    try {
      const answer = await this.#client.run(await load(), (progress) => (this.progress = progress));
      switch (answer.kind) {
        case 'done':
          this.outcome = { file, report: answer.report, summary: answer.summary, records: answer.records };
          break;
        case 'refused':
          this.problems = { file, list: answer.problems };
          break;
        case 'bug':
          this.failure = `${file}: ${answer.message}`;
          break;
        case 'stopped':
          break;
      }
    } catch (error) {
      this.failure = `${file}: ${error instanceof Error ? error.message : String(error)}`;
    } finally {
      this.running = false;
    }
  }

  async stop(): Promise<void> {
    await this.#client.stop();
  }

  close(): void {
    this.#client.close();
  }
}
