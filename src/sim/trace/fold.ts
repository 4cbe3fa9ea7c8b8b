/**
 * A fold reads every record once, in order, and keeps what it needs: checkers, metrics and views are folds. It is
 * given blocks and, within a block, the rows of the kinds that it asked for, so that its loop stays tight.
 *
 * Most records of a run are of few kinds, and for most folds these do not depend on each other. Such a fold names them in
 * `apart`: where none of its other kinds is among the rows, it is told one group of kinds after another, which spares it
 * asking each row what it is. What it keeps must be the same either way.
 */
import { KIND, type Block } from '#sim/trace/block.ts';
import { RECORD_WORDS, type KindName } from '#sim/trace/vocabulary.ts';

export interface Fold {
  /** The kinds that it wants to see. */
  readonly kinds: readonly KindName[];
  /** Groups of them that it may be told one after another, in this order; within a group in the order of the records. */
  readonly apart?: readonly (readonly KindName[])[];
  /** Plain data, replaced whole when the world is restored. */
  state: unknown;
  /** `rows[0 .. count)` are row numbers of this block, ascending. */
  fold(block: Block, rows: Int32Array, count: number): void;
}

/** Where the run of rows of one kind (or of `other`) that begins at `from` ends. */
export function endOfRun(block: Block, rows: Int32Array, from: number, count: number, other = -1): number {
  const { ints } = block;
  const first = ints[(rows[from] as number) * RECORD_WORDS + KIND];
  let to = from + 1;
  for (; to < count; to += 1) {
    const kind = ints[(rows[to] as number) * RECORD_WORDS + KIND];
    if (kind !== first && kind !== other) break;
  }
  return to;
}
