/**
 * Growable columns: many of a kind live in typed arrays, id = row (architecture, section 8). A column is plain data.
 * An append-only column (`shared` copies) costs a checkpoint nothing: the copy shares the array and its length says
 * how much of it belongs to the copy; the first append to a copy that does not own its array takes its own. A mutable
 * column is copied whole.
 */
export interface IntColumn {
  readonly column: 'append' | 'mutable';
  data: Int32Array;
  length: number;
  /** Whether rows at and above `length` may be written in place. */
  owned: boolean;
}

export interface FloatColumn {
  readonly column: 'append' | 'mutable';
  data: Float64Array;
  length: number;
  owned: boolean;
}

const FIRST = 64;

export function intColumn(column: 'append' | 'mutable', capacity = FIRST): IntColumn {
  return { column, data: new Int32Array(capacity), length: 0, owned: true };
}

export function floatColumn(column: 'append' | 'mutable', capacity = FIRST): FloatColumn {
  return { column, data: new Float64Array(capacity), length: 0, owned: true };
}

/** Appends and returns the row. */
export function pushInt(column: IntColumn, value: number): number {
  const row = column.length;
  if (row === column.data.length || !column.owned) growInt(column, row + 1);
  column.data[row] = value;
  column.length = row + 1;
  return row;
}

/** Whether one more row can be written in place. */
export function hasRoom(column: IntColumn): boolean {
  return column.length < column.data.length && column.owned;
}

export function pushFloat(column: FloatColumn, value: number): number {
  const row = column.length;
  if (row === column.data.length || !column.owned) growFloat(column, row + 1);
  column.data[row] = value;
  column.length = row + 1;
  return row;
}

/** Makes rows below `length` exist, new ones holding `fill`; only for mutable columns. */
export function ensureInt(column: IntColumn, length: number, fill = 0): void {
  if (length <= column.length) return;
  if (length > column.data.length || !column.owned) growInt(column, length);
  // a loop, because a call of fill costs more than the few rows that are usually new
  if (fill !== 0) for (let row = column.length; row < length; row += 1) column.data[row] = fill;
  column.length = length;
}

export function ensureFloat(column: FloatColumn, length: number, fill = 0): void {
  if (length <= column.length) return;
  if (length > column.data.length || !column.owned) growFloat(column, length);
  if (fill !== 0) for (let row = column.length; row < length; row += 1) column.data[row] = fill;
  column.length = length;
}

function capacityFor(current: number, needed: number): number {
  let capacity = current < FIRST ? FIRST : current;
  while (capacity < needed) capacity *= 2;
  return capacity;
}

function growInt(column: IntColumn, needed: number): void {
  const grown = new Int32Array(capacityFor(column.data.length, needed));
  grown.set(column.data.subarray(0, column.length));
  column.data = grown;
  column.owned = true;
}

function growFloat(column: FloatColumn, needed: number): void {
  const grown = new Float64Array(capacityFor(column.data.length, needed));
  grown.set(column.data.subarray(0, column.length));
  column.data = grown;
  column.owned = true;
}

/** Takes the rows from `length` on away. Copies that share the array keep them: the next append takes its own. */
export function cutColumn(column: IntColumn | FloatColumn, length: number): void {
  if (length >= column.length) return;
  column.length = length;
  if (column.column === 'append') column.owned = false;
}

/** The value at `row`, or `otherwise` outside the column. */
export function intAt(column: IntColumn, row: number, otherwise = -1): number {
  return row >= 0 && row < column.length ? (column.data[row] as number) : otherwise;
}

export function floatAt(column: FloatColumn, row: number, otherwise = -1): number {
  return row >= 0 && row < column.length ? (column.data[row] as number) : otherwise;
}
