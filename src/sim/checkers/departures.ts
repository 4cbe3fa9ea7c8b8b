/**
 * What a trace says of records that leave their logs before a group has read them, for no-loss (V01): a log that begins
 * later (retention), records that a cleaner takes away (compaction), and positions that jump over what is left. A record
 * that a later one of its key stands for is not owed to a reader who comes too late for it: that is what a compacted
 * topic promises. Left out: truncation by followers.
 */
import { nameOf } from '#sim/base/names.ts';
import { slotOf, type Terrain } from '#sim/checkers/terrain.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { A, ALSO, B, C, D, E, F, KIND, type Block } from '#sim/trace/block.ts';
import { partitionRow } from '#sim/trace/dimensions.ts';
import { Kind, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

/** A record is no longer in its log. */
export interface Departure {
  readonly seq: number;
  readonly at: number;
  /** A later record of its key stands for it. */
  readonly superseded: boolean;
  /** As the trace says it: the setting, or why the cleaner took it. */
  readonly reason: string;
}

/** A log began at `start` from this record on. */
interface Move extends Departure {
  readonly partition: number;
  readonly start: number;
}

/** A group's position in a partition went from one offset to another otherwise than by reading. */
export interface Jump {
  readonly slot: number;
  readonly from: number;
  readonly to: number;
  readonly seq: number;
  readonly reason: string;
}

/** Plain data: few of each, but for what cleaners take. */
export interface Departures {
  readonly moves: Move[];
  readonly jumps: Jump[];
  /** By partition row: what the cleaner took, by offset. */
  readonly cleaned: readonly Map<number, Departure>[];
}

export function createDepartures(partitions: number): Departures {
  return { moves: [], jumps: [], cleaned: Array.from({ length: partitions }, () => new Map()) };
}

/** Takes a record of kind logStart, compacted or position. */
export function foldDeparture(
  s: Departures,
  terrain: Terrain,
  catalog: Catalog,
  block: Block,
  row: number,
): void {
  const { ints } = block;
  const base = row * RECORD_WORDS;
  const word = (field: number): number => ints[base + field] as number;
  const seq = block.first + row;
  const at = block.floats[row * RECORD_FLOATS] as number;
  if (word(KIND) === Kind.position) {
    const slot = slotOf(terrain, word(A), word(B), word(C));
    const reason = nameOf(catalog.names, word(E));
    if (slot >= 0 && word(F) >= 0) s.jumps.push({ slot, from: word(F), to: word(D), seq, reason });
    return;
  }
  const partition = partitionRow(terrain, word(A), word(B));
  if (partition < 0) return;
  const reason = nameOf(catalog.names, word(E));
  if (word(KIND) === Kind.logStart) {
    s.moves.push({ partition, start: word(C), seq, at, superseded: false, reason });
  } else {
    s.cleaned[partition]?.set(word(C), { seq, at, superseded: word(ALSO) >= 0, reason });
  }
}

/** How the record at this place left its log, or null. */
export function departureOf(s: Departures, partition: number, offset: number): Departure | null {
  const cleaned = s.cleaned[partition]?.get(offset);
  if (cleaned !== undefined) return cleaned;
  for (const move of s.moves) if (move.partition === partition && offset < move.start) return move;
  return null;
}

/** The first jump of a group's position over this offset, or null; not a seek, which the program asks for. */
export function jumpOver(s: Departures, slot: number, offset: number): Jump | null {
  const found = s.jumps.find((jump) => jump.slot === slot && jump.from <= offset && offset < jump.to);
  return found === undefined || found.reason === 'seek' ? null : found;
}

/** The last time before `seq` that the log began later: why a reader had to jump; -1 = never. */
export function moveBefore(s: Departures, partition: number, seq: number): number {
  let last = -1;
  for (const move of s.moves) if (move.partition === partition && move.seq < seq) last = move.seq;
  return last;
}
