/**
 * Ledgers of external APIs and tables of databases as append-only columns: each entry's seq, which time it is for its
 * business key, and running totals, so that what stood there at a time is one binary search.
 */
import { floatAt, floatColumn, intAt, intColumn, pushFloat, pushInt } from '#sim/base/column.ts';
import { lowerBound } from '#lib/scene/log-facts.ts';

export class LedgerFacts {
  readonly seqs = intColumn('append');
  readonly at = floatColumn('append');
  readonly nths = intColumn('append');
  /** By entry: the next one of the same key, -1 = none yet. */
  private readonly next = intColumn('mutable');
  private readonly duplicates = intColumn('append');
  private readonly totals = floatColumn('append');
  /** By key: its last entry. */
  private readonly last = new Map<number, number>();

  add(seq: number, at: number, key: number, amount: number): void {
    const row = pushInt(this.seqs, seq);
    pushFloat(this.at, at);
    const before = key < 0 ? undefined : this.last.get(key);
    const nth = before === undefined ? 1 : intAt(this.nths, before) + 1;
    pushInt(this.nths, nth);
    pushInt(this.next, -1);
    if (before !== undefined) this.next.data[before] = row;
    if (key >= 0) this.last.set(key, row);
    pushInt(this.duplicates, intAt(this.duplicates, row - 1, 0) + (nth > 1 ? 1 : 0));
    pushFloat(this.totals, floatAt(this.totals, row - 1, 0) + amount);
  }

  /** Entries by the records before `seq`. */
  entries(seq: number): number {
    return lowerBound(this.seqs, seq);
  }

  duplicatesIn(entries: number): number {
    return intAt(this.duplicates, entries - 1, 0);
  }

  total(entries: number): number {
    return floatAt(this.totals, entries - 1, 0);
  }

  /** Whether an entry's key stands more than once among the first `entries`. */
  repeated(row: number, entries: number): boolean {
    const next = intAt(this.next, row);
    return intAt(this.nths, row) > 1 || (next >= 0 && next < entries);
  }
}

export class TableFacts {
  /** Statements that took effect, and rows after each. */
  readonly seqs = intColumn('append');
  private readonly rows = intColumn('append');

  add(seq: number, inserts: boolean): void {
    pushInt(this.rows, intAt(this.rows, this.rows.length - 1, 0) + (inserts ? 1 : 0));
    pushInt(this.seqs, seq);
  }

  statements(seq: number): number {
    return lowerBound(this.seqs, seq);
  }

  rowsAfter(statements: number): number {
    return intAt(this.rows, statements - 1, 0);
  }
}

/** A whole number that changes at records: transactions that are open on a database. */
export class CountFacts {
  private readonly seqs = intColumn('append');
  private readonly counts = intColumn('append');

  add(seq: number, change: number): void {
    pushInt(this.counts, intAt(this.counts, this.counts.length - 1, 0) + change);
    pushInt(this.seqs, seq);
  }

  /** After the records before `seq`. */
  before(seq: number): number {
    return intAt(this.counts, lowerBound(this.seqs, seq) - 1, 0);
  }
}
