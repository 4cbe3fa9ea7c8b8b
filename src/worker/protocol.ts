/**
 * What crosses the boundary between page and worker. Commands go over Comlink (SimulationApi); everything that the run
 * has to say goes over one raw MessagePort as SimulationEvents, the trace in transferred buffers. All of it is plain
 * data that structured cloning carries. Events of a run that is no longer the current one carry its number and are
 * dropped by the receiver.
 */
import type { MachineGraph } from '#sim/machines/graph.ts';
import type { ReportedVerdict, RunReport } from '#sim/run/report.ts';
import type { Topology } from '#sim/run/topology.ts';
import type { StopReason } from '#sim/run/world.ts';
import type { Problem } from '#sim/scenario/parse.ts';

export type { MachineGraph, Problem, ReportedVerdict, RunReport, StopReason, Topology };

/** What the file says about itself, and the verdict that it is meant to show. */
export interface ScenarioSummary {
  readonly title: string;
  readonly question: string;
  readonly expect: readonly { readonly check: string; readonly verdict: string }[];
  /** Known settings and parts that the models do not act on. */
  readonly warnings: readonly Problem[];
  readonly topology: Topology;
}

export type OpenAnswer =
  | {
      readonly kind: 'opened';
      readonly run: number;
      readonly seed: number;
      readonly summary: ScenarioSummary;
    }
  /** The author's mistakes; nothing was built, and the run before goes on as it was. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] }
  | { readonly kind: 'bug'; readonly message: string };

/** Limits of a run; reaching one is an outcome (`stopped`), never a hang. */
export interface RunBudget {
  readonly events: number;
  readonly messages: number;
  /** Records of 64 bytes that are stored, and sent to the page. */
  readonly storedRecords: number;
}

export interface OpenOptions {
  /** Chosen by the page, so that it knows which events belong to which run. */
  readonly run: number;
  /** Instead of the file's. */
  readonly seed?: number;
  readonly budget?: RunBudget;
}

export interface SimulationApi {
  /** Where events go; once, before anything else. */
  connect(port: MessagePort): void;
  /** Parses and builds; what ran before is gone unless the file is refused. Nothing is computed yet. */
  open(text: string, options: OpenOptions): Promise<OpenAnswer>;
  /**
   * Goes on until that time (µs) or to the run's end; progress and trace come as events. Answers at once. Does nothing
   * where another run has been opened meanwhile: so no event is about a run that the page has not heard of.
   */
  runTo(run: number, time: number | 'end'): void;
  /** Ends computing at the next slice; the run can go on from there. */
  stop(): void;
  /** Holds for the runs that are opened from now on. */
  setBudget(budget: RunBudget): void;
  /** Asks for a report of what has happened so far, as an event. */
  report(): void;
  /** Every machine that records of kind `machine` speak of. */
  machines(): readonly MachineGraph[];
  /** Answers at once between two slices: the page's way to know that the worker lives. */
  ping(): void;
}

/** New rows of the run's tables since the last delta; `…From` is the row of the first. Names are in code units. */
export interface TableDelta {
  readonly namesFrom: number;
  readonly names: readonly string[];
  readonly keysFrom: number;
  readonly keyPrefix: Int32Array;
  readonly keyNumber: Float64Array;
  readonly eventsFrom: number;
  readonly eventType: Int32Array;
  readonly eventOwner: Int32Array;
  readonly eventN: Int32Array;
  readonly eventKey: Int32Array;
  readonly eventItem: Int32Array;
  readonly eventParent: Int32Array;
  readonly messagesFrom: number;
  readonly messageLid: Int32Array;
  readonly messageAttempt: Int32Array;
}

/** What the page says over the same port: a chunk of this run was taken in, the next may come. */
export interface Acknowledgement {
  readonly run: number;
}

export type SimulationEvent =
  /** `count` records from `first` on, 64 bytes each (sim/trace/vocabulary), and the table rows that they speak of. */
  | {
      readonly kind: 'trace';
      readonly run: number;
      readonly first: number;
      readonly count: number;
      readonly rows: ArrayBuffer;
      readonly tables: TableDelta;
    }
  /** Comes after the trace that it speaks of, every 100 ms at least while computing: the heartbeat too. */
  | {
      readonly kind: 'progress';
      readonly run: number;
      /** Virtual time (µs) up to which everything is known and sent. */
      readonly computedTo: number;
      readonly events: number;
      readonly eventsPerSecond: number;
      readonly computing: boolean;
      /** Why the run ended; null = it can go on. `until` = as far as was asked. */
      readonly stopped: StopReason | null;
    }
  /** Verdicts with their chains, at the run's end and when asked. `final` = the run will not go on. */
  | { readonly kind: 'report'; readonly run: number; readonly final: boolean; readonly report: RunReport }
  /** An assertion of ours failed: rule id, seed and time are in the message. */
  | { readonly kind: 'bug'; readonly run: number; readonly message: string };
