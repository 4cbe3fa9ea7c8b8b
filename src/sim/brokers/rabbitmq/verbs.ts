/**
 * AMQP's verbs as the recorded conversations speak them (format: the recordings' README): names of connections and
 * channels, a client library's defaults, the quiet time after each step, observers on connections of their own. It
 * holds no case ids and no expectations.
 */
import {
  NO_FIELDS,
  isTable,
  typeName,
  type FieldTable,
  type FieldValue,
} from '#sim/brokers/rabbitmq/config/field-table.ts';
import type { Frame } from '#sim/brokers/rabbitmq/frames.ts';
import { headersOf, textContent, withHeaders, type Message } from '#sim/brokers/rabbitmq/message.ts';
import { perform, type Answer, type Method } from '#sim/brokers/rabbitmq/methods.ts';
import {
  createNode,
  endChannel,
  endConnection,
  finish,
  openChannel,
  openConnection,
  passTime,
  restart,
} from '#sim/brokers/rabbitmq/node.ts';
import { isProtocolError, type ProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import type { BrokerState, Channel } from '#sim/brokers/rabbitmq/state.ts';

type Step = Record<string, unknown>;
type Told = Record<string, unknown>;

/** After each step everything due within this time takes place. */
const QUIET = 110_000;

export interface RabbitCase {
  do(step: Step): Told | 'not-modelled';
}

interface Client {
  readonly node: BrokerState;
  /** By name. */
  readonly connections: Map<string, number>;
  readonly channels: Map<string, number>;
  /** Generated names, in the order of their making. */
  generated: number;
}

/** A conversation with a fresh node; `given.setup` is said first. */
export function createRabbitCase(_topic: string, given: unknown): RabbitCase {
  const client: Client = {
    node: createNode('3.10'),
    connections: new Map(),
    channels: new Map(),
    generated: 0,
  };
  const setup = isTable(given) ? given['setup'] : [];
  let problem: Told | 'not-modelled' | null = null;
  for (const step of Array.isArray(setup) ? (setup as unknown[]) : []) {
    if (isTable(step) && say(client, step) === 'not-modelled') problem = 'not-modelled';
  }
  return { do: (step) => problem ?? say(client, step) };
}

function text(step: Step, name: string, otherwise = ''): string {
  const value = step[name];
  return typeof value === 'string' ? value : otherwise;
}

function flag(step: Step, name: string, otherwise = false): boolean {
  const value = step[name];
  return typeof value === 'boolean' ? value : otherwise;
}

function table(step: Step, name: string): FieldTable {
  const value = step[name];
  return isTable(value) ? value : NO_FIELDS;
}

function number(step: Step, name: string): number {
  const value = step[name];
  return typeof value === 'number' ? value : 0;
}

const GONE: Told = { error: { closed: 'connection or channel already gone' } };

function say(client: Client, step: Step): Told | 'not-modelled' {
  const { node } = client;
  const told = answer(client, step);
  if (told === 'not-modelled') return told;
  passTime(node, node.now + QUIET);
  const events = eventsOf(client);
  return events === null ? told : { ...told, events };
}

function answer(client: Client, step: Step): Told | 'not-modelled' {
  const op = text(step, 'op');
  const { node } = client;
  switch (op) {
    case 'connection.open':
      client.connections.set(text(step, 'conn'), openConnection(node));
      return { reply: 'ok' };
    case 'connection.close':
    case 'connection.drop':
      endConnection(node, client.connections.get(text(step, 'conn')) ?? -1);
      finish(node);
      return { reply: 'ok' };
    case 'channel.open':
      return openNamed(client, step);
    case 'channel.close':
      return closeNamed(client, step);
    case 'broker.restart':
      restart(node);
      return { reply: 'ok' };
    case 'broker.setenv':
      node.env.set(text(step, 'key'), number(step, 'value'));
      return { reply: 'ok' };
    case 'wait':
      passTime(node, node.now + number(step, 'ms') * 1000);
      return {};
    case 'observe.queue':
    case 'observe.queues':
    case 'observe.drain':
      return observe(node, op, step);
    default: {
      const method = methodOf(client, op, step);
      return method === null ? 'not-modelled' : call(client, step, method);
    }
  }
}

function openNamed(client: Client, step: Step): Told {
  const connection = client.connections.get(text(step, 'conn')) ?? -1;
  if (!client.node.connections.has(connection)) return GONE;
  const channel = openChannel(client.node, connection);
  channel.confirm = flag(step, 'confirm');
  client.channels.set(text(step, 'ch'), channel.id);
  return { reply: 'ok' };
}

function closeNamed(client: Client, step: Step): Told {
  const channel = channelOf(client, step);
  if (channel === null) return GONE;
  endChannel(client.node, channel.id);
  finish(client.node);
  return { reply: 'ok' };
}

function channelOf(client: Client, step: Step): Channel | null {
  return client.node.channels.get(client.channels.get(text(step, 'ch')) ?? -1) ?? null;
}

/** Methods that nobody answers: their errors come as events. */
const UNANSWERED: ReadonlySet<string> = new Set(['basic.publish', 'basic.ack', 'basic.nack']);

function call(client: Client, step: Step, method: Method): Told {
  const channel = channelOf(client, step);
  if (channel === null) return GONE;
  const answered = perform(client.node, channel, method);
  if (!isProtocolError(answered)) return replyOf(answered, step);
  if (UNANSWERED.has(method.method)) return {};
  return errorOf(client.node, answered);
}

/** An error of the channel is the answer itself; one of the connection cuts the call off. */
function errorOf(node: BrokerState, { replyCode, replyText, closes }: ProtocolError): Told {
  if (closes === 'connection') return GONE;
  node.frames = node.frames.filter(
    (frame) => frame.frame !== 'channel.close' || frame.replyText !== replyText,
  );
  return { error: { replyCode, replyText, closed: 'channel' } };
}

function replyOf(answered: Answer, step: Step): Told {
  switch (answered.of) {
    case 'ok':
      return { reply: 'ok' };
    case 'routed':
      return {};
    case 'queue': {
      const { messages, consumers } = answered.counts;
      const named = text(step, 'queue') === '' ? { serverNamed: true } : {};
      return { reply: { messageCount: messages, consumerCount: consumers, ...named } };
    }
    case 'count':
      return { reply: { messageCount: answered.messages } };
    case 'tag':
      return { reply: { consumerTag: answered.consumerTag } };
    case 'empty':
      return { reply: { empty: true } };
    case 'message': {
      const { message, deliveryTag, redelivered, left } = answered.got;
      return { reply: { ...shown(message), deliveryTag, redelivered, messageCount: left } };
    }
  }
}

function shown(message: Message): Told {
  const { body, exchange, routingKeys, properties } = message;
  return { body, exchange, routingKey: routingKeys[0] ?? '', properties: normalised(properties) };
}

/** Timestamps are said as such. */
function normalised(value: FieldValue): FieldValue {
  if (Array.isArray(value)) return (value as FieldValue[]).map(normalised);
  if (!isTable(value)) return value;
  if (typeName(value) === 'timestamp') return '<timestamp>';
  return Object.fromEntries(Object.keys(value).map((key) => [key, normalised(value[key] ?? null)]));
}

/** Publish options as the client library turns them into properties. */
function propertiesOf(written: FieldTable): FieldTable {
  const properties: Record<string, FieldValue> = {};
  const headers: Record<string, FieldValue> = { ...headersOf(written) };
  for (const [name, value] of Object.entries(written)) {
    if (name === 'headers' || value === null) continue;
    if (name === 'persistent') properties['deliveryMode'] = value === true ? 2 : 1;
    else if (name === 'CC' || name === 'BCC') headers[name] = Array.isArray(value) ? value : [String(value)];
    else if (name === 'expiration') properties[name] = String(value);
    else properties[name] = value;
  }
  return Object.keys(headers).length === 0 && written['headers'] === undefined
    ? properties
    : withHeaders(properties, headers);
}

function generate(client: Client): string {
  client.generated += 1;
  return `<auto${client.generated}>`;
}

function methodOf(client: Client, op: string, step: Step): Method | null {
  return resourceMethod(client, op, step) ?? messageMethod(client, op, step);
}

function resourceMethod(client: Client, op: string, step: Step): Method | null {
  const queue = text(step, 'queue');
  const routingKey = text(step, 'routingKey');
  const args = table(step, 'arguments');
  switch (op) {
    case 'exchange.declare':
      return {
        method: op,
        exchange: text(step, 'exchange'),
        type: text(step, 'type'),
        passive: flag(step, 'passive'),
        durable: flag(step, 'durable', true),
        autoDelete: flag(step, 'autoDelete'),
        internal: flag(step, 'internal'),
        args,
      };
    case 'exchange.delete':
      return { method: op, exchange: text(step, 'exchange'), ifUnused: flag(step, 'ifUnused') };
    case 'exchange.bind':
    case 'exchange.unbind': {
      const ends = { source: text(step, 'source'), destination: text(step, 'destination') };
      const method = op === 'exchange.bind' ? 'bind' : 'unbind';
      return { method, binding: { ...ends, kind: 'exchange', routingKey, args } };
    }
    case 'queue.declare':
      return {
        method: op,
        queue,
        passive: flag(step, 'passive'),
        durable: flag(step, 'durable', true),
        exclusive: flag(step, 'exclusive'),
        autoDelete: flag(step, 'autoDelete'),
        args,
        generated: queue !== '' ? '' : text(step, 'as') || generate(client),
      };
    case 'queue.bind':
    case 'queue.unbind': {
      const ends = { source: text(step, 'exchange'), destination: queue };
      const method = op === 'queue.bind' ? 'bind' : 'unbind';
      return { method, binding: { ...ends, kind: 'queue', routingKey, args } };
    }
    case 'queue.purge':
      return { method: op, queue };
    case 'queue.delete':
      return { method: op, queue, ifUnused: flag(step, 'ifUnused'), ifEmpty: flag(step, 'ifEmpty') };
    default:
      return null;
  }
}

function messageMethod(client: Client, op: string, step: Step): Method | null {
  const queue = text(step, 'queue');
  const deliveryTag = number(step, 'deliveryTag');
  const multiple = flag(step, 'multiple');
  switch (op) {
    case 'basic.publish':
      return {
        method: op,
        exchange: text(step, 'exchange'),
        routingKey: text(step, 'routingKey'),
        mandatory: flag(step, 'mandatory'),
        content: textContent(text(step, 'body'), propertiesOf(table(step, 'properties'))),
      };
    case 'basic.get':
      return { method: op, queue, noAck: flag(step, 'noAck') };
    case 'basic.consume': {
      const noAck = flag(step, 'noAck');
      const exclusive = flag(step, 'exclusive');
      const consumerTag = text(step, 'consumerTag') || generate(client);
      return { method: op, queue, consumerTag, noAck, exclusive, args: table(step, 'arguments') };
    }
    case 'basic.cancel':
      return { method: op, consumerTag: text(step, 'consumerTag') };
    case 'basic.qos':
      return { method: op, prefetchCount: number(step, 'prefetchCount'), global: flag(step, 'global') };
    case 'basic.ack':
      return { method: op, deliveryTag, multiple };
    case 'basic.nack':
      return { method: op, deliveryTag, multiple, requeue: flag(step, 'requeue', true) };
    case 'basic.reject':
      return { method: 'basic.nack', deliveryTag, multiple: false, requeue: flag(step, 'requeue', true) };
    case 'basic.recover':
      return { method: op, requeue: flag(step, 'requeue', true) };
    case 'confirm.select':
      return { method: op };
    default:
      return null;
  }
}

/** Observers have a connection of their own and no consumer. */
function observe(node: BrokerState, op: string, step: Step): Told {
  switch (op) {
    case 'observe.queues': {
      const names = Array.isArray(step['queues']) ? (step['queues'] as unknown[]).map(String) : [];
      return { reply: Object.fromEntries(names.map((name) => [name, ready(node, name)])) };
    }
    case 'observe.queue':
      return aside(node, (channel) => look(node, channel, step));
    default:
      return aside(node, (channel) => drain(node, channel, step));
  }
}

/** What another connection sees; it is gone afterwards, and what was said to it too. */
function aside(node: BrokerState, see: (channel: Channel) => Told): Told {
  const connection = openConnection(node);
  const channel = openChannel(node, connection);
  const told = see(channel);
  node.frames = node.frames.filter((frame) => !('channel' in frame) || frame.channel !== channel.id);
  node.frames = node.frames.filter((frame) => !('connection' in frame) || frame.connection !== connection);
  endConnection(node, connection);
  finish(node);
  return told;
}

function ready(node: BrokerState, queue: string): unknown {
  const { reply } = aside(node, (channel) => look(node, channel, { queue }));
  return isTable(reply) && reply['absent'] !== true ? reply['messageCount'] : 'absent';
}

function look(node: BrokerState, channel: Channel, step: Step): Told {
  const plain = { durable: true, exclusive: false, autoDelete: false, args: NO_FIELDS, generated: '' };
  const asked = { method: 'queue.declare', queue: text(step, 'queue'), passive: true, ...plain } as const;
  const answered = perform(node, channel, asked);
  if (isProtocolError(answered)) return { reply: { absent: true, replyCode: answered.replyCode } };
  return replyOf(answered, step);
}

function drain(node: BrokerState, channel: Channel, step: Step): Told {
  const messages: Told[] = [];
  for (;;) {
    const got = perform(node, channel, { method: 'basic.get', queue: text(step, 'queue'), noAck: true });
    if (isProtocolError(got)) return errorOf(node, got);
    if (got.of !== 'message') return { reply: { messages } };
    messages.push({ ...shown(got.got.message), redelivered: got.got.redelivered });
  }
}

/** What came since the step began, by receiver; null where nothing did. */
function eventsOf(client: Client): Told | null {
  const { node } = client;
  const events: Record<string, Told[]> = {};
  for (const frame of node.frames) {
    const receiver = receiverOf(client, frame);
    if (receiver === null) continue;
    const list = (events[receiver] ??= []);
    const last = list.at(-1);
    const event = eventOf(frame);
    const confirms = frame.frame === 'basic.ack' || frame.frame === 'basic.nack';
    if (confirms && last?.['ev'] === frame.frame) (last['seqs'] as number[]).push(frame.seq);
    else list.push(event);
  }
  node.frames = [];
  return Object.keys(events).length === 0 ? null : events;
}

function receiverOf(client: Client, frame: Frame): string | null {
  const names = 'channel' in frame ? client.channels : client.connections;
  const id = 'channel' in frame ? frame.channel : frame.connection;
  for (const [name, known] of names) if (known === id) return name;
  return null;
}

function eventOf(frame: Frame): Told {
  const ev = frame.frame;
  switch (ev) {
    case 'basic.deliver': {
      const { consumerTag, deliveryTag, redelivered, message } = frame;
      return { ev, consumerTag, deliveryTag, redelivered, ...shown(message) };
    }
    case 'basic.return':
      return { ev, replyCode: 312, replyText: 'NO_ROUTE', ...shown(frame.message) };
    case 'basic.ack':
    case 'basic.nack':
      return { ev, seqs: [frame.seq] };
    case 'basic.cancel':
      return { ev, consumerTag: frame.consumerTag };
    case 'channel.close':
    case 'connection.close':
      return { ev, replyCode: frame.replyCode, replyText: frame.replyText };
    case 'connection.blocked':
      return { ev, reason: frame.reason };
    case 'connection.unblocked':
      return { ev };
  }
}
