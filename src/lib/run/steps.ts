/**
 * Where stepping stops. One step is one record together with the packets that it sent at once; packets that nobody's
 * step sent (heartbeats, empty fetches) are passed over, because nothing is to be read from them. Places are seqs of
 * the first record that is not shown.
 */
import { Kind } from '#sim/trace/vocabulary.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';

/** The next place behind `place`; the trace's end where there is none. */
export function nextStop(trace: ReceivedTrace, place: number): number {
  let at = place;
  while (at < trace.records) {
    const begun = isPacket(trace, at);
    at = stepEnd(trace, at);
    if (!begun) break;
  }
  return at;
}

/** The place before `place`; 0 where there is none. */
export function stopBefore(trace: ReceivedTrace, place: number): number {
  let at = stepStart(trace, place);
  while (at > 0 && isPacket(trace, stepStart(trace, at))) at = stepStart(trace, at);
  return at;
}

function isPacket(trace: ReceivedTrace, seq: number): boolean {
  return trace.row(seq)?.kind === Kind.send;
}

/** A packet that leaves at the time of the record before it belongs to that record's step. */
function belongsToBefore(trace: ReceivedTrace, seq: number): boolean {
  return seq > 0 && isPacket(trace, seq) && trace.row(seq)?.at === trace.row(seq - 1)?.at;
}

function stepEnd(trace: ReceivedTrace, start: number): number {
  let end = start + 1;
  while (end < trace.records && belongsToBefore(trace, end)) end += 1;
  return end;
}

/** Of the step that ends before `end`. */
function stepStart(trace: ReceivedTrace, end: number): number {
  let start = Math.max(0, end - 1);
  while (start > 0 && belongsToBefore(trace, start)) start -= 1;
  return start;
}
