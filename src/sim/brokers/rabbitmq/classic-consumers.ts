/**
 * Who of a classic queue's consumers gets the next message: in turn within a priority, the higher priority first, and
 * nobody whose window is full. A consumer that cannot take anything steps out of the turn and comes back behind the
 * others. A single active consumer alone is served. Source: rabbit_queue_consumers, rabbit_limiter (3.10.8).
 * Left out: the 200 messages that may wait for a channel's socket. Rules: SPEC.md, RABBIT-CONSUMER, RABBIT-PREFETCH.
 */
import type { Channel, ChannelRecord, ClassicConsumer, ClassicQueue } from '#sim/brokers/rabbitmq/state.ts';

export function recordOf(queue: ClassicQueue, channel: number): ChannelRecord {
  const known = queue.channels.get(channel);
  if (known !== undefined) return known;
  const record: ChannelRecord = {
    unacked: [],
    consumers: 0,
    credits: new Map(),
    blocked: [],
    suspended: false,
  };
  queue.channels.set(channel, record);
  return record;
}

/** Behind all of its own priority. */
function stepIn(list: ClassicConsumer[], consumer: ClassicConsumer): void {
  let at = list.length;
  while (at > 0 && (list[at - 1] as ClassicConsumer).priority < consumer.priority) at -= 1;
  list.splice(at, 0, consumer);
}

export function isConsumer(
  one: { readonly channel: number; readonly tag: string } | null,
  channel: number,
  tag: string,
): boolean {
  return one !== null && one.channel === channel && one.tag === tag;
}

function without(list: ClassicConsumer[], channel: number, tag: string): ClassicConsumer[] {
  return list.filter((one) => !isConsumer(one, channel, tag));
}

export function consumerCount(queue: ClassicQueue): number {
  let count = 0;
  for (const { consumers } of queue.channels.values()) count += consumers;
  return count;
}

/** [RABBIT-PREFETCH-1] The window is the consumer's own, and only of one that acknowledges. */
export function addConsumer(queue: ClassicQueue, consumer: ClassicConsumer, prefetch: number): void {
  const record = recordOf(queue, consumer.channel);
  record.consumers += 1;
  if (prefetch > 0 && consumer.ackRequired) record.credits.set(consumer.tag, prefetch);
  stepIn(queue.consumers, consumer);
}

export function removeConsumer(queue: ClassicQueue, channel: number, tag: string): void {
  const record = recordOf(queue, channel);
  record.consumers -= 1;
  record.blocked = without(record.blocked, channel, tag);
  record.credits.delete(tag);
  queue.consumers = without(queue.consumers, channel, tag);
}

/** [RABBIT-SAC-2] After the active one left: the first in turn, if there is any. */
export function nextActive(queue: ClassicQueue): { channel: number; tag: string } | null {
  const first = queue.consumers[0];
  return first === undefined ? null : { channel: first.channel, tag: first.tag };
}

/** [RABBIT-PREFETCH-4] Whether the channel's own limit lets one more through; counts it if so. */
function passesLimit(queue: ClassicQueue, channel: Channel, consumer: ClassicConsumer): boolean {
  if (channel.limit === 0) return true;
  if (channel.volume >= channel.limit) {
    if (!channel.limitedQueues.includes(queue.name)) channel.limitedQueues.push(queue.name);
    return false;
  }
  if (consumer.ackRequired) channel.volume += 1;
  return true;
}

/** Whether it can be sent a message now; takes the credit if so. */
function takesTurn(queue: ClassicQueue, channel: Channel, consumer: ClassicConsumer): boolean {
  const record = recordOf(queue, consumer.channel);
  if (record.suspended) return false;
  const credit = record.credits.get(consumer.tag);
  if (credit !== undefined && credit <= 0) return false;
  if (!passesLimit(queue, channel, consumer)) {
    record.suspended = true;
    return false;
  }
  if (credit !== undefined) record.credits.set(consumer.tag, credit - 1);
  return true;
}

/** The consumer to send the next message to, or null: those that cannot take it step out of the turn. */
export function pickConsumer(
  queue: ClassicQueue,
  channelOf: (id: number) => Channel,
): ClassicConsumer | null {
  if (queue.settings.singleActive) return pickActive(queue, channelOf);
  for (let first = queue.consumers[0]; first !== undefined; first = queue.consumers[0]) {
    queue.consumers.shift();
    if (takesTurn(queue, channelOf(first.channel), first)) {
      stepIn(queue.consumers, first);
      return first;
    }
    stepIn(recordOf(queue, first.channel).blocked, first);
  }
  return null;
}

/** [RABBIT-SAC-1] */
function pickActive(queue: ClassicQueue, channelOf: (id: number) => Channel): ClassicConsumer | null {
  const { active } = queue;
  if (active === null) return null;
  const consumer = queue.consumers.find((one) => isConsumer(one, active.channel, active.tag));
  if (consumer === undefined) return null;
  if (takesTurn(queue, channelOf(consumer.channel), consumer)) return consumer;
  queue.consumers = without(queue.consumers, active.channel, active.tag);
  stepIn(recordOf(queue, active.channel).blocked, consumer);
  return null;
}

/** So many of `tag`'s messages are settled: true where somebody can take one again. */
export function giveCredit(queue: ClassicQueue, channel: number, tag: string, count: number): boolean {
  const record = recordOf(queue, channel);
  const credit = record.credits.get(tag);
  if (credit === undefined) return false;
  record.credits.set(tag, credit + count);
  return credit === 0 && count > 0;
}

/** Those of the channel that are not held up by their own window step in again, behind the others. */
export function unblock(queue: ClassicQueue, channel: number): boolean {
  const record = recordOf(queue, channel);
  const held: ClassicConsumer[] = [];
  let any = false;
  for (const consumer of record.blocked) {
    const credit = record.credits.get(consumer.tag);
    if (credit !== undefined && credit <= 0) held.push(consumer);
    else {
      stepIn(queue.consumers, consumer);
      any = true;
    }
  }
  record.blocked = held;
  return any;
}

/** The channel's limit is open again, or gone. */
export function resume(queue: ClassicQueue, channel: number): boolean {
  const record = queue.channels.get(channel);
  if (record === undefined || !record.suspended) return false;
  record.suspended = false;
  return unblock(queue, channel);
}
