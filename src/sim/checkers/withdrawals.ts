/**
 * What a trace says of records that their producer's transaction took back: they stay in the log, but a group that reads
 * committed records is never given them, so they are as if they had never been published; a group that reads whatever
 * stands there may have acted on them (KIP-98). A record belongs to the transaction that its producer's next marker in the
 * partition ends. Only folded where the scenario has transactions of a broker.
 */
import type { Terrain } from '#sim/checkers/terrain.ts';
import { A, B, C, D, E, F, KIND, LID, type Block } from '#sim/trace/block.ts';
import { partitionRow } from '#sim/trace/dimensions.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

/** A record of an open transaction. */
interface Written {
  readonly lid: number;
  readonly offset: number;
}

/** Plain data. */
export interface Withdrawals {
  /** By partition row: what each producer's open transaction has written there. */
  readonly open: readonly Map<number, Written[]>[];
  /** By partition row: offsets that were taken back, and those of markers, with the seq of the marker. */
  readonly withdrawn: readonly Map<number, number>[];
  /** By event: the seq of the marker that took a copy of it back. */
  readonly events: Map<number, number>;
}

export const WITHDRAWAL_KINDS: readonly KindName[] = ['append', 'marker'];

export function createWithdrawals(partitions: number): Withdrawals {
  return {
    open: Array.from({ length: partitions }, () => new Map()),
    withdrawn: Array.from({ length: partitions }, () => new Map()),
    events: new Map(),
  };
}

/** Takes a record of kind append or marker. */
export function foldWithdrawal(s: Withdrawals, terrain: Terrain, block: Block, row: number): void {
  const { ints } = block;
  const base = row * RECORD_WORDS;
  const word = (field: number): number => ints[base + field] as number;
  const p = partitionRow(terrain, word(A), word(B));
  if (p < 0) return;
  const open = s.open[p] as Map<number, Written[]>;
  if (word(KIND) === Kind.append) {
    const producer = word(F) - 1;
    if (producer < 0) return;
    const written = open.get(producer);
    const one = { lid: word(LID), offset: word(C) };
    if (written === undefined) open.set(producer, [one]);
    else written.push(one);
    return;
  }
  const producer = word(E);
  for (const { lid, offset } of word(D) === 0 ? (open.get(producer) ?? []) : []) {
    s.withdrawn[p]?.set(offset, block.first + row);
    s.events.set(lid, block.first + row);
  }
  s.withdrawn[p]?.set(word(C), block.first + row);
  open.delete(producer);
}

/** Whether what stands at this offset was taken back. */
export function isWithdrawn(s: Withdrawals, partition: number, offset: number): boolean {
  return s.withdrawn[partition]?.has(offset) === true;
}

/** Whether nothing but what was taken back stands in `[from, to)`. */
export function onlyWithdrawn(s: Withdrawals, partition: number, from: number, to: number): boolean {
  for (let offset = from; offset < to; offset += 1) if (!isWithdrawn(s, partition, offset)) return false;
  return true;
}
