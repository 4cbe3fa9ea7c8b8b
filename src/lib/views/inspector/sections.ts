/** What the State tab shows: headed sections of facts or of a small table. Made anew for each scene; plain data. */
import type { Selection } from '#lib/scene/selection.ts';

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** Stands out: a value that is not as it should be. */
  readonly bad?: boolean;
  /** What the row leads to. */
  readonly to?: Selection;
}

export interface Section {
  readonly title: string;
  readonly note: string;
  readonly facts: readonly Fact[];
  readonly table: { readonly head: readonly string[]; readonly rows: readonly TableRow[] } | null;
}

export interface TableRow {
  readonly cells: readonly string[];
  readonly strong?: boolean;
  readonly to?: Selection;
}

export function factsSection(title: string, facts: readonly Fact[], note = ''): Section {
  return { title, note, facts, table: null };
}

export function tableSection(
  title: string,
  head: readonly string[],
  rows: readonly TableRow[],
  note = '',
): Section {
  return { title, note, facts: [], table: { head, rows } };
}
