/**
 * A block of trace records: rows of 64 bytes in one buffer that folds read in place and that crosses the worker
 * boundary by transfer. `first` is the seq of row 0.
 */
import { RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

export const BLOCK_RECORDS = 2048;

export interface Block {
  readonly ints: Int32Array;
  readonly floats: Float64Array;
  first: number;
  count: number;
}

/** Word of each field within a row. */
export const KIND = 4;
export const ENTITY = 5;
export const CAUSE = 6;
export const ALSO = 7;
export const MID = 8;
export const LID = 9;
export const A = 10;
export const B = 11;
export const C = 12;
export const D = 13;
export const E = 14;
export const F = 15;

export function createBlock(first: number): Block {
  const buffer = new ArrayBuffer(BLOCK_RECORDS * RECORD_WORDS * 4);
  return { ints: new Int32Array(buffer), floats: new Float64Array(buffer), first, count: 0 };
}

/** A block's two views share one buffer, which a field-by-field copy would tear apart. */
export function copyBlock(block: Block): Block {
  const copy = createBlock(block.first);
  copy.ints.set(block.ints);
  copy.count = block.count;
  return copy;
}

/** One record with its fields under their slots' names: for code that reads few of them. */
export interface Row {
  readonly seq: number;
  readonly at: number;
  readonly value: number;
  readonly kind: number;
  readonly entity: number;
  readonly cause: number;
  readonly also: number;
  readonly mid: number;
  readonly lid: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
}

export function rowAt(block: Block, row: number): Row {
  const base = row * RECORD_WORDS;
  const int = (word: number): number => block.ints[base + word] as number;
  return {
    seq: block.first + row,
    at: block.floats[row * RECORD_FLOATS] as number,
    value: block.floats[row * RECORD_FLOATS + 1] as number,
    kind: int(KIND),
    entity: int(ENTITY),
    cause: int(CAUSE),
    also: int(ALSO),
    mid: int(MID),
    lid: int(LID),
    a: int(A),
    b: int(B),
    c: int(C),
    d: int(D),
    e: int(E),
    f: int(F),
  };
}
