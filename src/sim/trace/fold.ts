/**
 * A fold reads every record once, in order, and keeps what it needs: checkers, metrics and views are folds. It is
 * given blocks and, within a block, the rows of the kinds that it asked for, so that its loop stays tight.
 */
import type { Block } from '#sim/trace/block.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';

export interface Fold {
  /** The kinds that it wants to see. */
  readonly kinds: readonly KindName[];
  /** Plain data, replaced whole when the world is restored. */
  state: unknown;
  /** `rows[0 .. count)` are row numbers of this block, ascending. */
  fold(block: Block, rows: Int32Array, count: number): void;
}
