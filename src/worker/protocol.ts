/**
 * What crosses the boundary between page and worker. Everything here is plain data that structured cloning carries;
 * the trace itself does not cross yet, only the report of a finished run.
 */
import type { RunReport } from '#sim/run/report.ts';
import type { Problem } from '#sim/scenario/parse.ts';

export type { Problem, RunReport };

/** What the file says about itself, and the verdict that it is meant to show. */
export interface ScenarioSummary {
  readonly title: string;
  readonly question: string;
  readonly expect: readonly { readonly check: string; readonly verdict: string }[];
  readonly warnings: readonly Problem[];
}

export interface RunProgress {
  /** Virtual time reached, in microseconds. */
  readonly now: number;
  readonly horizon: number;
}

export type RunAnswer =
  | {
      readonly kind: 'done';
      readonly report: RunReport;
      readonly summary: ScenarioSummary;
      /** The records of the anomalies' chains by number, each as one line. */
      readonly records: ReadonlyMap<number, string>;
    }
  /** The author's mistakes; nothing was run. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  /** The reader asked to stop before the run's own end. */
  | { readonly kind: 'stopped' }
  /** An assertion of ours failed. */
  | { readonly kind: 'bug'; readonly message: string };

export interface SimulationApi {
  run(text: string, onProgress: (progress: RunProgress) => void): Promise<RunAnswer>;
  stop(): void;
}
