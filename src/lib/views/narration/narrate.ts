/**
 * A run in sentences, for those who listen: of the records between two playheads the one that matters most, as one
 * sentence with its time. Leaves out packets and everything that a listener could not follow at two sentences a second.
 */
import type { KindName } from '#sim/trace/vocabulary.ts';
import { tellRecord, type ToldRecord } from '#lib/scene/told-record.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { clock } from '#lib/views/number-words.ts';
import { recordSentence } from '#lib/views/record-words.ts';

/** What is told first when several things happen at once; 0 = not while playing. */
const weights: Readonly<Partial<Record<KindName, number>>> = {
  process: 10,
  fault: 9,
  commitRefused: 8,
  effect: 7,
  refuse: 6,
  skipped: 6,
  elect: 6,
  truncate: 6,
  lead: 4,
  isr: 5,
  logStart: 5,
  partitions: 6,
  member: 5,
  assign: 4,
  revoke: 4,
  handled: 3,
  retry: 3,
  commit: 2,
  deliver: 2,
  append: 2,
  transaction: 2,
  compacted: 2,
  produce: 1,
  step: 1,
  call: 1,
  database: 1,
};

/** More would be a scrub, of which only the end is told. */
const LOOKED_AT = 400;

function weightOf({ kind, fields }: ToldRecord): number {
  if (kind === 'handled' && fields['outcome'] !== 'ok') return 6;
  return weights[kind] ?? 0;
}

/** The heaviest; of equals the last, because it says where things stand. */
function mostTelling(records: readonly ToldRecord[]): ToldRecord | null {
  let best: ToldRecord | null = null;
  for (const record of records) if (best === null || weightOf(record) >= weightOf(best)) best = record;
  return best;
}

/** `00:06.260, payment-1 crashes` for the records from `from` up to and without `to`; '' where there are none. */
export function narrate(trace: ReceivedTrace, from: number, to: number): string {
  const told: ToldRecord[] = [];
  for (let seq = Math.max(from, to - LOOKED_AT); seq < to; seq += 1) {
    const record = tellRecord(trace, seq);
    if (record !== null) told.push(record);
  }
  const best = mostTelling(told);
  return best === null ? '' : `${clock(best.at)}, ${recordSentence(best)}`;
}
