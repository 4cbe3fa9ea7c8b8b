/**
 * How often a process has handed a record out: offsets of a partition mostly come in order, so a range is enough until
 * one comes again. After a leap it is not known what lies between, and repeats count as unknown.
 */
import type { ConsumerState, HandedOut } from '#sim/brokers/kafka/client/consumer-state.ts';

/** How many times this process has handed the record out, 0 where that is not known. */
export function countDelivery(s: ConsumerState, row: number, offset: number): number {
  const seen = s.handedOut[row];
  if (seen === null || seen === undefined) {
    s.handedOut[row] = { from: offset, to: offset + 1, holes: false, again: new Map() };
    return 1;
  }
  if (offset === seen.to) {
    seen.to = offset + 1;
    return 1;
  }
  return countAgain(seen, offset);
}

function countAgain(seen: HandedOut, offset: number): number {
  if (offset > seen.to || offset < seen.from) {
    seen.holes = true;
    if (offset > seen.to) seen.to = offset + 1;
    else seen.from = offset;
    return 1;
  }
  if (seen.holes) return 0;
  const times = (seen.again.get(offset) ?? 1) + 1;
  seen.again.set(offset, times);
  return times;
}
