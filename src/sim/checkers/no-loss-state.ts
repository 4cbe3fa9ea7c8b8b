/** What no-loss (V01) remembers of a trace: columns by event, by event and group, and by offset. Plain data. */
import { floatColumn, intColumn, type FloatColumn, type IntColumn } from '#sim/base/column.ts';
import { byteColumn, type ByteColumn } from '#sim/checkers/byte-column.ts';
import type { Terrain } from '#sim/checkers/terrain.ts';

/** Of an event. */
export const CONFIRMED = 1;
export const APPENDED = 2;
export const APPENDED_AGAIN = 4;
/** Of an event in a group. */
export const SERVED = 1;
export const FAILED = 2;
export const UNKNOWN_TYPE = 4;

export interface NoLossState {
  readonly events: ByteColumn;
  readonly confirmedSeq: IntColumn;
  readonly confirmedAt: FloatColumn;
  /** By event × groups + group row. */
  readonly inGroup: ByteColumn;
  /** Its last `deliver`, failed `handled` or `skipped` there. */
  readonly touched: IntColumn;
  /** By partition row, by offset: the event. */
  readonly log: readonly IntColumn[];
  /** By slot: last committed offset; how far commits have been looked at; last offset that a consumer has read. */
  readonly committed: Int32Array;
  readonly scanned: Int32Array;
  readonly reached: Int32Array;
  /** Events that a commit passed before they were served, and the commit. */
  readonly passed: IntColumn;
  readonly passedSeq: IntColumn;
  readonly passedAt: FloatColumn;
  /** By entity: what its running handlers have in hand. */
  readonly hands: number[][];
  /** What was in a hand when its process crashed, and the crash. */
  readonly dropped: IntColumn;
  readonly droppedSeq: IntColumn;
  unanswered: number;
}

export function createNoLossState(terrain: Terrain, entities: number): NoLossState {
  const slots = terrain.subscribed.length;
  return {
    events: byteColumn(),
    confirmedSeq: intColumn('mutable'),
    confirmedAt: floatColumn('mutable'),
    inGroup: byteColumn(),
    touched: intColumn('mutable'),
    log: terrain.partitionNames.map(() => intColumn('append')),
    committed: new Int32Array(slots),
    scanned: new Int32Array(slots),
    reached: new Int32Array(slots).fill(-1),
    passed: intColumn('append'),
    passedSeq: intColumn('append'),
    passedAt: floatColumn('append'),
    hands: Array.from({ length: entities }, () => []),
    dropped: intColumn('append'),
    droppedSeq: intColumn('append'),
    unanswered: 0,
  };
}
