/**
 * How long each partition of a group has waited for its committed offset to advance while everything was well (V26):
 * by slot, the longest wait so far and the current one. A wait begins when all of backlog, a holder, its health and the
 * absence of faults have come together, or at the last advance; the longest is compared with the window at the end,
 * because the window depends on the longest handler of the whole run. Plain data.
 */
import type { RunEnd } from '#sim/checkers/verdict.ts';

export interface WaitState {
  /** By partition row. */
  readonly logEnd: Int32Array;
  /** By slot: committed offset; who took it last, -1 = nobody alive. */
  readonly committed: Int32Array;
  readonly holder: Int32Array;
  /** By slot: since when and from which record the current wait counts; the longest wait, and the record that ended it. */
  readonly since: Float64Array;
  readonly sinceSeq: Int32Array;
  readonly longest: Float64Array;
  readonly longestAt: Float64Array;
  readonly longestSeq: Int32Array;
  /** By entity: 1 = not running at its normal pace. */
  readonly unwell: Uint8Array;
  /** Active faults that may hold up a group. */
  faults: number;
}

export function createWaits(slots: number, partitions: number, entities: number): WaitState {
  return {
    logEnd: new Int32Array(partitions),
    committed: new Int32Array(slots),
    holder: new Int32Array(slots).fill(-1),
    since: new Float64Array(slots),
    longest: new Float64Array(slots),
    longestAt: new Float64Array(slots),
    longestSeq: new Int32Array(slots).fill(-1),
    sinceSeq: new Int32Array(slots).fill(-1),
    unwell: new Uint8Array(entities),
    faults: 0,
  };
}

function counts(waits: WaitState, slot: number): boolean {
  const holder = waits.holder[slot] as number;
  return (
    holder >= 0 &&
    waits.faults === 0 &&
    (waits.logEnd[slot % waits.logEnd.length] as number) > (waits.committed[slot] as number) &&
    waits.unwell[holder] !== 1
  );
}

function begin(waits: WaitState, slot: number, seq: number, at: number): void {
  waits.since[slot] = at;
  waits.sinceSeq[slot] = seq;
}

/** A record is appended: where none was waiting, the wait begins. */
export function arrived(waits: WaitState, slot: number, partition: number, seq: number, at: number): void {
  if ((waits.committed[slot] as number) >= (waits.logEnd[partition] as number)) begin(waits, slot, seq, at);
}

/** Takes stock before something changes at a slot: ends or prolongs the wait, and begins it anew where none was on. */
export function noteChange(waits: WaitState, slot: number, seq: number, at: number): void {
  if (counts(waits, slot)) {
    const waited = at - (waits.since[slot] as number);
    if (waited > (waits.longest[slot] as number)) {
      waits.longest[slot] = waited;
      waits.longestAt[slot] = at;
      waits.longestSeq[slot] = seq;
    }
  } else begin(waits, slot, seq, at);
}

/** A commit: an advance ends the wait. */
export function advanced(waits: WaitState, slot: number, offset: number, seq: number, at: number): void {
  noteChange(waits, slot, seq, at);
  if (offset > (waits.committed[slot] as number)) begin(waits, slot, seq, at);
  waits.committed[slot] = offset;
}

/** A member takes the partition. Giving it up in a rebalance ends no wait: somebody healthy should be at work. */
export function setHolder(waits: WaitState, slot: number, member: number, seq: number, at: number): void {
  noteChange(waits, slot, seq, at);
  waits.holder[slot] = member;
}

/** A process begins or ceases to be well; a crash also loses what it held. */
export function setHealth(
  waits: WaitState,
  entity: number,
  well: boolean,
  crashed: boolean,
  seq: number,
  at: number,
): void {
  for (let slot = 0; slot < waits.holder.length; slot += 1) {
    if (waits.holder[slot] !== entity) continue;
    noteChange(waits, slot, seq, at);
    begin(waits, slot, seq, at);
    if (crashed) waits.holder[slot] = -1;
  }
  waits.unwell[entity] = well ? 0 : 1;
}

export interface Standstill {
  readonly seq: number;
  readonly at: number;
  readonly note: string;
}

/** How far the group has read in the slot (one behind the last offset), and whether its clients commit by themselves. */
export interface Reading {
  readonly read: number;
  readonly autoCommit: boolean;
}

/** Whether the slot stood still for longer than `window` up to `end`, or can never go on. */
export function stuckAt(
  waits: WaitState,
  slot: number,
  window: number,
  end: RunEnd,
  reading: Reading,
): Standstill | null {
  const open = counts(waits, slot) ? end.at - (waits.since[slot] as number) : 0;
  const waited = Math.max(open, waits.longest[slot] as number);
  const backlog = (waits.logEnd[slot % waits.logEnd.length] as number) - (waits.committed[slot] as number);
  if (waited > window) {
    const past = (waits.longest[slot] as number) > window;
    return {
      seq: (past ? waits.longestSeq[slot] : waits.sinceSeq[slot]) as number,
      at: (past ? waits.longestAt[slot] : waits.since[slot]) as number,
      note: `no commit for ${waited / 1_000_000} s with records waiting; the window is ${window / 1_000_000} s`,
    };
  }
  if (!end.quiescent || !counts(waits, slot)) return null;
  const unread = reading.read < (waits.logEnd[slot % waits.logEnd.length] as number);
  if (!unread && reading.autoCommit) return null;
  const records = `${backlog} ${backlog === 1 ? 'record waits' : 'records wait'}`;
  return {
    seq: waits.sinceSeq[slot] as number,
    at: waits.since[slot] as number,
    note: `nothing more will happen, and ${records} behind the committed offset${unread ? '' : ' (all of them read)'}`,
  };
}
