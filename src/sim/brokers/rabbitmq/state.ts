/**
 * The state of one RabbitMQ node: exchanges, bindings, queues, connections, channels; plain data throughout. An entry
 * (a message in a queue) stands in exactly one place: ready in its queue, or unacknowledged with a channel there.
 * Channels and queues refer to each other by names and numbers, never by reference.
 * Left out: virtual hosts (there is one, `/`), users and permissions, clustering: a quorum queue has one member.
 */
import type { FieldTable } from '#sim/brokers/rabbitmq/config/field-table.ts';
import type { Binding, ExchangeType, Policy, QueueType } from '#sim/brokers/rabbitmq/config/topology.ts';
import type { Message } from '#sim/brokers/rabbitmq/message.ts';
import type { Frame, Happening, LossReason } from '#sim/brokers/rabbitmq/frames.ts';
import type { RabbitVersion } from '#sim/brokers/rabbitmq/config/version-rules.ts';

export type { Binding, ExchangeType, Policy, QueueType };

export interface Exchange {
  readonly name: string;
  readonly type: ExchangeType;
  readonly durable: boolean;
  readonly autoDelete: boolean;
  readonly internal: boolean;
  readonly args: FieldTable;
  /** In force: the argument's, else a policy's. */
  alternate: string | null;
}

/** What arguments and policies come to. Times in ms, -1 = none. */
export interface QueueSettings {
  readonly expires: number;
  readonly ttl: number;
  readonly deadLetterExchange: string | null;
  readonly deadLetterKey: string | null;
  readonly deadLetterOnce: 'at-most-once' | 'at-least-once';
  readonly maxLength: number;
  readonly maxBytes: number;
  readonly overflow: 'drop-head' | 'reject-publish' | 'reject-publish-dlx';
  readonly maxPriority: number;
  readonly singleActive: boolean;
  readonly deliveryLimit: number;
  readonly maxAge: number;
  readonly segmentBytes: number;
}

export interface Entry {
  /** Place in the queue's order of arrival. */
  readonly seq: number;
  readonly message: Message;
  /** µs at which it expires, -1 = never. */
  readonly expiry: number;
  /** [RABBIT-ACK-5] It has been sent to somebody before. */
  redelivered: boolean;
  /** Quorum queues: returns that count towards the limit, and all of them. */
  deliveries: number;
  acquired: number;
  /** Seq of the record by which it came into the queue, -1 outside of a run. */
  cause: number;
}

/** A consumer of a classic queue. */
export interface ClassicConsumer {
  readonly channel: number;
  readonly tag: string;
  readonly ackRequired: boolean;
  readonly priority: number;
}

/** What a classic queue knows of a channel. */
export interface ChannelRecord {
  /** Unacknowledged, in the order of sending. `tag` is null for basic.get. */
  unacked: { entry: Entry; tag: string | null }[];
  consumers: number;
  /** By consumer tag: how many more may be sent; consumers without prefetch have none. */
  credits: Map<string, number>;
  /** Consumers that cannot take anything now, best first. */
  blocked: ClassicConsumer[];
  /** The channel's own limit (basic.qos global) is reached. */
  suspended: boolean;
}

export interface QueueCommon {
  readonly name: string;
  readonly durable: boolean;
  /** Connection that it belongs to, -1 = none. */
  readonly owner: number;
  readonly autoDelete: boolean;
  readonly args: FieldTable;
  settings: QueueSettings;
  /** What has become of messages here, by name: the queue's books. */
  readonly books: Map<string, number>;
}

/** A part of a queue in its order; what is before `head` is gone. */
export interface Line {
  items: Entry[];
  head: number;
}

export interface ClassicQueue extends QueueCommon {
  readonly type: 'classic';
  nextSeq: number;
  /** By priority, 0 first. */
  readonly lines: Line[];
  readyCount: number;
  readyBytes: number;
  readonly channels: Map<number, ChannelRecord>;
  /** Those that may be sent to, best and longest waiting first. */
  consumers: ClassicConsumer[];
  /** Single active consumer, or the exclusive one. */
  active: { channel: number; tag: string } | null;
  hadConsumers: boolean;
  /** µs at which it goes if nobody uses it, -1 = never. */
  expiresAt: number;
}

/** A consumer of a quorum queue, or one basic.get that is not acknowledged. */
export interface QuorumConsumer {
  readonly channel: number;
  readonly tag: string;
  readonly ackRequired: boolean;
  readonly priority: number;
  credit: number;
  nextId: number;
  /** By the consumer's own numbers. */
  readonly checkedOut: Map<number, Entry>;
  /** Quiescing: it gets nothing more and makes way once it has settled what it holds. */
  status: 'up' | 'quiescing' | 'cancelled';
  /** It goes once everything is settled. */
  once: boolean;
}

export interface QuorumQueue extends QueueCommon {
  readonly type: 'quorum';
  nextSeq: number;
  /** By priority, 0 first; one line where priorities do not count. */
  readonly lines: Line[];
  /** What came back: one line, ahead of all others. */
  readonly returns: Line[];
  readyCount: number;
  readyBytes: number;
  /** By `channel tag`. */
  readonly consumers: Map<string, QuorumConsumer>;
  /** Keys of consumers that can take something, best and longest waiting first. */
  service: string[];
  /** Single active consumer: those that wait. */
  waiting: QuorumConsumer[];
  /** Publishing channels: whether they have been told that publishes are rejected. */
  readonly enqueuers: Map<number, boolean>;
  /** At-least-once: dead letters that no queue has taken yet. */
  readonly discards: { message: Message; reason: LossReason; retryAt: number }[];
  /** µs */
  lastActive: number;
  readonly createdAt: number;
}

export interface StreamEntry {
  readonly offset: number;
  readonly message: Message;
  /** µs; entries of one time are one chunk. */
  readonly at: number;
  readonly cause: number;
}

export interface StreamReader {
  readonly channel: number;
  readonly tag: string;
  /** Next offset to read. */
  next: number;
  /** Below this nothing is delivered. */
  readonly start: number;
  credit: number;
}

export interface StreamQueue extends QueueCommon {
  readonly type: 'stream';
  entries: StreamEntry[];
  nextOffset: number;
  /** First offsets of segments, and bytes in each. */
  segments: { first: number; bytes: number; lastAt: number }[];
  readonly readers: Map<string, StreamReader>;
}

export type Queue = ClassicQueue | QuorumQueue | StreamQueue;

export interface Connection {
  readonly id: number;
  /** Channel ids by their number on the connection. */
  readonly channels: Map<number, number>;
  /** An alarm holds it up: what it sends waits. */
  blocked: boolean;
  /** µs when something was last heard of it. */
  heardAt: number;
}

/** An unacknowledged delivery as its channel knows it. */
export interface Pending {
  readonly deliveryTag: number;
  readonly queue: string;
  /** The entry's seq in a classic queue, the consumer's number in a quorum queue, the offset in a stream. */
  readonly id: number;
  /** Consumer tag; null for basic.get. */
  readonly tag: string | null;
  readonly at: number;
}

export interface ChannelConsumer {
  readonly queue: string;
  readonly noAck: boolean;
}

export interface Channel {
  readonly id: number;
  readonly connection: number;
  readonly number: number;
  confirm: boolean;
  publishSeq: number;
  nextTag: number;
  /** basic.qos without global: what later consumers get. */
  prefetch: number;
  /** basic.qos global: 0 = no limit. */
  limit: number;
  /** How much of it is used. */
  volume: number;
  /** Queues that wait for the limit. */
  limitedQueues: string[];
  readonly consumers: Map<string, ChannelConsumer>;
  unacked: Pending[];
  latestQueue: string;
  /** By sequence number: queues that have not confirmed. */
  readonly unconfirmed: Map<number, string[]>;
  confirmed: number[];
  rejected: number[];
  /** ms, -1 = none; read when the channel is opened. */
  readonly ackTimeout: number;
  /** µs of the next look at it, and when the channel last did something. */
  tickAt: number;
  usedAt: number;
}

/** A message on its way into a queue, from the broker itself (dead letters). */
export interface Passage {
  readonly queue: string;
  readonly message: Message;
}

export interface BrokerState {
  readonly version: RabbitVersion;
  now: number;
  /** The node's own settings, in ms. */
  readonly env: Map<string, number>;
  readonly exchanges: Map<string, Exchange>;
  readonly queues: Map<string, Queue>;
  /** By source, in order of making. */
  readonly bindings: Map<string, Binding[]>;
  readonly connections: Map<number, Connection>;
  readonly channels: Map<number, Channel>;
  policies: Policy[];
  nextConnection: number;
  nextChannel: number;
  generated: number;
  /** Resources whose alarm is on: `memory`, `disk`. */
  alarms: string[];
  /** Waiting within the broker. */
  passages: Passage[];
  /** For clients: taken by whoever carries them. */
  frames: Frame[];
  /** For the trace: null where nobody listens. */
  told: Happening[] | null;
}
