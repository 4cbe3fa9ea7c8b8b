/**
 * One record of the trace with everything that it refers to written out: what sentences are made of. Made for the few
 * records that are read, never for all. Fields are named as in the trace's vocabulary; those that hold nothing are
 * left out.
 */
import { intAt } from '#sim/base/column.ts';
import { nameOf } from '#sim/base/names.ts';
import { keyText } from '#sim/messaging/keys.ts';
import type { Row } from '#sim/trace/block.ts';
import { recordJson } from '#sim/trace/text.ts';
import { kindNames, type KindName } from '#sim/trace/vocabulary.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';

export type ToldValue = string | number | boolean;

export interface ToldRecord {
  readonly seq: number;
  readonly at: number;
  readonly kind: KindName;
  /** Process that it happened at. */
  readonly entity: string;
  readonly lid: number;
  /** `order-17`, or the event's id where it has no key; '' where the record is about no event. */
  readonly subject: string;
  /** Event type; '' where there is none. */
  readonly type: string;
  readonly cause: number;
  readonly also: number;
  readonly fields: Readonly<Record<string, ToldValue>>;
}

export function tellRecord(trace: ReceivedTrace, seq: number): ToldRecord | null {
  const row = trace.row(seq);
  const kind = row === null ? undefined : kindNames[row.kind];
  if (row === null || kind === undefined) return null;
  const { catalog } = trace.header;
  const written = JSON.parse(recordJson(trace.header, row)) as {
    readonly event?: string;
    readonly fields: Readonly<Record<string, ToldValue>>;
  };
  const key = intAt(catalog.events.key, row.lid);
  const named = row.lid >= 0 && key >= 0 ? keyText(catalog.keys, catalog.names, key) : written.event;
  return {
    seq: row.seq,
    at: row.at,
    kind,
    entity: trace.header.entityNames[row.entity] ?? '',
    lid: row.lid,
    subject: named ?? '',
    type: row.lid < 0 ? '' : nameOf(catalog.names, intAt(catalog.events.type, row.lid)),
    cause: row.cause,
    also: row.also,
    fields: written.fields,
  };
}

/** The records that a record led to directly, of those within reach: about the same event or at the same process. */
export function effectsOf(trace: ReceivedTrace, row: Row): number[] {
  const near = new Set([
    ...(row.lid >= 0 ? trace.index.eventRecords(row.lid) : []),
    ...trace.index.entityRecords(row.entity, row.seq, row.seq + 4_096),
  ]);
  const found: number[] = [];
  for (const seq of near) {
    if (seq <= row.seq) continue;
    const other = trace.row(seq);
    if (other !== null && (other.cause === row.seq || other.also === row.seq)) found.push(seq);
  }
  return found.sort((a, b) => a - b);
}
