/**
 * What a node writes into the trace: a message enters a queue (`append`), leaves it (`settled`, with the reason), goes
 * back to it. A queue is a topic of one partition, its messages' offsets are their places; whoever consumes a queue is
 * its group. A dead letter that has come to rest counts as passed over on purpose for the queues that it died in.
 */
import { intColumn, pushInt, type IntColumn } from '#sim/base/column.ts';
import { intern } from '#sim/base/names.ts';
import { isTable, type FieldValue } from '#sim/brokers/rabbitmq/config/field-table.ts';
import type { Happening } from '#sim/brokers/rabbitmq/frames.ts';
import { headersOf, type Message } from '#sim/brokers/rabbitmq/message.ts';
import type { BrokerState } from '#sim/brokers/rabbitmq/state.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import * as emit from '#sim/trace/emit.ts';

export interface Records {
  /** By queue, by place: the `append`. */
  readonly appended: Map<string, IntColumn>;
  /** By queue, by place: the record by which it came back. */
  readonly freed: Map<string, Map<number, number>>;
}

export interface Ground {
  readonly catalog: Catalog;
  readonly queueIds: ReadonlyMap<string, number>;
  /** Whose doing it is, -1 = the broker's own. */
  readonly member: number;
}

/** Words that records carry, known from the start. */
const OUTCOMES = [
  'acknowledged',
  'requeued',
  'unroutable',
  'refused',
  'maxlen',
  'expired',
  'rejected',
  'delivery_limit',
  'purged',
  'queue deleted',
  'transient',
  'overflow rejected',
  'retention',
  'dead-lettered',
] as const;

export function queueRecords(catalog: Catalog, node: BrokerState): ReadonlyMap<string, number> {
  for (const outcome of OUTCOMES) intern(catalog.names, outcome);
  return new Map([...node.queues.keys()].map((name) => [name, intern(catalog.names, name)]));
}

export function recordHappenings(node: BrokerState, records: Records, ground: Ground, ctx: Ctx): void {
  const told = node.told ?? [];
  if (told.length === 0) return;
  node.told = [];
  const packet = ctx.cause;
  /** By message: the record of its last death. */
  const deaths = new Map<number, number>();
  for (const happening of told) {
    ctx.cause = packet;
    if (happening.message.lid < 0) continue;
    if (happening.what === 'enqueue') append(node, records, ground, ctx, happening, deaths);
    else leave(records, ground, ctx, happening, deaths);
  }
}

function append(
  node: BrokerState,
  records: Records,
  { catalog, queueIds }: Ground,
  ctx: Ctx,
  { queue, message, seq: place }: Happening,
  deaths: ReadonlyMap<number, number>,
): void {
  const { mid, lid } = message;
  const id = queueIds.get(queue) ?? -1;
  const key = catalog.events.key.data[lid] ?? -1;
  const announced = catalog.events.produced.data[lid] ?? -1;
  const death = deaths.get(mid);
  const cause = death ?? (announced >= 0 ? announced : ctx.cause);
  const seq = emit.append(ctx, mid, lid, id, 0, place, key, 0, cause, ctx.cause);
  let column = records.appended.get(queue);
  if (column === undefined) {
    column = intColumn('append');
    records.appended.set(queue, column);
  }
  while (column.length < place) pushInt(column, -1);
  if (column.length === place) pushInt(column, seq);
  if (death !== undefined && node.queues.get(queue)?.settings.deadLetterExchange === null) {
    passOver(message, queueIds, catalog, ctx, seq);
  }
}

/** A dead letter at rest: the queues that it died in have not lost it. */
function passOver(
  message: Message,
  queueIds: ReadonlyMap<string, number>,
  catalog: Catalog,
  ctx: Ctx,
  seq: number,
): void {
  const reason = intern(catalog.names, 'dead-lettered');
  const history = headersOf(message.properties)['x-death'];
  for (const death of Array.isArray(history) ? (history as FieldValue[]) : []) {
    const id = isTable(death) ? (queueIds.get(String(death['queue'])) ?? -1) : -1;
    if (id >= 0) emit.skipped(ctx, message.mid, message.lid, id, reason, id, 0, -1, seq);
  }
}

function leave(
  records: Records,
  { catalog, queueIds, member }: Ground,
  ctx: Ctx,
  { what, queue, message, seq: place, reason }: Happening,
  deaths: Map<number, number>,
): void {
  const id = queueIds.get(queue) ?? -1;
  const outcome = what === 'acknowledge' ? 'acknowledged' : what === 'requeue' ? 'requeued' : reason;
  const word = intern(catalog.names, outcome === '' ? 'unroutable' : outcome);
  const seq = emit.settled(ctx, message.mid, message.lid, id, id, 0, place, member, word, 0);
  if (what === 'dead letter') deaths.set(message.mid, seq);
  let freed = records.freed.get(queue);
  if (what === 'requeue') {
    if (freed === undefined) {
      freed = new Map();
      records.freed.set(queue, freed);
    }
    freed.set(place, seq);
  } else freed?.delete(place);
}
