/**
 * A classic queue: messages in order of arrival within a priority; a returned one goes back to its old place; expiry at
 * the head only; limits that count ready messages. Source: rabbit_amqqueue_process, rabbit_variable_queue:requeue,
 * rabbit_priority_queue (3.10.8). Left out: paging to disk, lazy mode. Rules: SPEC.md, RABBIT-CLASSIC.
 */
import { tell, tellEntry } from '#sim/brokers/rabbitmq/books.ts';
import {
  giveCredit,
  pickConsumer,
  recordOf,
  resume,
  unblock,
} from '#sim/brokers/rabbitmq/classic-consumers.ts';
import { deadLetter, hasDeadLetterExchange } from '#sim/brokers/rabbitmq/dead-letter.ts';
import { channelOf, deliver, type Got } from '#sim/brokers/rabbitmq/deliveries.ts';
import type { DeathReason } from '#sim/brokers/rabbitmq/dead-letter.ts';
import {
  bestLine,
  emptyLines,
  entriesOf,
  frontOf,
  join,
  lineLength,
  returnToPlace,
  takeFront,
} from '#sim/brokers/rabbitmq/line.ts';
import { expirationOf, priorityOf, type Message } from '#sim/brokers/rabbitmq/message.ts';
import type { BrokerState, ChannelRecord, ClassicQueue, Entry, Line } from '#sim/brokers/rabbitmq/state.ts';

function lineOf(queue: ClassicQueue, message: Message): Line {
  const top = queue.lines.length - 1;
  // [RABBIT-PRIORITY-2] above the maximum counts as the maximum
  return queue.lines[Math.min(Math.max(0, priorityOf(message)), top)] as Line;
}

function enter(queue: ClassicQueue, entry: Entry): void {
  queue.readyCount += 1;
  queue.readyBytes += entry.message.size;
}

function leave(queue: ClassicQueue, entry: Entry): Entry {
  queue.readyCount -= 1;
  queue.readyBytes -= entry.message.size;
  return entry;
}

function takeBest(queue: ClassicQueue): Entry | null {
  const line = bestLine(queue.lines);
  const entry = line === null ? null : takeFront(line);
  return entry === null ? null : leave(queue, entry);
}

function overLimit(queue: ClassicQueue, more = 0, bytes = 0): boolean {
  const { maxLength, maxBytes } = queue.settings;
  return (
    (maxLength >= 0 && queue.readyCount + more > maxLength) ||
    (maxBytes >= 0 && queue.readyBytes + bytes > maxBytes)
  );
}

/** False where the queue rejects it. [RABBIT-LENGTH-1] … [RABBIT-LENGTH-5] */
export function publishClassic(b: BrokerState, queue: ClassicQueue, message: Message): boolean {
  const { overflow } = queue.settings;
  if (overflow !== 'drop-head' && overLimit(queue, 1, message.size)) {
    tell(b, 'refuse', queue, message, -1, 'overflow rejected', message.cause);
    if (overflow === 'reject-publish-dlx') deadLetter(b, queue, message, 'maxlen', message.cause);
    return false;
  }
  const entry = makeEntry(b, queue, message);
  tell(b, 'enqueue', queue, message, entry.seq, '', message.cause);
  if (queue.readyCount === 0 && sendNow(b, queue, entry)) return true;
  if (queue.settings.ttl === 0 && !hasDeadLetterExchange(b, queue)) {
    tell(b, 'drop', queue, message, entry.seq, 'expired', entry.cause);
    return true;
  }
  join(lineOf(queue, message), entry);
  enter(queue, entry);
  dropHead(b, queue);
  dropExpired(b, queue);
  // [RABBIT-SAC-3] a successor is only served when something comes in or back: the backlog first
  if (queue.settings.singleActive) runClassic(b, queue);
  return true;
}

function makeEntry(b: BrokerState, queue: ClassicQueue, message: Message): Entry {
  const seq = queue.nextSeq;
  queue.nextSeq += 1;
  const own = expirationOf(message);
  const { ttl } = queue.settings;
  // [RABBIT-TTL-3] the shorter of the queue's and the message's own
  const ms = own === null ? ttl : ttl < 0 ? own : Math.min(ttl, own);
  const expiry = ms < 0 ? -1 : b.now + ms * 1000;
  return { seq, message, expiry, redelivered: false, deliveries: 0, acquired: 0, cause: message.cause };
}

/** To a consumer that is ready: the message is never in the queue. */
function sendNow(b: BrokerState, queue: ClassicQueue, entry: Entry): boolean {
  const consumer = pickConsumer(queue, (id) => channelOf(b, id));
  if (consumer === null) return false;
  send(b, queue, entry, consumer.channel, consumer.tag, consumer.ackRequired);
  return true;
}

function send(
  b: BrokerState,
  queue: ClassicQueue,
  entry: Entry,
  channel: number,
  tag: string,
  ackRequired: boolean,
): void {
  const { message, seq, redelivered, cause } = entry;
  deliver(b, channel, tag, ackRequired, { queue, message, id: seq, seq, redelivered, cause });
  entry.redelivered = true;
  if (ackRequired) recordOf(queue, channel).unacked.push({ entry, tag });
  else tellEntry(b, 'acknowledge', queue, entry); // [RABBIT-ACK-1] sent is settled
}

/** Sends what consumers can take. */
export function runClassic(b: BrokerState, queue: ClassicQueue): void {
  while (queue.readyCount > 0) {
    const consumer = pickConsumer(queue, (id) => channelOf(b, id));
    if (consumer === null) return;
    const entry = takeBest(queue);
    if (entry === null) return;
    send(b, queue, entry, consumer.channel, consumer.tag, consumer.ackRequired);
    dropExpired(b, queue);
  }
}

export function getClassic(b: BrokerState, queue: ClassicQueue, channel: number, noAck: boolean): Got | null {
  const entry = takeBest(queue);
  if (entry === null) return null;
  const { message, seq, redelivered, cause } = entry;
  entry.redelivered = true;
  if (noAck) tellEntry(b, 'acknowledge', queue, entry);
  else recordOf(queue, channel).unacked.push({ entry, tag: null });
  dropExpired(b, queue);
  return { message, id: seq, seq, redelivered, left: queue.readyCount, cause };
}

/** Takes what the channel has of these out of its list, in the order of sending; true where its window is open again. */
function takeUnacked(
  queue: ClassicQueue,
  channel: number,
  ids: readonly number[],
): { readonly entries: Entry[]; readonly open: boolean } {
  const record = recordOf(queue, channel);
  const entries: Entry[] = [];
  const counts = new Map<string, number>();
  for (const { entry, tag } of takeOut(record, ids)) {
    entries.push(entry);
    if (tag !== null) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  let open = false;
  for (const [tag, count] of counts) open = giveCredit(queue, channel, tag, count) || open;
  return { entries, open: open && unblock(queue, channel) };
}

/** One by one is what most programs do, and the oldest first. */
function takeOut(record: ChannelRecord, ids: readonly number[]): ChannelRecord['unacked'] {
  if (ids.length === 1) {
    const at = record.unacked.findIndex(({ entry }) => entry.seq === ids[0]);
    return at < 0 ? [] : record.unacked.splice(at, 1);
  }
  const wanted = new Set(ids);
  const taken = record.unacked.filter(({ entry }) => wanted.has(entry.seq));
  record.unacked = record.unacked.filter(({ entry }) => !wanted.has(entry.seq));
  return taken;
}

export function ackClassic(
  b: BrokerState,
  queue: ClassicQueue,
  channel: number,
  ids: readonly number[],
): void {
  const { entries, open } = takeUnacked(queue, channel, ids);
  for (const entry of entries) tellEntry(b, 'acknowledge', queue, entry);
  if (open) runClassic(b, queue);
}

/** [RABBIT-DEATH-6] In the order in which they were sent. */
export function discardClassic(
  b: BrokerState,
  queue: ClassicQueue,
  channel: number,
  ids: readonly number[],
): void {
  const { entries, open } = takeUnacked(queue, channel, ids);
  for (const { message, cause } of entries) deadLetter(b, queue, message, 'rejected', cause);
  if (open) runClassic(b, queue);
}

export function requeueClassic(
  b: BrokerState,
  queue: ClassicQueue,
  channel: number,
  ids: readonly number[],
): void {
  const { entries } = takeUnacked(queue, channel, ids);
  requeueEntries(b, queue, entries);
}

/** [RABBIT-CLASSIC-1] Each to its old place; past the limit the head goes [RABBIT-LENGTH-4]. */
function requeueEntries(b: BrokerState, queue: ClassicQueue, entries: readonly Entry[]): void {
  for (const entry of entries) {
    returnToPlace(lineOf(queue, entry.message), entry);
    enter(queue, entry);
    tellEntry(b, 'requeue', queue, entry);
  }
  dropHead(b, queue);
  dropExpired(b, queue);
  runClassic(b, queue);
}

function lose(b: BrokerState, queue: ClassicQueue, entry: Entry, reason: DeathReason): void {
  if (hasDeadLetterExchange(b, queue)) deadLetter(b, queue, entry.message, reason, entry.cause);
  else tell(b, 'drop', queue, entry.message, entry.seq, reason, entry.cause);
}

function dropHead(b: BrokerState, queue: ClassicQueue): void {
  if (queue.settings.overflow !== 'drop-head') return;
  while (queue.readyCount > 0 && overLimit(queue)) {
    const entry = takeBest(queue);
    if (entry !== null) lose(b, queue, entry, 'maxlen');
  }
}

/** [RABBIT-TTL-1] From the head on, priority by priority as long as one is emptied by it. */
export function dropExpired(b: BrokerState, queue: ClassicQueue): void {
  for (let priority = queue.lines.length - 1; priority >= 0; priority -= 1) {
    const line = queue.lines[priority] as Line;
    for (let entry = frontOf(line); entry !== null; entry = frontOf(line)) {
      if (entry.expiry < 0 || b.now < entry.expiry) return;
      takeFront(line);
      lose(b, queue, leave(queue, entry), 'expired');
    }
    if (lineLength(line) > 0) return;
  }
}

/** When the head expires (µs), -1 = never. */
export function expiryDue(queue: ClassicQueue): number {
  const line = bestLine(queue.lines);
  return line === null ? -1 : (frontOf(line)?.expiry ?? -1);
}

export function purgeClassic(b: BrokerState, queue: ClassicQueue): number {
  const count = queue.readyCount;
  for (const entry of entriesOf(queue.lines))
    tell(b, 'drop', queue, entry.message, entry.seq, 'purged', entry.cause);
  emptyLines(queue.lines);
  queue.readyCount = 0;
  queue.readyBytes = 0;
  return count;
}

/** The channel's limit is open: its consumers step in again. */
export function resumeClassic(b: BrokerState, queue: ClassicQueue, channel: number): void {
  if (resume(queue, channel)) runClassic(b, queue);
}

/** Everything that the channel has of this queue goes back; its consumers have been taken out. */
export function returnAll(b: BrokerState, queue: ClassicQueue, channel: number): void {
  const record = queue.channels.get(channel);
  if (record === undefined) return;
  queue.channels.delete(channel);
  requeueEntries(
    b,
    queue,
    record.unacked.map(({ entry }) => entry),
  );
}
