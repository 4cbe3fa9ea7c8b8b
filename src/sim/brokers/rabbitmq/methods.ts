/**
 * AMQP's methods on a channel, as data, and their performance on a node: the one way in for recorded conversations and
 * for clients in a run. What a method answers is returned; what else it sets off stands in `frames`.
 * Left out: tx.*, basic.credit, channel.flow, direct reply-to. Source: rabbit_channel:handle_method (3.10.8).
 */
import { recover, settle } from '#sim/brokers/rabbitmq/acknowledging.ts';
import { cancel, consume, get, qos, type GetAnswer } from '#sim/brokers/rabbitmq/consuming.ts';
import { findQueue } from '#sim/brokers/rabbitmq/declared.ts';
import {
  bind,
  checkExchange,
  declareExchange,
  deleteExchange,
  reservedName,
  unbind,
} from '#sim/brokers/rabbitmq/exchanges.ts';
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import { fail, finish } from '#sim/brokers/rabbitmq/node.ts';
import { wakeChannel } from '#sim/brokers/rabbitmq/deliveries.ts';
import {
  isProtocolError,
  protocolError,
  type ProtocolError,
} from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { publish, type Publication, type Routed } from '#sim/brokers/rabbitmq/publishing.ts';
import {
  countsOf,
  declareQueue,
  deleteQueue,
  purgeQueue,
  renewLease,
  serverNameFault,
  type QueueCounts,
  type QueueDeclaration,
} from '#sim/brokers/rabbitmq/queues.ts';
import type { Binding, BrokerState, Channel } from '#sim/brokers/rabbitmq/state.ts';

export type Method =
  | {
      readonly method: 'exchange.declare';
      readonly exchange: string;
      readonly type: string;
      readonly passive: boolean;
      readonly durable: boolean;
      readonly autoDelete: boolean;
      readonly internal: boolean;
      readonly args: FieldTable;
    }
  | { readonly method: 'exchange.delete'; readonly exchange: string; readonly ifUnused: boolean }
  | { readonly method: 'bind' | 'unbind'; readonly binding: Binding }
  | ({
      readonly method: 'queue.declare';
      readonly passive: boolean;
      readonly generated: string;
    } & QueueDeclaration)
  | {
      readonly method: 'queue.delete';
      readonly queue: string;
      readonly ifUnused: boolean;
      readonly ifEmpty: boolean;
    }
  | { readonly method: 'queue.purge'; readonly queue: string }
  | ({ readonly method: 'basic.publish' } & Publication)
  | { readonly method: 'basic.get'; readonly queue: string; readonly noAck: boolean }
  | {
      readonly method: 'basic.consume';
      readonly queue: string;
      readonly consumerTag: string;
      readonly noAck: boolean;
      readonly exclusive: boolean;
      readonly args: FieldTable;
    }
  | { readonly method: 'basic.cancel'; readonly consumerTag: string }
  | { readonly method: 'basic.qos'; readonly prefetchCount: number; readonly global: boolean }
  | { readonly method: 'basic.ack'; readonly deliveryTag: number; readonly multiple: boolean }
  | {
      readonly method: 'basic.nack';
      readonly deliveryTag: number;
      readonly multiple: boolean;
      readonly requeue: boolean;
    }
  | { readonly method: 'basic.recover'; readonly requeue: boolean }
  | { readonly method: 'confirm.select' };

export type Answer =
  | { readonly of: 'ok' }
  | { readonly of: 'queue'; readonly counts: QueueCounts }
  | { readonly of: 'count'; readonly messages: number }
  | { readonly of: 'tag'; readonly consumerTag: string }
  | { readonly of: 'routed'; readonly routed: Routed }
  | { readonly of: 'message'; readonly got: GetAnswer }
  | { readonly of: 'empty' };

const OK: Answer = { of: 'ok' };

/** [RABBIT-CHANNEL-5] An error ends the channel, or its connection, and is answered too. */
export function perform(b: BrokerState, channel: Channel, method: Method): Answer | ProtocolError {
  wakeChannel(b, channel);
  const answer = answerOf(b, channel, method);
  if (isProtocolError(answer)) fail(b, channel, answer);
  finish(b);
  return answer;
}

function orOk(fault: ProtocolError | null): Answer | ProtocolError {
  return fault ?? OK;
}

function answerOf(b: BrokerState, channel: Channel, method: Method): Answer | ProtocolError {
  switch (method.method) {
    case 'exchange.declare':
      return orOk(method.passive ? checkExchange(b, method.exchange) : declareExchange(b, method));
    case 'exchange.delete':
      return orOk(deleteExchange(b, method.exchange, method.ifUnused));
    case 'bind':
    case 'unbind':
      return rebind(b, channel, method.method, method.binding);
    case 'queue.declare':
      return declare(b, channel, method);
    case 'queue.delete':
    case 'queue.purge':
      return clear(b, channel, method);
    case 'basic.publish': {
      const routed = publish(b, channel, method);
      return isProtocolError(routed) ? routed : { of: 'routed', routed };
    }
    case 'basic.get':
    case 'basic.consume':
    case 'basic.cancel':
      return take(b, channel, method);
    case 'basic.qos':
      qos(b, channel, method.prefetchCount, method.global);
      return OK;
    case 'basic.ack':
      return orOk(settle(b, channel, 'ack', method.deliveryTag, method.multiple));
    case 'basic.nack': {
      const settlement = method.requeue ? 'requeue' : 'discard';
      return orOk(settle(b, channel, settlement, method.deliveryTag, method.multiple));
    }
    case 'basic.recover':
      return orOk(recover(b, channel, method.requeue));
    case 'confirm.select':
      channel.confirm = true;
      return OK;
  }
}

/** [RABBIT-QUEUE-2] An empty name is the channel's latest queue. */
function latest(channel: Channel, name: string): string | ProtocolError {
  if (name !== '') return name;
  return channel.latestQueue === ''
    ? protocolError('NOT_FOUND', 'no previously declared queue')
    : channel.latestQueue;
}

function rebind(
  b: BrokerState,
  channel: Channel,
  method: 'bind' | 'unbind',
  written: Binding,
): Answer | ProtocolError {
  let binding = written;
  if (written.kind === 'queue' && written.destination === '') {
    const name = latest(channel, '');
    if (typeof name !== 'string') return name;
    binding = {
      ...written,
      destination: name,
      routingKey: written.routingKey === '' ? name : written.routingKey,
    };
  }
  const change = method === 'bind' ? bind : unbind;
  return orOk(change(b, binding, channel.connection));
}

function declare(
  b: BrokerState,
  channel: Channel,
  wanted: Extract<Method, { method: 'queue.declare' }>,
): Answer | ProtocolError {
  if (wanted.passive) {
    const queue = findQueue(b, wanted.queue, channel.connection);
    if (isProtocolError(queue)) return queue;
    renewLease(b, queue);
    channel.latestQueue = queue.name;
    return { of: 'queue', counts: countsOf(queue) };
  }
  let name = wanted.queue.replace(/[\r\n]/g, '');
  if (name === '') {
    const fault = serverNameFault(wanted.args);
    if (fault !== null) return fault;
    name = wanted.generated; // [RABBIT-QUEUE-1]
  } else {
    const reserved = reservedName('queue', name);
    if (reserved !== null) return reserved;
  }
  const counts = declareQueue(b, { ...wanted, queue: name }, channel.connection);
  if (isProtocolError(counts)) return counts;
  channel.latestQueue = name;
  return { of: 'queue', counts };
}

function clear(
  b: BrokerState,
  channel: Channel,
  method: Extract<Method, { method: 'queue.delete' | 'queue.purge' }>,
): Answer | ProtocolError {
  const name = latest(channel, method.queue);
  if (typeof name !== 'string') return name;
  let messages: number | ProtocolError;
  if (method.method === 'queue.delete') {
    messages = deleteQueue(b, name, channel.connection, method.ifUnused, method.ifEmpty);
  } else {
    const queue = findQueue(b, name, channel.connection);
    messages = isProtocolError(queue) ? queue : purgeQueue(b, queue);
  }
  return isProtocolError(messages) ? messages : { of: 'count', messages };
}

function take(
  b: BrokerState,
  channel: Channel,
  method: Extract<Method, { method: 'basic.get' | 'basic.consume' | 'basic.cancel' }>,
): Answer | ProtocolError {
  if (method.method === 'basic.cancel') {
    cancel(b, channel, method.consumerTag);
    return OK;
  }
  const name = latest(channel, method.queue);
  if (typeof name !== 'string') return name;
  if (method.method === 'basic.get') {
    const got = get(b, channel, name, method.noAck);
    if (isProtocolError(got)) return got;
    return got === null ? { of: 'empty' } : { of: 'message', got };
  }
  const { consumerTag } = method;
  const fault = consume(b, channel, { ...method, queue: name });
  return fault ?? { of: 'tag', consumerTag };
}
