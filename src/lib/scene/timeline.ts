/**
 * What the timeline draws: lanes over the whole computed run, not only up to the playhead. Grows with the trace; a view
 * cuts it at the playhead itself. Times are virtual microseconds.
 */
import type { SimTime } from '#sim/base/time.ts';

/** One stretch in which a fault was in force; `to` null = still in force at `computedTo`. */
export interface FaultBar {
  readonly from: SimTime;
  readonly to: SimTime | null;
  /** Seq of the record that began it. */
  readonly seq: number;
}

export interface FaultLane {
  /** As in Topology.faults; its place in the file is `number - 1`. */
  readonly number: number;
  readonly kind: string;
  readonly target: string;
  /** What the file plans: `at` null = waits for its trigger, `trigger` says which. `lasts` null = for good. */
  readonly planned: { readonly at: SimTime | null; readonly trigger: string; readonly lasts: number | null };
  readonly bars: readonly FaultBar[];
}

export interface GroupSpan {
  readonly from: SimTime;
  readonly to: SimTime | null;
  readonly generation: number;
  /** False: a rebalance, drawn hatched. */
  readonly stable: boolean;
  /** State of the coordinator's machine. */
  readonly state: string;
  /** Partitions by member as believed at the span's end: `payment-1` → `orders/0`, `orders/1`. */
  readonly assignment: readonly { readonly member: string; readonly partitions: readonly string[] }[];
  readonly seq: number;
}

export interface GroupLane {
  readonly group: string;
  readonly spans: readonly GroupSpan[];
}

/** A step function: from `at[i]` on it is `value[i]`. The arrays may be longer than `length`. */
export interface StepSeries {
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly length: number;
  readonly max: number;
}

export interface LagLane {
  readonly group: string;
  /** Over all its partitions. */
  readonly total: StepSeries;
  readonly byPartition: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly series: StepSeries;
  }[];
}

export interface EffectLane {
  /** `cards.charge` */
  readonly effect: string;
  /** Times of its entries in order, and which time each was for its business key; may be longer than `length`. */
  readonly at: Float64Array;
  readonly nth: Int32Array;
  readonly length: number;
}

export interface VerdictMark {
  /** The claim's id, and the anomaly's place in its list. */
  readonly check: string;
  readonly anomaly: number;
  readonly kind: string;
  readonly subject: string;
  readonly at: SimTime;
  readonly seq: number;
  /** The chain's records with their times, ascending. */
  readonly chain: readonly { readonly seq: number; readonly at: SimTime }[];
}

export interface Timeline {
  readonly computedTo: SimTime;
  readonly horizon: SimTime;
  readonly faults: readonly FaultLane[];
  readonly groups: readonly GroupLane[];
  readonly lag: readonly LagLane[];
  readonly effects: readonly EffectLane[];
  readonly verdicts: readonly VerdictMark[];
}

/** The value of a step function at a time; 0 before its first step. */
export function valueAt(series: StepSeries, time: SimTime): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series.at[middle] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (series.value[low - 1] as number);
}
