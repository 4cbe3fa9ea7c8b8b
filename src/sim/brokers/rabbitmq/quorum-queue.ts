/**
 * A quorum queue as its state machine has it: returns before new messages, a delivery count for each message, limits
 * that act after the fact, publishers that are told to stop. One member: every command is agreed upon at once.
 * Source: rabbit_fifo, rabbit_fifo_client, rabbit_fifo_dlx (3.10.8; 4.3 where the rules say so). Rules: RABBIT-QUORUM.
 */
import { compareNames } from '#sim/base/names.ts';
import { note, tell, tellEntry } from '#sim/brokers/rabbitmq/books.ts';
import {
  deadLetter,
  deadLetterTargets,
  makeLetter,
  type DeathReason,
} from '#sim/brokers/rabbitmq/dead-letter.ts';
import { deliver, type Got } from '#sim/brokers/rabbitmq/deliveries.ts';
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import { bestLine, emptyLines, entriesOf, frontOf, join, takeFront } from '#sim/brokers/rabbitmq/line.ts';
import {
  expirationOf,
  headersOf,
  priorityOf,
  withHeaders,
  type Message,
} from '#sim/brokers/rabbitmq/message.ts';
import {
  activateNext,
  consumerKey,
  createQuorumConsumer,
  giveBack,
  keepOrRemove,
  serve,
} from '#sim/brokers/rabbitmq/quorum-consumers.ts';
import type { BrokerState, Entry, Line, QuorumConsumer, QuorumQueue } from '#sim/brokers/rabbitmq/state.ts';
import { rulesOf } from '#sim/brokers/rabbitmq/config/version-rules.ts';

/** Publishers may go on once so much of the limit is left: LOW_LIMIT. */
const LOW_LIMIT = 0.8;

/** [RABBIT-QUORUM-8] Where priorities count, a message without one has this. */
const DEFAULT_PRIORITY = 4;

function lineOf(lines: readonly Line[], message: Message): Line {
  const top = lines.length - 1;
  const priority = message.properties['priority'] === undefined ? DEFAULT_PRIORITY : priorityOf(message);
  return lines[Math.min(Math.max(0, priority), top)] as Line;
}

/** The next message: returned ones first, then priority by priority. */
function nextLine(queue: QuorumQueue): Line | null {
  return bestLine(queue.returns) ?? bestLine(queue.lines);
}

function takeNext(queue: QuorumQueue): Entry | null {
  const line = nextLine(queue);
  const entry = line === null ? null : takeFront(line);
  if (entry === null) return null;
  queue.readyCount -= 1;
  queue.readyBytes -= entry.message.size;
  return entry;
}

function put(queue: QuorumQueue, lines: readonly Line[], entry: Entry): void {
  join(lineOf(lines, entry.message), entry);
  queue.readyCount += 1;
  queue.readyBytes += entry.message.size;
}

/** [RABBIT-QUORUM-6] False where the channel has been told that the queue is full. Dead letters are always taken. */
export function publishQuorum(
  b: BrokerState,
  queue: QuorumQueue,
  message: Message,
  channel: number | null,
): boolean {
  if (channel !== null) {
    const rejects = queue.settings.overflow !== 'drop-head';
    const told = queue.enqueuers.get(channel) ?? (rejects && overLimit(queue));
    queue.enqueuers.set(channel, told);
    if (told) {
      tell(b, 'refuse', queue, message, -1, 'overflow rejected', message.cause);
      return false;
    }
  }
  const seq = queue.nextSeq;
  queue.nextSeq += 1;
  const own = expirationOf(message);
  const { ttl } = queue.settings;
  const ms = own === null ? ttl : ttl < 0 ? own : Math.min(ttl, own);
  // a time to live of 0 lasts a millisecond here
  const expiry = ms < 0 ? -1 : b.now + Math.max(1, ms) * 1000;
  const entry: Entry = {
    seq,
    message,
    expiry,
    redelivered: false,
    deliveries: 0,
    acquired: 0,
    cause: message.cause,
  };
  tell(b, 'enqueue', queue, message, seq, '', message.cause);
  put(queue, queue.lines, entry);
  checkout(b, queue);
  return true;
}

/** Expires, sends, and holds to the limits: what follows every command. */
export function checkout(b: BrokerState, queue: QuorumQueue): void {
  const before = belowSoftLimit(queue);
  expire(b, queue);
  while (queue.readyCount > 0 && sendOne(b, queue)) expire(b, queue);
  evaluateLimit(b, queue, before);
  retryDiscards(b, queue);
}

function expire(b: BrokerState, queue: QuorumQueue): void {
  for (let line = nextLine(queue); line !== null; line = nextLine(queue)) {
    const entry = frontOf(line);
    if (entry === null || entry.expiry < 0 || b.now < entry.expiry) return;
    takeNext(queue);
    discard(b, queue, entry, 'expired');
  }
}

/** When the head expires (µs), -1 = never. */
export function quorumExpiryDue(queue: QuorumQueue): number {
  const line = nextLine(queue);
  return line === null ? -1 : (frontOf(line)?.expiry ?? -1);
}

function sendOne(b: BrokerState, queue: QuorumQueue): boolean {
  for (let key = queue.service.shift(); key !== undefined; key = queue.service.shift()) {
    const consumer = queue.consumers.get(key);
    if (consumer === undefined || consumer.credit <= 0 || consumer.status !== 'up') continue;
    const entry = takeNext(queue);
    if (entry === null) return false;
    const id = take(queue, consumer, entry);
    serve(queue, consumer);
    const { channel, tag, ackRequired } = consumer;
    const message = counted(b, entry, false);
    const { seq, cause } = entry;
    const redelivered = entry.acquired > 0;
    deliver(b, channel, tag, ackRequired, { queue, message, id, seq, redelivered, cause });
    if (!ackRequired) settleQuorum(b, queue, channel, tag, [id], false);
    return true;
  }
  return false;
}

function take(queue: QuorumQueue, consumer: QuorumConsumer, entry: Entry): number {
  const id = consumer.nextId;
  consumer.nextId += 1;
  consumer.checkedOut.set(id, entry);
  consumer.credit -= 1;
  return id;
}

/** [RABBIT-QUORUM-5] basic.get shows the count from the first time, basic.deliver once it is above 0. */
function counted(b: BrokerState, entry: Entry, always: boolean): Message {
  if (!always && entry.acquired === 0) return entry.message;
  const headers: Record<string, FieldTable[string]> = { ...headersOf(entry.message.properties) };
  if (always || entry.deliveries > 0) headers['x-delivery-count'] = entry.deliveries;
  if (!rulesOf(b.version).nackCountsAsDelivery) headers['x-acquired-count'] = entry.acquired;
  return { ...entry.message, properties: withHeaders(entry.message.properties, headers) };
}

/** Null where nothing is ready. The tag is the delivery tag: each get is a consumer of its own. */
export function getQuorum(
  b: BrokerState,
  queue: QuorumQueue,
  channel: number,
  deliveryTag: number,
  noAck: boolean,
): Got | null {
  queue.lastActive = b.now;
  const before = belowSoftLimit(queue);
  expire(b, queue);
  const entry = takeNext(queue);
  if (entry === null) return null;
  const message = counted(b, entry, true);
  const redelivered = entry.acquired > 0;
  const { seq, cause } = entry;
  let id = 0;
  if (noAck) tellEntry(b, 'acknowledge', queue, entry);
  else {
    const consumer = createQuorumConsumer(channel, String(deliveryTag), true, 0, 1);
    consumer.once = true;
    queue.consumers.set(consumerKey(channel, consumer.tag), consumer);
    id = take(queue, consumer, entry);
  }
  const left = queue.readyCount;
  evaluateLimit(b, queue, before);
  return { message, id, seq, redelivered, left, cause };
}

function takeBack(consumer: QuorumConsumer, ids: readonly number[]): Entry[] {
  const entries: Entry[] = [];
  for (const id of [...ids].sort((x, y) => x - y)) {
    const entry = consumer.checkedOut.get(id);
    if (entry === undefined) continue;
    consumer.checkedOut.delete(id);
    entries.push(entry);
  }
  return entries;
}

/** basic.ack, or a discard where `rejected`. */
export function settleQuorum(
  b: BrokerState,
  queue: QuorumQueue,
  channel: number,
  tag: string,
  ids: readonly number[],
  rejected: boolean,
): void {
  const consumer = queue.consumers.get(consumerKey(channel, tag));
  if (consumer === undefined) return;
  const entries = takeBack(consumer, ids);
  giveBack(consumer, entries.length);
  for (const entry of entries) {
    if (rejected) discard(b, queue, entry, 'rejected');
    else tellEntry(b, 'acknowledge', queue, entry);
  }
  keepOrRemove(b, queue, consumer);
  activateNext(b, queue);
  checkout(b, queue);
}

/** [RABBIT-QUORUM-1] [RABBIT-QUORUM-2] To the tail without a limit, ahead of new messages with one. */
export function requeueQuorum(
  b: BrokerState,
  queue: QuorumQueue,
  channel: number,
  tag: string,
  ids: readonly number[],
): void {
  const consumer = queue.consumers.get(consumerKey(channel, tag));
  if (consumer === undefined) return;
  const counts = rulesOf(b.version).nackCountsAsDelivery;
  if (queue.settings.deliveryLimit < 0) {
    for (const entry of takeBack(consumer, ids)) {
      entry.acquired += 1;
      if (counts) entry.deliveries += 1;
      put(queue, queue.lines, entry);
      tellEntry(b, 'requeue', queue, entry);
      giveBack(consumer, 1);
      keepOrRemove(b, queue, consumer);
      activateNext(b, queue);
      checkout(b, queue);
    }
    return;
  }
  const entries = takeBack(consumer, ids);
  giveBack(consumer, entries.length);
  for (const entry of entries) returnEntry(b, queue, entry, counts);
  keepOrRemove(b, queue, consumer);
  activateNext(b, queue);
  checkout(b, queue);
}

/** [RABBIT-QUORUM-3] Delivered more often than the limit says: it goes. */
function returnEntry(b: BrokerState, queue: QuorumQueue, entry: Entry, failed: boolean): void {
  entry.acquired += 1;
  if (failed) entry.deliveries += 1;
  const limit = queue.settings.deliveryLimit;
  if (limit >= 0 && entry.deliveries > limit) {
    discard(b, queue, entry, 'delivery_limit');
    return;
  }
  put(queue, queue.returns, entry);
  tellEntry(b, 'requeue', queue, entry);
}

/** [RABBIT-QUORUM-2] The channel is gone: all it had comes back at the head, consumer by consumer. */
export function channelGoneQuorum(b: BrokerState, queue: QuorumQueue, channel: number): void {
  queue.enqueuers.delete(channel);
  queue.waiting = queue.waiting.filter((one) => one.channel !== channel);
  const gone = [...queue.consumers.values()].filter((one) => one.channel === channel);
  if (gone.length === 0) return;
  gone.sort((x, y) => compareNames(x.tag, y.tag));
  for (const consumer of gone) consumerGone(b, queue, consumer);
  checkout(b, queue);
}

function consumerGone(b: BrokerState, queue: QuorumQueue, consumer: QuorumConsumer): void {
  const ids = [...consumer.checkedOut.keys()];
  for (const entry of takeBack(consumer, ids)) returnEntry(b, queue, entry, true);
  queue.consumers.delete(consumerKey(consumer.channel, consumer.tag));
  queue.lastActive = b.now;
  activateNext(b, queue);
}

/** [RABBIT-TIMEOUT-2] A consumer that held a message for too long is taken out, and what it had comes back. */
export function timeOutQuorum(b: BrokerState, queue: QuorumQueue, channel: number, tag: string): void {
  const consumer = queue.consumers.get(consumerKey(channel, tag));
  if (consumer === undefined) return;
  consumerGone(b, queue, consumer);
  checkout(b, queue);
}

function overLimit(queue: QuorumQueue): boolean {
  const { maxLength, maxBytes } = queue.settings;
  const waiting = queue.discards.length;
  const bytes = queue.discards.reduce((sum, { message }) => sum + message.size, 0);
  return (
    (maxLength >= 0 && queue.readyCount + waiting > maxLength) ||
    (maxBytes >= 0 && queue.readyBytes + bytes > maxBytes)
  );
}

function belowSoftLimit(queue: QuorumQueue): boolean {
  const { maxLength, maxBytes } = queue.settings;
  if (maxLength < 0 && maxBytes < 0) return false;
  return (
    (maxLength < 0 || queue.readyCount <= Math.floor(maxLength * LOW_LIMIT)) &&
    (maxBytes < 0 || queue.readyBytes <= Math.floor(maxBytes * LOW_LIMIT))
  );
}

/** [RABBIT-QUORUM-6] Drops the head, or tells every publisher to stop; to go on when well below. */
function evaluateLimit(b: BrokerState, queue: QuorumQueue, before: boolean): void {
  if (queue.settings.overflow === 'drop-head') {
    while (queue.readyCount > 0 && overLimit(queue)) {
      const entry = takeNext(queue);
      if (entry !== null) discard(b, queue, entry, 'maxlen');
    }
    return;
  }
  if (overLimit(queue)) {
    for (const channel of queue.enqueuers.keys()) queue.enqueuers.set(channel, true);
  } else if (!before && belowSoftLimit(queue)) {
    for (const channel of queue.enqueuers.keys()) queue.enqueuers.set(channel, false);
  }
}

/** [RABBIT-QUORUM-7] At least once holds a letter back until a queue has taken it; the overflow's are not held. */
function discard(b: BrokerState, queue: QuorumQueue, entry: Entry, reason: DeathReason): void {
  const { deadLetterOnce, overflow, deadLetterExchange } = queue.settings;
  const held = deadLetterOnce === 'at-least-once' && overflow !== 'drop-head';
  if (held && deadLetterExchange !== null && reason !== 'maxlen') {
    const letter = makeLetter(b, queue, entry.message, reason, deadLetterExchange);
    queue.discards.push({ message: letter, reason, retryAt: b.now });
    note(queue, 'held for dead letter');
    return;
  }
  deadLetter(b, queue, entry.message, reason, entry.cause);
}

/** rabbit_fifo_dlx_worker tries again after its settle timeout: three minutes. */
const RETRY = 180_000_000;

function retryDiscards(b: BrokerState, queue: QuorumQueue): void {
  for (const held of [...queue.discards]) {
    if (b.now < held.retryAt) continue;
    const targets = deadLetterTargets(b, queue, held.message);
    if (targets.length === 0) {
      held.retryAt = b.now + RETRY;
      continue;
    }
    queue.discards.splice(queue.discards.indexOf(held), 1);
    note(queue, 'held for dead letter', -1);
    tell(b, 'dead letter', queue, held.message, -1, held.reason, held.message.cause);
    for (const target of targets) b.passages.push({ queue: target, message: held.message });
  }
}

export function purgeQuorum(b: BrokerState, queue: QuorumQueue): number {
  const count = queue.readyCount;
  for (const entry of entriesOf([...queue.returns, ...queue.lines]))
    tell(b, 'drop', queue, entry.message, entry.seq, 'purged', entry.cause);
  emptyLines(queue.lines);
  emptyLines(queue.returns);
  queue.readyCount = 0;
  queue.readyBytes = 0;
  evaluateLimit(b, queue, false);
  return count;
}
