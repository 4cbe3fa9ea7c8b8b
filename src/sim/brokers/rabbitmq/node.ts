/**
 * The node: connections and channels and their ends, errors that close them, time, alarms, and what a restart leaves.
 * All of it is functions on plain state; `frames` is what clients are to be sent.
 * Source: rabbit_channel, rabbit_reader, rabbit_amqqueue_process:handle_ch_down (3.10.8). Rules: RABBIT-CHANNEL,
 * RABBIT-RESTART, RABBIT-ALARM, RABBIT-TIMEOUT.
 */
import { present } from '#sim/base/assert.ts';
import { tell } from '#sim/brokers/rabbitmq/books.ts';
import {
  consumerCount,
  isConsumer,
  nextActive,
  removeConsumer,
} from '#sim/brokers/rabbitmq/classic-consumers.ts';
import { dropExpired, expiryDue, returnAll } from '#sim/brokers/rabbitmq/classic-queue.ts';
import { builtInExchanges, removeBindings, removeExchange } from '#sim/brokers/rabbitmq/exchanges.ts';
import { isPersistent } from '#sim/brokers/rabbitmq/message.ts';
import type { Line } from '#sim/brokers/rabbitmq/state.ts';
import { protocolError, type ProtocolError } from '#sim/brokers/rabbitmq/config/protocol-error.ts';
import { tickInterval } from '#sim/brokers/rabbitmq/deliveries.ts';
import { flushConfirms } from '#sim/brokers/rabbitmq/publishing.ts';
import { autoDeletes, carryPassages, removeQueue, renewLease } from '#sim/brokers/rabbitmq/queues.ts';
import {
  channelGoneQuorum,
  checkout,
  quorumExpiryDue,
  timeOutQuorum,
} from '#sim/brokers/rabbitmq/quorum-queue.ts';
import type { BrokerState, Channel, ClassicQueue, Queue } from '#sim/brokers/rabbitmq/state.ts';
import { channelGoneStream } from '#sim/brokers/rabbitmq/stream-queue.ts';
import { rulesOf, type RabbitVersion } from '#sim/brokers/rabbitmq/config/version-rules.ts';

/** Defaults of rabbitmq.conf, ms. */
const NODE_DEFAULTS: ReadonlyMap<string, number> = new Map([
  ['consumer_timeout', 1_800_000],
  ['channel_tick_interval', 60_000],
  ['heartbeat', 60_000],
]);

/** How often a quorum queue looks whether it has expired, ms. */
const QUORUM_TICK = 5000;

export function createNode(version: RabbitVersion): BrokerState {
  return {
    version,
    now: 0,
    env: new Map(NODE_DEFAULTS),
    exchanges: builtInExchanges(),
    queues: new Map(),
    bindings: new Map(),
    connections: new Map(),
    channels: new Map(),
    policies: [],
    nextConnection: 1,
    nextChannel: 1,
    generated: 0,
    alarms: [],
    passages: [],
    frames: [],
    told: null,
  };
}

export function openConnection(b: BrokerState): number {
  const id = b.nextConnection;
  b.nextConnection += 1;
  b.connections.set(id, { id, channels: new Map(), blocked: false, heardAt: b.now });
  return id;
}

/** The smallest number that is free on the connection. */
export function openChannel(b: BrokerState, connection: number): Channel {
  const held = present(b.connections.get(connection), '[RABBIT-CHANNEL-2] no such connection');
  let number = 1;
  while (held.channels.has(number)) number += 1;
  const id = b.nextChannel;
  b.nextChannel += 1;
  held.channels.set(number, id);
  const timeout = b.env.get('consumer_timeout') ?? -1;
  const channel: Channel = {
    id,
    connection,
    number,
    confirm: false,
    publishSeq: 1,
    nextTag: 1,
    prefetch: 0,
    limit: 0,
    volume: 0,
    limitedQueues: [],
    consumers: new Map(),
    unacked: [],
    latestQueue: '',
    unconfirmed: new Map(),
    confirmed: [],
    rejected: [],
    ackTimeout: timeout,
    tickAt: b.now + tickInterval(b),
    usedAt: b.now,
  };
  b.channels.set(id, channel);
  return channel;
}

/** [RABBIT-CHANNEL-3] A channel ends: its consumers leave, and everything it has not acknowledged goes back. */
export function endChannel(b: BrokerState, id: number): void {
  const channel = b.channels.get(id);
  if (channel === undefined) return;
  b.channels.delete(id);
  b.connections.get(channel.connection)?.channels.delete(channel.number);
  for (const queue of [...b.queues.values()]) {
    if (queue.type === 'classic') leaveClassic(b, queue, channel);
    else if (queue.type === 'quorum') channelGoneQuorum(b, queue, id);
    else channelGoneStream(queue, id);
  }
}

function leaveClassic(b: BrokerState, queue: ClassicQueue, channel: Channel): void {
  if (!queue.channels.has(channel.id)) return;
  let wasActive = false;
  for (const [tag, consumer] of channel.consumers) {
    if (consumer.queue !== queue.name) continue;
    removeConsumer(queue, channel.id, tag);
    wasActive = wasActive || isConsumer(queue.active, channel.id, tag);
  }
  if (wasActive) queue.active = queue.settings.singleActive ? nextActive(queue) : null;
  if (autoDeletes(queue)) {
    removeQueue(b, queue);
    return;
  }
  if (consumerCount(queue) === 0) renewLease(b, queue);
  returnAll(b, queue, channel.id);
}

/** Closed in good order or lost, it is the same to the broker; the connection's own queues go with it. */
export function endConnection(b: BrokerState, id: number): void {
  const connection = b.connections.get(id);
  if (connection === undefined) return;
  for (const channel of [...connection.channels.values()]) endChannel(b, channel);
  b.connections.delete(id);
  for (const queue of [...b.queues.values()]) if (queue.owner === id) removeQueue(b, queue);
}

/** [RABBIT-CHANNEL-4] Soft errors close the channel, hard ones the connection with all of its channels. */
export function fail(b: BrokerState, channel: Channel, error: ProtocolError): void {
  const { replyCode, replyText } = error;
  const { id, connection } = channel;
  if (error.closes === 'channel') {
    endChannel(b, id);
    b.frames.push({ frame: 'channel.close', channel: id, connection, replyCode, replyText });
  } else {
    endConnection(b, connection);
    b.frames.push({ frame: 'connection.close', connection, replyCode, replyText });
  }
}

/** After each command: dead letters find their queues, confirms go out. */
export function finish(b: BrokerState): void {
  carryPassages(b);
  flushConfirms(b);
}

/** The earliest time (µs) at which something happens by itself, -1 = never. */
export function nextDue(b: BrokerState): number {
  let due = -1;
  const at = (time: number): void => {
    if (time >= 0 && (due < 0 || time < due)) due = time;
  };
  for (const queue of b.queues.values()) for (const time of queueTimes(b, queue)) at(time);
  for (const channel of b.channels.values()) {
    if (channel.ackTimeout >= 0 && channel.unacked.length > 0) at(channel.tickAt);
  }
  return due;
}

function queueTimes(b: BrokerState, queue: Queue): number[] {
  switch (queue.type) {
    case 'classic':
      return [expiryDue(queue), consumerCount(queue) === 0 ? queue.expiresAt : -1];
    case 'quorum': {
      const times = [quorumExpiryDue(queue), quorumGoesAt(queue)];
      for (const { retryAt } of queue.discards) if (retryAt > b.now) times.push(retryAt);
      return times;
    }
    case 'stream':
      return [];
  }
}

/** [RABBIT-TTL-7] A quorum queue finds out at its tick. */
function quorumGoesAt(queue: Extract<Queue, { type: 'quorum' }>): number {
  const { expires } = queue.settings;
  if (expires < 0 || queue.consumers.size > 0 || queue.waiting.length > 0) return -1;
  const tick = QUORUM_TICK * 1000;
  const unused = queue.lastActive + expires * 1000 - queue.createdAt;
  return queue.createdAt + Math.ceil(unused / tick) * tick;
}

/** Lets time pass up to `now` (µs): everything that comes due, in its order. */
export function passTime(b: BrokerState, now: number): void {
  for (let due = nextDue(b); due >= 0 && due <= now; due = nextDue(b)) {
    b.now = Math.max(b.now, due);
    comeDue(b);
    finish(b);
  }
  b.now = Math.max(b.now, now);
}

function comeDue(b: BrokerState): void {
  for (const queue of [...b.queues.values()]) {
    if (queue.type === 'classic') {
      if (expiryDue(queue) >= 0 && expiryDue(queue) <= b.now) dropExpired(b, queue);
      const unused = queue.expiresAt >= 0 && queue.expiresAt <= b.now && consumerCount(queue) === 0;
      if (unused) removeQueue(b, queue); // [RABBIT-TTL-5]
    } else if (queue.type === 'quorum') {
      checkout(b, queue);
      const goes = quorumGoesAt(queue);
      if (goes >= 0 && goes <= b.now) removeQueue(b, queue);
    }
  }
  for (const channel of [...b.channels.values()]) tick(b, channel);
}

/** [RABBIT-TIMEOUT-1] The oldest unacknowledged delivery is looked at now and then. */
function tick(b: BrokerState, channel: Channel): void {
  if (channel.ackTimeout < 0 || b.now < channel.tickAt) return;
  channel.tickAt += tickInterval(b);
  const oldest = channel.unacked[0];
  if (oldest === undefined || oldest.at >= b.now - channel.ackTimeout * 1000) return;
  if (!rulesOf(b.version).channelAckTimeout) {
    const queue = b.queues.get(oldest.queue);
    if (queue?.type !== 'quorum') return;
    if (oldest.tag !== null) {
      takeOut(b, channel, queue, oldest.tag);
      return;
    }
  }
  const advice = 'This timeout value can be configured, see consumers doc guide to learn more';
  const what = `delivery acknowledgement on channel ${channel.number} timed out. Timeout value used: ${channel.ackTimeout} ms. ${advice}`;
  fail(b, channel, protocolError('PRECONDITION_FAILED', what));
}

/** [RABBIT-TIMEOUT-2] The consumer is cancelled, its channel stays. */
function takeOut(
  b: BrokerState,
  channel: Channel,
  queue: Extract<Queue, { type: 'quorum' }>,
  tag: string,
): void {
  channel.consumers.delete(tag);
  channel.unacked = channel.unacked.filter((one) => one.queue !== queue.name || one.tag !== tag);
  b.frames.push({ frame: 'basic.cancel', channel: channel.id, consumerTag: tag });
  timeOutQuorum(b, queue, channel.id, tag);
}

/** [RABBIT-RESTART-1] … The node stops and starts: every connection goes, and what is not durable. */
export function restart(b: BrokerState): void {
  for (const id of [...b.connections.keys()]) endConnection(b, id);
  carryPassages(b);
  b.frames = [];
  for (const queue of [...b.queues.values()]) {
    if (!queue.durable) removeQueue(b, queue);
    else if (queue.type === 'classic') keepPersistent(b, queue);
  }
  for (const exchange of [...b.exchanges.values()]) if (!exchange.durable) removeExchange(b, exchange.name);
  removeBindings(b, ({ kind, destination }) =>
    kind === 'exchange' ? !b.exchanges.has(destination) : !b.queues.has(destination),
  );
  b.alarms = [];
}

/** [RABBIT-RESTART-2] Of a durable classic queue the persistent messages stay. */
function keepPersistent(b: BrokerState, queue: ClassicQueue): void {
  queue.channels.clear();
  queue.consumers = [];
  queue.active = null;
  queue.readyCount = 0;
  queue.readyBytes = 0;
  for (const line of queue.lines) keepLine(b, queue, line);
  if (queue.settings.expires >= 0) queue.expiresAt = b.now + queue.settings.expires * 1000;
}

function keepLine(b: BrokerState, queue: ClassicQueue, line: Line): void {
  const kept = line.items.slice(line.head).filter((entry) => {
    if (isPersistent(entry.message)) return true;
    tell(b, 'drop', queue, entry.message, entry.seq, 'transient', entry.cause);
    return false;
  });
  line.items = kept;
  line.head = 0;
  queue.readyCount += kept.length;
  for (const { message } of kept) queue.readyBytes += message.size;
}
