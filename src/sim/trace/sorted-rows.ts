/**
 * Tells folds of a span of records: sorts the rows once into strands (one for each group of kinds that some fold takes
 * apart, see trace/fold), then gives each fold its strands, or, where other kinds that it wants are in the span, all its
 * rows in the order of the records. Nothing here outlives a call: no state.
 */
import { BLOCK_RECORDS, KIND, type Block } from '#sim/trace/block.ts';
import type { Fold } from '#sim/trace/fold.ts';
import { Kind, KINDS, RECORD_WORDS, type KindName } from '#sim/trace/vocabulary.ts';

/** A fold, and the strands that it is told of one after another unless there is something in `rest`. */
interface Listener {
  readonly fold: Fold;
  readonly apart: readonly number[];
  /** Strand of its other kinds, -1 = it has none. */
  readonly rest: number;
  /** By kind: 1 where it wants it. */
  readonly wanted: Uint8Array;
}

export class SortedRows {
  private listeners: readonly Listener[] = [];
  /** By strand: the kinds in it; its rows of this span, and how many. */
  private strands: (readonly KindName[])[] = [];
  private rows: readonly Int32Array[] = [];
  private counts = new Int32Array(0);
  /** By kind: where its strands begin in `strandsOf`; those of the last kind end where the list ends. */
  private readonly begins = new Int32Array(KINDS + 1);
  private strandsOf = new Int32Array(0);
  private readonly mixed = new Int32Array(BLOCK_RECORDS);

  attach(folds: readonly Fold[]): void {
    this.strands = [];
    this.listeners = folds.map((fold) => this.listenerOf(fold));
    this.rows = this.strands.map(() => new Int32Array(BLOCK_RECORDS));
    this.counts = new Int32Array(this.strands.length);
    const strandsOf: number[] = [];
    for (let kind = 0; kind < KINDS; kind += 1) {
      this.begins[kind] = strandsOf.length;
      this.strands.forEach((kinds, strand) => {
        if (kinds.some((name) => Kind[name] === kind)) strandsOf.push(strand);
      });
    }
    this.begins[KINDS] = strandsOf.length;
    this.strandsOf = Int32Array.from(strandsOf);
  }

  private listenerOf(fold: Fold): Listener {
    const wanted = new Uint8Array(KINDS);
    for (const name of fold.kinds) wanted[Kind[name]] = 1;
    const apart = (fold.apart ?? [])
      .map((group) => group.filter((name) => fold.kinds.includes(name)))
      .filter((group) => group.length > 0);
    const rest = fold.kinds.filter((name) => !apart.some((group) => group.includes(name)));
    return {
      fold,
      apart: apart.map((group) => this.strandOf(group)),
      rest: rest.length === 0 ? -1 : this.strandOf(rest),
      wanted,
    };
  }

  private strandOf(kinds: readonly KindName[]): number {
    const sorted = [...kinds].sort((a, b) => Kind[a] - Kind[b]);
    const known = this.strands.findIndex((strand) => strand.join() === sorted.join());
    return known >= 0 ? known : this.strands.push(sorted) - 1;
  }

  /** Rows `from` to `to` of the block. */
  tell(block: Block, from: number, to: number): void {
    const { rows, counts, begins, strandsOf, listeners } = this;
    const { ints } = block;
    for (let row = from; row < to; row += 1) {
      const kind = ints[row * RECORD_WORDS + KIND] as number;
      const end = begins[kind + 1] as number;
      for (let i = begins[kind] as number; i < end; i += 1) {
        const strand = strandsOf[i] as number;
        const count = counts[strand] as number;
        (rows[strand] as Int32Array)[count] = row;
        counts[strand] = count + 1;
      }
    }
    for (let i = 0; i < listeners.length; i += 1) {
      const listener = listeners[i] as Listener;
      if (listener.rest >= 0 && counts[listener.rest] !== 0) this.tellInOrder(listener, block, from, to);
      else this.tellApart(listener, block);
    }
    counts.fill(0);
  }

  private tellApart({ fold, apart }: Listener, block: Block): void {
    for (let i = 0; i < apart.length; i += 1) {
      const strand = apart[i] as number;
      const count = this.counts[strand] as number;
      if (count > 0) fold.fold(block, this.rows[strand] as Int32Array, count);
    }
  }

  private tellInOrder({ fold, wanted }: Listener, block: Block, from: number, to: number): void {
    const { mixed } = this;
    const { ints } = block;
    let count = 0;
    for (let row = from; row < to; row += 1) {
      if (wanted[ints[row * RECORD_WORDS + KIND] as number] !== 1) continue;
      mixed[count] = row;
      count += 1;
    }
    fold.fold(block, mixed, count);
  }
}
