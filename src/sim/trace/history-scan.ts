/**
 * Walks over all of a history in one loop each, for verdicts: by far most events are as they should be, so what looks at
 * single ones begins where these stop.
 */
import type { IntColumn } from '#sim/base/column.ts';
import type { History } from '#sim/trace/history.ts';
import {
  CONFIRMED,
  CONFIRMED_IN,
  COPIES,
  EVENT,
  SERVED,
  SERVICE,
  type HistoryState,
} from '#sim/trace/history-state.ts';

/** The first event from `lid` on that was confirmed as one of a partition and stands in no log; else their count. */
export function nextWithoutCopy(s: HistoryState, lid: number): number {
  const { data, length } = s.events;
  let at = lid * EVENT;
  while (at < length && (data[at + CONFIRMED_IN] === 0 || data[at + COPIES] !== 0)) at += EVENT;
  return at / EVENT;
}

/** How far a look through a log has come, and how many confirmed events it has passed. */
export interface Look {
  offset: number;
  confirmed: number;
}

/** Goes on to the next record whose event is confirmed and that the group has not served, else to the log's end. */
export function lookForUnserved(history: History, p: number, g: number, look: Look): void {
  const { events, inGroups, logs } = history.state;
  const { groupCount } = history.dimensions;
  const log = logs[p] as IntColumn;
  const lids = log.data;
  let { offset, confirmed } = look;
  for (; offset < log.length; offset += 1) {
    const lid = lids[offset] as number;
    if (lid < 0 || events.data[lid * EVENT + CONFIRMED] === 0) continue;
    const row = (lid * groupCount + g) * SERVICE;
    if (row >= inGroups.length || inGroups.data[row + SERVED] === 0) break;
    confirmed += 1;
  }
  look.offset = offset;
  look.confirmed = confirmed;
}
