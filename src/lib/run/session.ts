/**
 * What a lab's reader can do with a run and see of it: the face of RunSession that views and editors build on. The
 * session owns the playhead; the worker owns the computing; the document's text is the one truth about what is run.
 */
import type { SimTime } from '#sim/base/time.ts';
import type { Scene } from '#lib/scene/scene.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Selection } from '#lib/scene/selection.ts';
import type { Timeline } from '#lib/scene/timeline.ts';
import type { MachineGraph, Problem, RunReport, ScenarioSummary, StopReason } from '#worker/protocol.ts';

export type { Selection };

/**
 * `idle`: nothing is being computed. `computing`: the trace grows. `refused`: the last text had problems; what was open
 * before is still there. `bug`: an assertion of ours failed; the last good trace is still there.
 */
export type RunStatus = 'idle' | 'computing' | 'refused' | 'bug';

/** Something that the reader must be told once: the run began again, the worker was restarted, a file was refused. */
export interface Notice {
  readonly kind: 'restarted' | 'recomputed' | 'refused' | 'budget';
  readonly sentence: string;
}

/** A fault in the file's own words, without `at`: `{ crash: 'payment-1', for: '5s' }`. */
export type FaultWords = Readonly<Record<string, unknown>>;

export interface Session {
  /** The document as it stands, accepted by the worker; '' before the first. */
  readonly text: string;
  readonly fileName: string;
  readonly summary: ScenarioSummary | null;
  /** Of the text that was refused last; empty otherwise. */
  readonly problems: readonly Problem[];
  readonly seed: number;
  readonly status: RunStatus;
  readonly bug: string | null;
  readonly notice: Notice | null;

  readonly playhead: SimTime;
  /** Everything before it is known. */
  readonly computedTo: SimTime;
  /** Where the run ended; null while it may go on. */
  readonly end: SimTime | null;
  readonly stopped: StopReason | null;
  readonly eventsPerSecond: number;
  readonly playing: boolean;
  /** Virtual seconds a wall second; Infinity = as fast as it is computed. */
  readonly speed: number;

  readonly trace: ReceivedTrace | null;
  /** Counts up whenever `trace` has grown or been replaced: what derived values depend on. */
  readonly revision: number;
  /** What is true at the playhead; null before the first trace. */
  readonly scene: Scene | null;
  readonly timeline: Timeline | null;
  readonly report: RunReport | null;
  readonly machines: readonly MachineGraph[];
  readonly selection: Selection | null;
  /** True where nothing is under way: what a browser test waits for. */
  readonly idle: boolean;

  /** Opens a document and computes it to its end. False: it was refused and what was open stays. */
  open(text: string, fileName?: string, seed?: number): Promise<boolean>;
  /** Runs a changed document from the beginning with the same seed, at the playhead; says so in `notice`. */
  edit(text: string): Promise<boolean>;
  /** Takes a document that runs as this one does (only its layout or titles differ), and runs nothing. */
  carry(text: string): void;
  /** Adds a fault to the document that strikes 1 µs after the playhead, and runs the same seed again. */
  breakNow(fault: FaultWords): Promise<boolean>;
  /** Other words for `breakNow` with a trigger of its own: `{ crash: 'payment', when: { after: 'payment/charge' } }`. */
  addFault(fault: FaultWords): Promise<boolean>;
  reseed(seed: number): Promise<boolean>;
  compute(): void;
  stop(): void;

  play(): void;
  pause(): void;
  setSpeed(speed: number): void;
  seek(time: SimTime): void;
  seekRecord(seq: number): void;
  stepEvent(): void;
  stepBack(): void;
  jumpToNextAnomaly(): void;
  jumpToPreviousAnomaly(): void;
  select(selection: Selection | null): void;
  dismiss(): void;
  close(): void;
}
