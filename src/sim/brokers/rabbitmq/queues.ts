/**
 * Queues as resources: declaring and redeclaring, deleting, expiring, counting; and what every type of queue can do,
 * by type. Source: rabbit_channel:handle_method (queue.*), rabbit_amqqueue, rabbit_queue_type (3.10.8).
 * Rules: SPEC.md, RABBIT-QUEUE, RABBIT-ARGS.
 */
import { tell } from '#sim/brokers/rabbitmq/books.ts';
import { consumerCount } from '#sim/brokers/rabbitmq/classic-consumers.ts';
import { publishClassic, purgeClassic } from '#sim/brokers/rabbitmq/classic-queue.ts';
import { removeBindingsTo } from '#sim/brokers/rabbitmq/exchanges.ts';
import { argumentInequivalence, findQueue, inequivalent } from '#sim/brokers/rabbitmq/declared.ts';
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import { createLines, entriesOf } from '#sim/brokers/rabbitmq/line.ts';
import type { Message } from '#sim/brokers/rabbitmq/message.ts';
import {
  locked,
  protocolError,
  resource,
  type ProtocolError,
} from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { publishQuorum, purgeQuorum } from '#sim/brokers/rabbitmq/quorum-queue.ts';
import {
  declareArguments,
  declareFault,
  moduleOf,
  queueTypeOf,
} from '#sim/brokers/rabbitmq/config/queue-arguments.ts';
import { settingsOf } from '#sim/brokers/rabbitmq/settings.ts';
import type {
  BrokerState,
  ClassicQueue,
  Queue,
  QueueCommon,
  QueueType,
} from '#sim/brokers/rabbitmq/state.ts';
import { publishStream } from '#sim/brokers/rabbitmq/stream-queue.ts';
import { rulesOf } from '#sim/brokers/rabbitmq/config/version-rules.ts';

export interface QueueDeclaration {
  readonly queue: string;
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly args: FieldTable;
}

export interface QueueCounts {
  readonly queue: string;
  readonly messages: number;
  readonly consumers: number;
}

function messageCount(queue: Queue): number {
  return queue.type === 'stream' ? queue.entries.length : queue.readyCount;
}

/** [RABBIT-QUEUE-7] Consumers of a stream are not counted here. */
export function countsOf(queue: Queue): QueueCounts {
  const consumers =
    queue.type === 'classic' ? consumerCount(queue) : queue.type === 'quorum' ? queue.consumers.size : 0;
  return { queue: queue.name, messages: messageCount(queue), consumers };
}

/** [RABBIT-TTL-6] Declaring or asking begins the time until expiry anew. */
export function renewLease(b: BrokerState, queue: Queue): void {
  if (queue.type !== 'classic' || queue.settings.expires < 0) return;
  queue.expiresAt = consumerCount(queue) > 0 ? queue.expiresAt : b.now + queue.settings.expires * 1000;
}

export function declareQueue(
  b: BrokerState,
  declaration: QueueDeclaration,
  connection: number,
): QueueCounts | ProtocolError {
  const { queue: name, exclusive, autoDelete, args } = declaration;
  const owner = exclusive ? connection : -1;
  const durable = declaration.durable && !exclusive; // [RABBIT-QUEUE-4]
  const known = b.queues.get(name);
  if (known !== undefined) {
    const fault = inequivalence(known, durable, autoDelete, args, owner);
    if (fault !== null) return fault;
    renewLease(b, known);
    return countsOf(known);
  }
  const fault = declareFault(name, args) ?? propertyFault(b, name, durable, autoDelete, owner, args);
  if (fault !== null) return fault;
  createQueue(b, name, durable, owner, autoDelete, args);
  return { queue: name, messages: 0, consumers: 0 };
}

/** [RABBIT-QUEUE-8] Quorum queues and streams are durable, shared and stay. [RABBIT-QUEUE-9] */
function propertyFault(
  b: BrokerState,
  name: string,
  durable: boolean,
  autoDelete: boolean,
  owner: number,
  args: FieldTable,
): ProtocolError | null {
  const invalid = (what: string): ProtocolError =>
    protocolError('PRECONDITION_FAILED', `invalid property '${what}' for ${resource('queue', name)}`);
  if (queueTypeOf(args) !== 'classic') {
    if (autoDelete) return invalid('auto-delete');
    if (owner !== -1) return invalid('exclusive-owner');
    if (!durable) return invalid('non-durable');
  }
  if (durable || owner !== -1 || rulesOf(b.version).transientNonExclusive) return null;
  const what =
    'Feature `transient_nonexcl_queues` is deprecated. Its use is not permitted per the configuration';
  return protocolError('INTERNAL_ERROR', what);
}

export function serverNameFault(args: FieldTable): ProtocolError | null {
  const type = queueTypeOf(args);
  if (type === 'classic') return null;
  return protocolError(
    'PRECONDITION_FAILED',
    `Cannot declare a server-named queue for type ${moduleOf(type)}`,
  );
}

/** [RABBIT-ARGS-4] In this order: exclusiveness, durable, auto_delete, then the type's arguments. */
function inequivalence(
  queue: Queue,
  durable: boolean,
  autoDelete: boolean,
  args: FieldTable,
  owner: number,
): ProtocolError | null {
  const { name } = queue;
  if (queue.owner !== owner) return locked(name);
  if (queue.durable !== durable) return inequivalent('durable', 'queue', name, durable, queue.durable);
  if (queue.autoDelete !== autoDelete)
    return inequivalent('auto_delete', 'queue', name, autoDelete, queue.autoDelete);
  for (const key of declareArguments(queue.type)) {
    const fault = argumentInequivalence(key, 'queue', name, queue.args, args);
    if (fault !== null) return fault;
  }
  return null;
}

function createQueue(
  b: BrokerState,
  name: string,
  durable: boolean,
  owner: number,
  autoDelete: boolean,
  args: FieldTable,
): Queue {
  const type = queueTypeOf(args);
  const settings = settingsOf(b, type, name, args);
  const common: QueueCommon = { name, durable, owner, autoDelete, args, settings, books: new Map() };
  const queue = createOf(b, type, common);
  b.queues.set(name, queue);
  return queue;
}

function createOf(b: BrokerState, type: QueueType, common: QueueCommon): Queue {
  switch (type) {
    case 'classic': {
      const { expires, maxPriority } = common.settings;
      return {
        ...common,
        type,
        nextSeq: 0,
        lines: createLines(maxPriority),
        readyCount: 0,
        readyBytes: 0,
        channels: new Map(),
        consumers: [],
        active: null,
        hadConsumers: false,
        expiresAt: expires < 0 ? -1 : b.now + expires * 1000,
      };
    }
    case 'quorum': {
      const top = rulesOf(b.version).quorumPriorities ? 31 : 0; // [RABBIT-QUORUM-8]
      return {
        ...common,
        type,
        nextSeq: 0,
        lines: createLines(top),
        returns: createLines(0),
        readyCount: 0,
        readyBytes: 0,
        consumers: new Map(),
        service: [],
        waiting: [],
        enqueuers: new Map(),
        discards: [],
        lastActive: b.now,
        createdAt: b.now,
      };
    }
    case 'stream':
      return { ...common, type, entries: [], nextOffset: 0, segments: [], readers: new Map() };
  }
}

/** A message into a queue: false where the queue rejects it. `channel` is null for dead letters. */
export function publishTo(b: BrokerState, queue: Queue, message: Message, channel: number | null): boolean {
  switch (queue.type) {
    case 'classic':
      return publishClassic(b, queue, message);
    case 'quorum':
      return publishQuorum(b, queue, message, channel);
    case 'stream':
      // [RABBIT-STREAM-9]
      if (channel === null && !rulesOf(b.version).deadLettersIntoStreams) return true;
      publishStream(b, queue, message);
      return true;
  }
}

/** What the broker itself has on the way: dead letters, which may lead to further ones. */
export function carryPassages(b: BrokerState): void {
  for (let next = b.passages.shift(); next !== undefined; next = b.passages.shift()) {
    const queue = b.queues.get(next.queue);
    if (queue !== undefined) publishTo(b, queue, next.message, null);
  }
}

/** [RABBIT-QUEUE-6] Messages go without dead-lettering; consumers are told; bindings go. */
export function removeQueue(b: BrokerState, queue: Queue): void {
  forgetMessages(b, queue);
  b.queues.delete(queue.name);
  for (const channel of b.channels.values()) {
    for (const [tag, consumer] of channel.consumers) {
      if (consumer.queue !== queue.name) continue;
      channel.consumers.delete(tag);
      b.frames.push({ frame: 'basic.cancel', channel: channel.id, consumerTag: tag });
    }
    for (const [seq, names] of channel.unconfirmed) {
      if (!names.includes(queue.name)) continue;
      channel.unconfirmed.delete(seq);
      channel.confirmed.push(seq);
    }
  }
  removeBindingsTo(b, 'queue', queue.name);
}

function forgetMessages(b: BrokerState, queue: Queue): void {
  if (queue.type === 'stream') return;
  const lines = queue.type === 'classic' ? queue.lines : [...queue.returns, ...queue.lines];
  const left = entriesOf(lines);
  if (queue.type === 'classic') {
    for (const { unacked } of queue.channels.values()) left.push(...unacked.map(({ entry }) => entry));
  } else {
    for (const { checkedOut } of queue.consumers.values()) left.push(...checkedOut.values());
  }
  for (const { message, seq, cause } of left) tell(b, 'drop', queue, message, seq, 'queue deleted', cause);
}

export function deleteQueue(
  b: BrokerState,
  name: string,
  connection: number,
  ifUnused: boolean,
  ifEmpty: boolean,
): number | ProtocolError {
  if (!b.queues.has(name)) return 0; // [RABBIT-QUEUE-6] deleting what is not there is no error
  const queue = findQueue(b, name, connection);
  if (!('type' in queue)) return queue;
  const counts = countsOf(queue);
  if (queue.type === 'quorum' && (ifUnused || ifEmpty)) {
    const flag = ifUnused ? 'if-unused' : 'if-empty';
    const what = `cannot delete ${resource('queue', name)}. queue.delete operations with ${flag} flag set are not supported by quorum queues`;
    return protocolError('NOT_IMPLEMENTED', what);
  }
  if (queue.type === 'classic') {
    const fault = (what: string): ProtocolError =>
      protocolError('PRECONDITION_FAILED', `${resource('queue', name)} ${what}`);
    if (ifEmpty && counts.messages > 0) return fault('not empty');
    if (ifUnused && counts.consumers > 0) return fault('in use');
  }
  removeQueue(b, queue);
  return counts.messages;
}

export function purgeQueue(b: BrokerState, queue: Queue): number | ProtocolError {
  switch (queue.type) {
    case 'classic':
      return purgeClassic(b, queue);
    case 'quorum':
      return purgeQuorum(b, queue);
    case 'stream': {
      const what = `queue.purge not supported by stream queues ${resource('queue', queue.name)}`;
      return protocolError('NOT_IMPLEMENTED', what);
    }
  }
}

/** [RABBIT-QUEUE-5] The last consumer has left an auto-delete queue. */
export function autoDeletes(queue: ClassicQueue): boolean {
  return queue.autoDelete && queue.hadConsumers && consumerCount(queue) === 0;
}
