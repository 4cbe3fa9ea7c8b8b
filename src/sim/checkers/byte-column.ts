/**
 * A growable column of bytes, zero where nothing was written: flags by event and group. Has the shape of a mutable
 * column of base/column, so that checkpoints copy its rows and not its spare capacity.
 */
export interface ByteColumn {
  readonly column: 'mutable';
  data: Uint8Array;
  length: number;
  owned: boolean;
}

export function byteColumn(): ByteColumn {
  return { column: 'mutable', data: new Uint8Array(256), length: 0, owned: true };
}

/** Makes rows below `length` exist. */
export function ensureBytes(column: ByteColumn, length: number): void {
  if (length <= column.length) return;
  if (length > column.data.length) {
    let capacity = column.data.length < 256 ? 256 : column.data.length;
    while (capacity < length) capacity *= 2;
    const grown = new Uint8Array(capacity);
    grown.set(column.data.subarray(0, column.length));
    column.data = grown;
  }
  column.length = length;
}

export function byteAt(column: ByteColumn, row: number): number {
  return row >= 0 && row < column.length ? (column.data[row] as number) : 0;
}
