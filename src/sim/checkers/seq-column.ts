/**
 * A column of record numbers, by event or key, that begins empty: holds seq + 1, so that new rows need no filling.
 * `-1` where nothing was noted.
 */
import { ensureInt, type IntColumn } from '#sim/base/column.ts';

export function noteSeq(column: IntColumn, row: number, seq: number): void {
  if (row >= column.length) ensureInt(column, row + 1);
  column.data[row] = seq + 1;
}

export function seqAt(column: IntColumn, row: number): number {
  return row >= 0 && row < column.length ? (column.data[row] as number) - 1 : -1;
}
