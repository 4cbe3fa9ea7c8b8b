/**
 * basic.consume, basic.cancel, basic.get, basic.qos: who may consume what, and the windows.
 * Source: rabbit_channel, rabbit_amqqueue:basic_consume and the queue types' consume and dequeue (3.10.8).
 * Rules: SPEC.md, RABBIT-CONSUMER, RABBIT-PREFETCH.
 */
import {
  addConsumer,
  consumerCount,
  isConsumer,
  nextActive,
  removeConsumer,
} from '#sim/brokers/rabbitmq/classic-consumers.ts';
import { getClassic, resumeClassic, runClassic } from '#sim/brokers/rabbitmq/classic-queue.ts';
import { findQueue } from '#sim/brokers/rabbitmq/declared.ts';
import { takeTag, type Got } from '#sim/brokers/rabbitmq/deliveries.ts';
import { numberField, type FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import { protocolError, resource, type ProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { consumeFault } from '#sim/brokers/rabbitmq/config/queue-arguments.ts';
import {
  addQuorumConsumer,
  cancelQuorumConsumer,
  consumerKey,
  createQuorumConsumer,
} from '#sim/brokers/rabbitmq/quorum-consumers.ts';
import { checkout, getQuorum } from '#sim/brokers/rabbitmq/quorum-queue.ts';
import { autoDeletes, removeQueue, renewLease } from '#sim/brokers/rabbitmq/queues.ts';
import type { BrokerState, Channel, ClassicQueue, Queue } from '#sim/brokers/rabbitmq/state.ts';
import { addReader } from '#sim/brokers/rabbitmq/stream-queue.ts';
import { rulesOf } from '#sim/brokers/rabbitmq/config/version-rules.ts';

export interface Subscription {
  readonly queue: string;
  readonly consumerTag: string;
  readonly noAck: boolean;
  readonly exclusive: boolean;
  readonly args: FieldTable;
}

export function consume(b: BrokerState, channel: Channel, wanted: Subscription): ProtocolError | null {
  const { consumerTag: tag, noAck, args } = wanted;
  if (channel.consumers.has(tag)) {
    return protocolError('NOT_ALLOWED', `attempt to reuse consumer tag '${tag}'`); // [RABBIT-CONSUMER-5]
  }
  const queue = findQueue(b, wanted.queue, channel.connection);
  if ('replyCode' in queue) return queue;
  const fault = consumeFault(queue.name, queue.type, args) ?? kindFault(queue, channel, noAck);
  if (fault !== null) return fault;
  const priority = numberField(args, 'x-priority') ?? 0;
  switch (queue.type) {
    case 'classic': {
      if (!mayConsume(queue, wanted.exclusive)) {
        return protocolError('ACCESS_REFUSED', `${resource('queue', queue.name)} in exclusive use`);
      }
      channel.consumers.set(tag, { queue: queue.name, noAck });
      subscribe(queue, channel, tag, !noAck, priority, wanted.exclusive);
      queue.expiresAt = -1;
      runClassic(b, queue);
      return null;
    }
    case 'quorum': {
      channel.consumers.set(tag, { queue: queue.name, noAck });
      addQuorumConsumer(b, queue, createQuorumConsumer(channel.id, tag, !noAck, priority, channel.prefetch));
      checkout(b, queue);
      return null;
    }
    case 'stream':
      channel.consumers.set(tag, { queue: queue.name, noAck });
      addReader(b, queue, channel.id, tag, channel.prefetch, args['x-stream-offset']);
      return null;
  }
}

/** [RABBIT-STREAM-1] [RABBIT-STREAM-2] [RABBIT-PREFETCH-5] What a type of queue cannot do. */
function kindFault(queue: Queue, channel: Channel, noAck: boolean): ProtocolError | null {
  const where = resource('queue', queue.name);
  if (queue.type === 'stream') {
    if (channel.prefetch === 0)
      return protocolError('PRECONDITION_FAILED', `consumer prefetch count is not set for '${where}'`);
    if (noAck) {
      const what = `automatic acknowledgement not supported by stream queues ${where}`;
      return protocolError('NOT_IMPLEMENTED', what);
    }
  }
  if (queue.type !== 'classic' && channel.limit > 0)
    return protocolError('NOT_IMPLEMENTED', `${where} does not support global qos`);
  return null;
}

/** [RABBIT-CONSUMER-3] */
function mayConsume(queue: ClassicQueue, exclusive: boolean): boolean {
  if (queue.settings.singleActive) return !exclusive;
  if (queue.active !== null) return false;
  return !exclusive || consumerCount(queue) === 0;
}

function subscribe(
  queue: ClassicQueue,
  channel: Channel,
  tag: string,
  ackRequired: boolean,
  priority: number,
  exclusive: boolean,
): void {
  addConsumer(queue, { channel: channel.id, tag, ackRequired, priority }, channel.prefetch);
  queue.hadConsumers = true;
  const takesOver = queue.settings.singleActive ? queue.active === null : exclusive;
  if (takesOver) queue.active = { channel: channel.id, tag };
}

/** [RABBIT-CONSUMER-4] Unacknowledged messages stay with the channel. An unknown tag is no error. */
export function cancel(b: BrokerState, channel: Channel, tag: string): void {
  const consumer = channel.consumers.get(tag);
  channel.consumers.delete(tag);
  const queue = consumer === undefined ? undefined : b.queues.get(consumer.queue);
  if (queue === undefined) return;
  switch (queue.type) {
    case 'classic':
      removeConsumer(queue, channel.id, tag);
      if (isConsumer(queue.active, channel.id, tag))
        queue.active = queue.settings.singleActive ? nextActive(queue) : null;
      if (autoDeletes(queue)) removeQueue(b, queue);
      else if (consumerCount(queue) === 0) renewLease(b, queue);
      return;
    case 'quorum':
      cancelQuorumConsumer(b, queue, channel.id, tag);
      checkout(b, queue);
      return;
    case 'stream':
      queue.readers.delete(consumerKey(channel.id, tag));
      return;
  }
}

export interface GetAnswer extends Got {
  readonly deliveryTag: number;
}

export function get(
  b: BrokerState,
  channel: Channel,
  name: string,
  noAck: boolean,
): GetAnswer | null | ProtocolError {
  const queue = findQueue(b, name, channel.connection);
  if ('replyCode' in queue) return queue;
  let got: Got | null;
  switch (queue.type) {
    case 'classic':
      renewLease(b, queue);
      got = getClassic(b, queue, channel.id, noAck);
      break;
    case 'quorum':
      if (queue.settings.singleActive) {
        const what = `cannot obtain access to locked ${resource('queue', name)}. basic.get operations are not supported by quorum queues with single active consumer`;
        return protocolError('RESOURCE_LOCKED', what);
      }
      got = getQuorum(b, queue, channel.id, channel.nextTag, noAck);
      break;
    case 'stream': {
      const what = `basic.get not supported by stream queues ${resource('queue', name)}`;
      return protocolError('NOT_IMPLEMENTED', what);
    }
  }
  if (got === null) return null;
  // a get's own number is the delivery tag itself: what a quorum queue knows it by
  return { ...got, deliveryTag: takeTag(b, channel, name, got.id, null, !noAck) };
}

/** [RABBIT-PREFETCH-2] [RABBIT-PREFETCH-4] */
export function qos(b: BrokerState, channel: Channel, prefetchCount: number, global: boolean): void {
  if (!global || !rulesOf(b.version).globalQos) {
    channel.prefetch = prefetchCount;
    setLimit(b, channel, 0);
  } else setLimit(b, channel, prefetchCount);
}

function setLimit(b: BrokerState, channel: Channel, limit: number): void {
  if (limit === 0) channel.volume = 0;
  else if (channel.limit === 0) channel.volume = channel.unacked.length;
  channel.limit = limit;
  openLimit(b, channel);
}

/** Queues that wait for the channel's limit go on, where it is open. */
export function openLimit(b: BrokerState, channel: Channel): void {
  if (channel.limit !== 0 && channel.volume >= channel.limit) return;
  const waiting = channel.limitedQueues;
  channel.limitedQueues = [];
  for (const name of waiting) {
    const queue = b.queues.get(name);
    if (queue?.type === 'classic') resumeClassic(b, queue, channel.id);
  }
}
