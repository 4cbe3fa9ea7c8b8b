/**
 * Business keys: what a template such as `{order.id}` reads, as a dense integer that records, logs and checkers can
 * carry. Most keys are a prefix and a number (`order-17`), so the table keeps prefix and number and writes the text
 * only where somebody reads it; others are free text. Append-only.
 */
import {
  intAt,
  intColumn,
  floatColumn,
  pushFloat,
  pushInt,
  type FloatColumn,
  type IntColumn,
} from '#sim/base/column.ts';
import { intern, nameOf, type Names } from '#sim/base/names.ts';

export interface KeyTable {
  /** By key: name id of the prefix (or of the whole text, where `number` is -1). */
  readonly prefix: IntColumn;
  readonly number: FloatColumn;
  /** By prefix's name id: key id + 1 by number, for small non-negative integers. */
  readonly dense: (IntColumn | null)[];
  /** How many keys are expected. */
  readonly capacity: number;
  /** By prefix's name id: the numbers that are too large or not integers. */
  readonly sparse: Map<number, Map<number, number>>;
}

/** The key of a record without one. */
export const NO_KEY = -1;
const DENSE = 8_000_000;
const MANY = 4096;

/** `capacity`: how many keys are expected. */
export function createKeyTable(capacity = 64): KeyTable {
  return {
    prefix: intColumn('append', capacity),
    number: floatColumn('append', capacity),
    dense: [],
    capacity,
    sparse: new Map(),
  };
}

/** The key `prefix` + `number`; number -1 stands for the bare prefix. */
export function keyOf(keys: KeyTable, prefix: number, number: number): number {
  const row = number + 1;
  if (row < 0 || row > DENSE || row !== Math.floor(row)) return sparseKey(keys, prefix, number);
  const rows = keys.dense[prefix] ?? firstOf(keys, prefix);
  if (row < rows.length) {
    const known = rows.data[row] as number;
    if (known !== 0) return known - 1;
  } else extend(rows, row + 1, keys.capacity);
  const key = append(keys, prefix, number);
  rows.data[row] = key + 1;
  return key;
}

function firstOf(keys: KeyTable, prefix: number): IntColumn {
  const rows = intColumn('mutable');
  while (keys.dense.length <= prefix) keys.dense.push(null);
  keys.dense[prefix] = rows;
  return rows;
}

/** A column that outgrows a few rows will probably hold most of the keys. */
function extend(rows: IntColumn, length: number, capacity: number): void {
  if (length > rows.data.length) {
    const room = length > MANY ? capacity + 1 : 0;
    const data = new Int32Array(Math.max(length, rows.data.length * 2, room));
    data.set(rows.data);
    rows.data = data;
  }
  rows.length = length;
}

function sparseKey(keys: KeyTable, prefix: number, number: number): number {
  let byNumber = keys.sparse.get(prefix);
  if (byNumber === undefined) {
    byNumber = new Map();
    keys.sparse.set(prefix, byNumber);
  }
  const known = byNumber.get(number);
  if (known !== undefined) return known;
  const key = append(keys, prefix, number);
  byNumber.set(number, key);
  return key;
}

function append(keys: KeyTable, prefix: number, number: number): number {
  pushInt(keys.prefix, prefix);
  return pushFloat(keys.number, number);
}

/** The key that reads as `text`. */
export function keyOfText(keys: KeyTable, names: Names, text: string): number {
  return keyOf(keys, intern(names, text), -1);
}

/** The key's text, as a serializer would write it; `-` for no key. */
export function keyText(keys: KeyTable, names: Names, key: number): string {
  if (key < 0) return '-';
  const number = keys.number.data[key] as number;
  const prefix = nameOf(names, intAt(keys.prefix, key));
  return number === -1 ? prefix : `${prefix}${number}`;
}
