/** A small cluster with processes that hold a producer and a consumer, as a service's instance does. */
import { intern } from '#sim/base/names.ts';
import { CRASHED, RESET, RESUMED, START, type Ctx, type Entity } from '#sim/kernel/entity.ts';
import { ORDINARY_CLASS, type Event } from '#sim/kernel/queue.ts';
import { streamRow } from '#sim/kernel/random.ts';
import { addEvent, addMessage } from '#sim/messaging/catalog.ts';
import type { Delivery, Ended } from '#sim/messaging/client-face.ts';
import { keyOf } from '#sim/messaging/keys.ts';
import * as emit from '#sim/trace/emit.ts';
import type { Assignor } from '#sim/brokers/kafka/assignors/assignor.ts';
import { KafkaBroker } from '#sim/brokers/kafka/broker.ts';
import { KafkaConsumer } from '#sim/brokers/kafka/client/kafka-consumer.ts';
import { KafkaProducer } from '#sim/brokers/kafka/client/kafka-producer.ts';
import type { ConsumerSettings } from '#sim/brokers/kafka/client/consumer-state.ts';
import type { ProducerSettings } from '#sim/brokers/kafka/client/producer-state.ts';
import { assignorsOf, consumerSettings, producerSettings } from '#sim/brokers/kafka/client/settings.ts';
import {
  resolveConsumerConfig,
  resolveProducerConfig,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import { smallWorld, type SmallWorld } from '../../../../support/small-world.ts';

/** The program's own turn, posted by a test. */
export const TURN = 16;

export const broker = {
  initialRebalanceDelay: 0,
  minSessionTimeout: 6_000_000,
  maxSessionTimeout: 1_800_000_000,
  maxGroupSize: 2_147_483_647,
  consumerSessionTimeout: 45_000_000,
  consumerHeartbeatInterval: 5_000_000,
  consumerMaxGroupSize: 2_147_483_647,
  consumerAssignors: ['uniform', 'range'],
  producerIdExpiration: 86_400_000_000,
  maxMessageBytes: 1_048_588,
  retentionCheckInterval: 300_000_000,
  cleanerEnabled: true,
  cleanerBackoff: 15_000_000,
  transactionMaxTimeout: 900_000_000,
  transactionScanInterval: 10_000_000,
  transactionVersion: 2 as const,
};

export function producerConfig(written: WrittenConfig = {}): ProducerSettings {
  const resolved = resolveProducerConfig(written, '4.0');
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return producerSettings(resolved.value.values);
}

export function consumerConfig(written: WrittenConfig = {}): ConsumerSettings {
  const resolved = resolveConsumerConfig({ 'auto.offset.reset': 'earliest', ...written }, '4.0');
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return consumerSettings(resolved.value.values);
}

/** What `partition.assignment.strategy` offers, as written or by default. */
export function assignorsFor(written: WrittenConfig = {}): readonly Assignor[] {
  const resolved = resolveConsumerConfig(written, '4.0');
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return assignorsOf(resolved.value.values);
}

/** One process with one client of each kind at most; what its program hears is kept for the test. */
export class Process implements Entity {
  state: unknown = null;
  producer: KafkaProducer | null = null;
  consumer: KafkaConsumer | null = null;
  readonly published: [token: number, code: number, definite: boolean][] = [];
  readonly settled: Ended[] = [];
  readonly failures: Ended[] = [];
  readonly delivered: { at: number; partition: number; offset: number; mid: number }[] = [];
  readies = 0;
  /** What the program does in its turn. */
  turn: (ctx: Ctx, process: Process) => void = () => undefined;
  onReady: (ctx: Ctx, process: Process) => void = () => undefined;
  onSettled: (ctx: Ctx, process: Process, ended: Ended) => void = () => undefined;

  handle(event: Event, ctx: Ctx): void {
    const { producer, consumer } = this;
    if (event.kind === START) {
      producer?.start(ctx);
      consumer?.start(ctx);
    } else if (event.kind === CRASHED) {
      producer?.crashed();
      consumer?.crashed();
    } else if (event.kind === RESET) {
      producer?.reset(event.a, ctx);
      consumer?.reset(event.a, ctx);
    } else if (event.kind === RESUMED) {
      producer?.resumed(ctx);
      consumer?.resumed(ctx);
    } else if (event.kind === TURN) this.turn(ctx, this);
    else if (producer?.owns(event.kind) === true) producer.handle(event, ctx);
    else if (consumer?.owns(event.kind) === true) consumer.handle(event, ctx);
  }

  /** Takes the next delivery and notes it. */
  take(ctx: Ctx): Delivery | null {
    const delivery = this.consumer?.next(ctx) ?? null;
    if (delivery !== null) {
      const { partition, offset, mid } = delivery;
      this.delivered.push({ at: ctx.now, partition, offset, mid });
    }
    return delivery;
  }

  /** A program that handles everything at once and goes on. */
  drain(ctx: Ctx): void {
    while (this.take(ctx) !== null) this.consumer?.finished(ctx);
  }

  get offsets(): number[] {
    return this.delivered.map(({ offset }) => offset);
  }
}

/** The broker node, with a hand on its requests: `intercept` returns true where it has dealt with one. */
export class Gate implements Entity {
  readonly broker: KafkaBroker;
  intercept: (event: Event, ctx: Ctx) => boolean = () => false;

  constructor(node: KafkaBroker) {
    this.broker = node;
  }

  get state(): unknown {
    return this.broker.state;
  }

  handle(event: Event, ctx: Ctx): void {
    if (!this.intercept(event, ctx)) this.broker.handle(event, ctx);
  }
}

export interface ClientWorld extends SmallWorld {
  readonly node: number;
  readonly broker: KafkaBroker;
  readonly gate: Gate;
  readonly metadata: Metadata;
  addProcess(
    name: string,
    parts: { producer?: ProducerSettings; consumer?: ConsumerSettings; assignors?: readonly Assignor[] },
  ): Process & { readonly id: number };
  start(id: number, at?: number): void;
  at(time: number, id: number): void;
  /** Announces an event and publishes it; returns its lid. */
  publish(ctx: Ctx, process: Process, key: number, token: number): number;
  code(name: string): number;
}

/** One node, one topic `t`; a process is an entity of its own, with half a millisecond to the broker. */
export function clientWorld(
  partitions = 1,
  settings: Partial<typeof broker> = {},
  recordBytes = 100,
): ClientWorld {
  const world = smallWorld();
  const { catalog, kernel } = world;
  const topic = intern(catalog.names, 't');
  const rows = Array.from({ length: partitions }, (_, partition) => partition);
  const metadata: Metadata = {
    partitions: rows.map((partition) => ({ topic, topicName: 't', partition, leader: 0 })),
    rowsOf: new Map([['t', rows]]),
    nodes: [0],
    coordinatorOf: () => 0,
  };
  const node = new KafkaBroker({ catalog, metadata, node: 0, settings: { ...broker, ...settings } });
  const gate = new Gate(node);
  world.add(gate, 'kafka-1');
  kernel.post(0, ORDINARY_CLASS, 0, 0, START);
  const type = intern(catalog.names, 'thing.happened');
  const prefix = intern(catalog.names, 'key-');
  let announced = 0;
  return {
    ...world,
    node: 0,
    broker: node,
    gate,
    metadata,
    addProcess(name, parts) {
      const process = new Process();
      const id = world.add(process, name);
      if (parts.producer !== undefined) {
        process.producer = new KafkaProducer({
          catalog,
          metadata,
          config: parts.producer,
          routes: [{ topic: 't', recordBytes }],
          stream: streamRow(kernel.state.streams, `${name}:partition`),
          listener: {
            published: (_ctx, token, { code, definite }) => process.published.push([token, code, definite]),
          },
        });
      }
      if (parts.consumer !== undefined) {
        process.consumer = new KafkaConsumer({
          catalog,
          metadata,
          config: parts.consumer,
          group: 'g',
          topics: ['t'],
          clientId: name,
          assignors: parts.assignors ?? assignorsFor(),
          listener: {
            ready: (ctx) => {
              process.readies += 1;
              process.onReady(ctx, process);
            },
            settled: (ctx, ended) => {
              process.settled.push(ended);
              process.onSettled(ctx, process, ended);
            },
            failed: (_ctx, ended) => process.failures.push(ended),
          },
        });
      }
      return Object.assign(process, { id });
    },
    start(id, at = 0) {
      kernel.post(at, ORDINARY_CLASS, id, id, START);
    },
    at(time, id) {
      kernel.post(time, ORDINARY_CLASS, id, id, TURN);
    },
    publish(ctx, process, key, token) {
      announced += 1;
      const keyId = key < 0 ? -1 : keyOf(catalog.keys, prefix, key);
      const lid = addEvent(catalog, type, ctx.self, announced, keyId, -1, -1);
      const mid = addMessage(catalog, lid, 0);
      catalog.events.produced.data[lid] = emit.produce(
        ctx,
        mid,
        lid,
        topic,
        keyId,
        type,
        -1,
        token >= 0 ? 1 : 0,
      );
      process.producer?.publish(ctx, mid, lid, 0, token);
      return lid;
    },
    code: (name) => intern(catalog.names, name),
  };
}
