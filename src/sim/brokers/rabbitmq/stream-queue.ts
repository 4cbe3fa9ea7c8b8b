/**
 * A stream: an append-only log; readers keep their own place, the broker none. What is written at one time is one chunk,
 * and `last` and timestamps find chunks. Retention takes whole segments, never the last one.
 * Source: rabbit_stream_queue (3.10.8), osiris. Left out: replicas, super streams, filters. Rules: RABBIT-STREAM.
 */
import { note, tell } from '#sim/brokers/rabbitmq/books.ts';
import { deliver } from '#sim/brokers/rabbitmq/deliveries.ts';
import { isInteger, typeName, type FieldValue } from '#sim/brokers/rabbitmq/config/field-table.ts';
import { headersOf, withHeaders, type Message } from '#sim/brokers/rabbitmq/message.ts';
import { ageOf, timestampOf } from '#sim/brokers/rabbitmq/config/queue-arguments.ts';
import { consumerKey } from '#sim/brokers/rabbitmq/quorum-consumers.ts';
import type { BrokerState, StreamQueue, StreamReader } from '#sim/brokers/rabbitmq/state.ts';

export function publishStream(b: BrokerState, queue: StreamQueue, message: Message): void {
  const offset = queue.nextOffset;
  queue.nextOffset += 1;
  tell(b, 'enqueue', queue, message, offset, '', message.cause);
  const segment = queue.segments.at(-1);
  if (segment === undefined || segment.bytes >= queue.settings.segmentBytes) {
    queue.segments.push({ first: offset, bytes: message.size, lastAt: b.now });
    retain(b, queue);
  } else {
    segment.bytes += message.size;
    segment.lastAt = b.now;
  }
  queue.entries.push({ offset, message, at: b.now, cause: message.cause });
  for (const reader of queue.readers.values()) readOn(b, queue, reader);
}

/** [RABBIT-STREAM-8] Looked at whenever a segment begins. */
function retain(b: BrokerState, queue: StreamQueue): void {
  const { maxAge, maxBytes } = queue.settings;
  const total = (): number => queue.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const isOld = (): boolean => {
    const oldest = queue.segments[0];
    return maxAge >= 0 && oldest !== undefined && b.now - oldest.lastAt > maxAge * 1000;
  };
  while (queue.segments.length > 1 && ((maxBytes >= 0 && total() > maxBytes) || isOld())) {
    queue.segments.shift();
    const first = queue.segments[0]?.first ?? 0;
    for (const { offset, message, cause } of queue.entries) {
      if (offset < first) tell(b, 'drop', queue, message, offset, 'retention', cause);
    }
    queue.entries = queue.entries.filter(({ offset }) => offset >= first);
  }
}

/** [RABBIT-STREAM-3] Where a reader begins; `next` without a word. */
function startOf(b: BrokerState, queue: StreamQueue, spec: FieldValue | undefined): number {
  const first = queue.entries[0]?.offset ?? queue.nextOffset;
  if (spec === undefined || spec === 'next') return queue.nextOffset;
  if (spec === 'first') return first;
  if (spec === 'last') {
    const at = queue.entries.at(-1)?.at ?? -1;
    return queue.entries.find((entry) => entry.at === at)?.offset ?? queue.nextOffset;
  }
  if (isInteger(spec)) return Math.max(spec, first);
  const ms = typeName(spec) === 'timestamp' ? timestampOf(spec) : b.now / 1000 - (ageOf(String(spec)) ?? 0);
  return queue.entries.find(({ at }) => at >= ms * 1000)?.offset ?? queue.nextOffset;
}

export function addReader(
  b: BrokerState,
  queue: StreamQueue,
  channel: number,
  tag: string,
  prefetch: number,
  spec: FieldValue | undefined,
): void {
  const start = startOf(b, queue, spec);
  const reader: StreamReader = {
    channel,
    tag,
    start,
    next: Math.min(start, queue.nextOffset),
    credit: prefetch,
  };
  queue.readers.set(consumerKey(channel, tag), reader);
  readOn(b, queue, reader);
}

/** [RABBIT-STREAM-5] Whole chunks while there is credit: a chunk may overdraw it. */
function readOn(b: BrokerState, queue: StreamQueue, reader: StreamReader): void {
  while (reader.credit > 0 && reader.next < queue.nextOffset) {
    const first = queue.entries[0]?.offset ?? queue.nextOffset;
    if (reader.next < first) reader.next = first;
    const at = queue.entries[reader.next - first]?.at ?? -1;
    for (let i = reader.next - first; queue.entries[i]?.at === at && i < queue.entries.length; i += 1) {
      const entry = queue.entries[i];
      if (entry === undefined) break;
      reader.next = entry.offset + 1;
      if (entry.offset < reader.start) continue;
      reader.credit -= 1;
      const headers = { ...headersOf(entry.message.properties), 'x-stream-offset': entry.offset };
      const message = { ...entry.message, properties: withHeaders(entry.message.properties, headers) };
      const { offset, cause } = entry;
      const sent = { queue, message, id: offset, seq: offset, redelivered: false, cause };
      deliver(b, reader.channel, reader.tag, true, sent);
    }
  }
}

/** An acknowledgement is credit and nothing else. */
export function creditReader(
  b: BrokerState,
  queue: StreamQueue,
  channel: number,
  tag: string,
  count: number,
): void {
  const reader = queue.readers.get(consumerKey(channel, tag));
  note(queue, 'credited', count);
  if (reader === undefined) return;
  reader.credit += count;
  readOn(b, queue, reader);
}

export function channelGoneStream(queue: StreamQueue, channel: number): void {
  for (const [key, reader] of queue.readers) if (reader.channel === channel) queue.readers.delete(key);
}
