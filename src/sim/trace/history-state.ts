/** What a history keeps, in columns of rows by event, and by event and group: plain data (trace/history fills it). */
import { floatColumn, intColumn, type FloatColumn, type IntColumn } from '#sim/base/column.ts';
import type { Dimensions } from '#sim/trace/dimensions.ts';

/** A row of `events`, by event. Seqs are kept + 1, so that 0 says never. */
export const EVENT = 3;
/** First confirmation by a broker; the partition that it named, its row + 1; how often it was appended. */
export const CONFIRMED = 0;
export const CONFIRMED_IN = 1;
export const COPIES = 2;

/** A row of `inGroups`, by event × groups + group row. */
export const SERVICE = 4;
/** First served; first handler that ended well; last deliver, skip, or end of a handler that did not end well. */
export const SERVED = 0;
export const HANDLED = 1;
export const TOUCHED = 2;
/** Deliveries × FLAGS + flags. */
export const DELIVERIES = 3;
export const FLAGS = 8;
/** A handler of it failed. */
export const FAILED = 1;
/** It was skipped and the scenario does not declare that. */
export const UNDECLARED_SKIP = 2;
/** A step began that completes its handling: once it is committed, nothing of it is owed. */
export const COMPLETED = 4;

export interface HistoryState {
  readonly events: IntColumn;
  /** By event: when it was announced, + 1; when it was confirmed. */
  readonly times: FloatColumn;
  readonly inGroups: IntColumn;
  /** By partition row, by offset: the event, -1 = none. */
  readonly logs: readonly IntColumn[];
  /** By group row × partitions + partition row: the last offset read since its position was set; one behind the last ever. */
  readonly reached: Int32Array;
  readonly read: Int32Array;
  /** By entity: what its running handlers have in hand, as rows of `inGroups`. */
  readonly hands: number[][];
  /** What was in a hand when its process crashed, and the crash. */
  readonly dropped: IntColumn;
  readonly droppedSeq: IntColumn;
  /** Events that stood in a log and not in a new leader's, and the `lead` that says so. */
  readonly cutOff: IntColumn;
  readonly cutOffSeq: IntColumn;
  /** And where: partition row and offset. */
  readonly cutOffIn: IntColumn;
  readonly cutOffAt: IntColumn;
  /** By partition row: the epoch of the latest leader and the `lead` that began it, -1 = the first one's. */
  readonly epochs: Int32Array;
  readonly ledSeq: Int32Array;
  /** By row of `inGroups`: failed handlers and undeclared skips, in order. */
  readonly failures: Map<number, number[]>;
  /** By group row: deliveries, those that were not the first; the longest handler in µs. */
  readonly delivered: Int32Array;
  readonly redelivered: Int32Array;
  /** By group row: how often the record that was delivered most often was; 0 = none came twice. */
  readonly mostDeliveries: Int32Array;
  readonly longest: Float64Array;
  /** Confirms without an offset: the client's word with acks=0, not the broker's. */
  unanswered: number;
}

/** `capacity`: how many events are expected. */
export function createHistoryState(dimensions: Dimensions, capacity: number): HistoryState {
  const { groupCount, partitionCount } = dimensions;
  return {
    events: intColumn('mutable', capacity * EVENT),
    times: floatColumn('mutable', capacity * 2),
    inGroups: intColumn('mutable', capacity * groupCount * SERVICE),
    logs: dimensions.partitions.map(() => intColumn('append', roomOf(capacity, partitionCount))),
    reached: new Int32Array(groupCount * partitionCount).fill(-1),
    read: new Int32Array(groupCount * partitionCount),
    hands: dimensions.scope.entityNames.map(() => []),
    dropped: intColumn('append'),
    droppedSeq: intColumn('append'),
    cutOff: intColumn('append'),
    cutOffSeq: intColumn('append'),
    cutOffIn: intColumn('append'),
    cutOffAt: intColumn('append'),
    epochs: new Int32Array(partitionCount),
    ledSeq: new Int32Array(partitionCount).fill(-1),
    failures: new Map(),
    delivered: new Int32Array(groupCount),
    redelivered: new Int32Array(groupCount),
    mostDeliveries: new Int32Array(groupCount),
    longest: new Float64Array(groupCount),
    unanswered: 0,
  };
}

/** A partition's share of all events, and a quarter more. */
function roomOf(events: number, partitions: number): number {
  return Math.ceil((1.25 * events) / Math.max(1, partitions));
}
