/**
 * Where a checker writes down what it found: merged by kind, group and subject, bounded in memory, counted without
 * bound. A subject is a number (a key, an event, a partition) until somebody reads it, so that a run in which
 * everything goes wrong costs little more than a healthy one. Plain data.
 */
import type { Catalog } from '#sim/messaging/catalog.ts';
import { eventId } from '#sim/messaging/catalog.ts';
import { keyText } from '#sim/messaging/keys.ts';
import { intAt } from '#sim/base/column.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Anomaly, AnomalyKind, Pair } from '#sim/checkers/verdict.ts';

const LISTED = 100;
const PAIRS = 6;

export interface Entry {
  readonly kind: AnomalyKind;
  readonly subject: number;
  /** Row of the group, -1 = none. */
  readonly group: number;
  count: number;
  /** Violations of which it speaks; what `totals` counts. */
  violations: number;
  note: string;
  readonly seq: number;
  readonly at: number;
  readonly pairs: Pair[];
}

export interface AnomalyBook {
  readonly entries: Entry[];
  readonly rows: Map<string, number>;
  readonly totals: Map<AnomalyKind, number>;
}

export function createBook(): AnomalyBook {
  return { entries: [], rows: new Map(), totals: new Map() };
}

/**
 * Takes one violation. Returns the entry that speaks of it, or null where the list is full. The caller adds the pairs
 * of a new entry (`violations` 1) and raises `count` where the violations do not tell the whole number.
 */
export function enter(
  book: AnomalyBook,
  kind: AnomalyKind,
  subject: number,
  group: number,
  seq: number,
  at: number,
): Entry | null {
  book.totals.set(kind, (book.totals.get(kind) ?? 0) + 1);
  if (book.entries.length >= LISTED && !book.rows.has(rowKey(kind, subject, group))) return null;
  const key = rowKey(kind, subject, group);
  const row = book.rows.get(key);
  const known = row === undefined ? undefined : book.entries[row];
  if (known !== undefined) {
    known.count += 1;
    known.violations += 1;
    return known;
  }
  const entry: Entry = { kind, subject, group, count: 1, violations: 1, note: '', seq, at, pairs: [] };
  book.rows.set(key, book.entries.length);
  book.entries.push(entry);
  return entry;
}

function rowKey(kind: AnomalyKind, subject: number, group: number): string {
  return `${kind}/${subject}/${group}`;
}

/** Adds a pair unless an end is unknown or the entry has enough of them. */
export function addPair(entry: Entry, from: number, to: number): void {
  if (from < 0 || to < 0 || entry.pairs.length >= PAIRS) return;
  if (entry.pairs.some((pair) => pair.from === from && pair.to === to)) return;
  entry.pairs.push({ from, to });
}

export interface Listed {
  readonly anomalies: readonly Anomaly[];
  readonly more: number;
  readonly totals: readonly { readonly kind: AnomalyKind; readonly count: number }[];
}

/** The books in one list, in the order of the first records. */
export function list(
  books: readonly AnomalyBook[],
  subjectText: (subject: number) => string,
  groupText: (group: number) => string,
): Listed {
  const entries = books
    .flatMap((book) => book.entries)
    .sort((a, b) => a.seq - b.seq || a.subject - b.subject);
  const totals = new Map<AnomalyKind, number>();
  for (const book of books) {
    for (const [kind, count] of book.totals) totals.set(kind, (totals.get(kind) ?? 0) + count);
  }
  const shown = entries.slice(0, LISTED);
  let more = 0;
  for (const count of totals.values()) more += count;
  for (const entry of shown) more -= entry.violations;
  const anomalies = shown.map((entry) => ({
    kind: entry.kind,
    count: entry.count,
    subject: subjectText(entry.subject),
    group: entry.group < 0 ? null : groupText(entry.group),
    note: entry.note,
    first: { seq: entry.seq, at: entry.at },
    pairs: entry.pairs.map((pair) => ({ ...pair })),
  }));
  return { anomalies, more, totals: [...totals].map(([kind, count]) => ({ kind, count })) };
}

/** The number under which an event is a subject: its business key, or the event itself where it has none. */
export function eventSubject(catalog: Catalog, lid: number): number {
  const key = intAt(catalog.events.key, lid);
  return key >= 0 ? key : -2 - lid;
}

/** The text of a subject made by `eventSubject`, or of a key. */
export function eventSubjectText(catalog: Catalog, contract: CheckContract, subject: number): string {
  if (subject >= -1) return keyText(catalog.keys, catalog.names, subject);
  return eventId(catalog, contract.entityNames, -2 - subject);
}

/** `1 event`, `2 events` */
export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
