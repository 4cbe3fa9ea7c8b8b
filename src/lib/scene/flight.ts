/** A packet's way as its `send` record tells it: from whom to whom, and until when it is seen on the line. */
import { A, C, ENTITY } from '#sim/trace/block.ts';
import { Delivered, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';

/** A lost packet's cross stays on the line for a second of virtual time. */
const LOST_STAYS = 1_000_000;

function word(trace: ReceivedTrace, seq: number, field: number): number {
  const block = trace.blockOf(seq);
  return block.ints[(seq - block.first) * RECORD_WORDS + field] as number;
}

export function senderOf(trace: ReceivedTrace, seq: number): number {
  return word(trace, seq, ENTITY);
}

export function recipientOf(trace: ReceivedTrace, seq: number): number {
  return word(trace, seq, A);
}

/** It waits in a partition of the network until that heals. */
export function isHeld(trace: ReceivedTrace, seq: number): boolean {
  return word(trace, seq, C) === Delivered.held;
}

/** Whether there is nothing of it to be seen any more. */
export function flightOver(trace: ReceivedTrace, seq: number, at: number): boolean {
  const verdict = word(trace, seq, C);
  if (verdict === Delivered.held) return false;
  const block = trace.blockOf(seq);
  const row = (seq - block.first) * RECORD_FLOATS;
  if (verdict === Delivered.dropped) return (block.floats[row] as number) + LOST_STAYS <= at;
  return (block.floats[row + 1] as number) <= at;
}
