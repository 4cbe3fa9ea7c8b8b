/** Broker nodes and probes as their clients, in a small world: a request and its answer as a test says and hears them. */
import { intern } from '#sim/base/names.ts';
import { addEvent, addMessage } from '#sim/messaging/catalog.ts';
import { START } from '#sim/kernel/entity.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { KafkaBroker, type KafkaBrokerParts } from '#sim/brokers/kafka/broker.ts';
import { brokerSettings, type BrokerSettings } from '#sim/brokers/kafka/broker-settings.ts';
import { resolveBrokerConfig } from '#sim/brokers/kafka/config.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import type * as protocol from '#sim/brokers/kafka/protocol.ts';
import { Probe, smallWorld, type Heard, type SmallWorld } from '../../../support/small-world.ts';

/** A round trip over the default link, in µs. */
export const ROUND_TRIP = 1000;
const TICK = 20;

export interface BrokerWorld extends SmallWorld {
  readonly broker: KafkaBroker;
  /** Entity, and process, of the broker. */
  readonly node: number;
  /** A client: its entity. */
  client(name: string): number;
  /** Sends a request now; returns its correlation id. */
  ask(client: number, kind: number, data: unknown): number;
  /** What came back for a correlation id: undefined = nothing yet. */
  heard(client: number, correlation: number): Heard | undefined;
  /** Lets `time` µs go by, whether or not anything falls due. */
  pass(time: number): void;
  /** Asks and waits until the answer had time to come. */
  answer<T>(client: number, kind: number, data: unknown): T;
  /** Messages of `count` new events, named `m0`, `m1` … in order. */
  messages(count: number): Int32Array;
  /** Names of messages, by mid. */
  named(mids: Iterable<number>): string[];
}

const defaults = resolveBrokerConfig({}, '4.0');
if (!defaults.ok) throw new Error('the defaults are in order');
const settings: BrokerSettings = brokerSettings(defaults.value.values);

/** Topic `t` with two partitions led by the node, row 0 and 1, and `far` (row 2) that another node leads. */
export function brokerWorld(
  changed: Partial<BrokerSettings> = {},
  more: Partial<Pick<KafkaBrokerParts, 'policies' | 'tombstones' | 'transactional'>> = {},
): BrokerWorld {
  const world = smallWorld();
  const { kernel, catalog } = world;
  const node = kernel.entityCount;
  const [t, far] = [intern(catalog.names, 't'), intern(catalog.names, 'far')];
  const metadata: Metadata = {
    partitions: [
      { topic: t, topicName: 't', partition: 0, leader: node },
      { topic: t, topicName: 't', partition: 1, leader: node },
      { topic: far, topicName: 'far', partition: 0, leader: 999 },
    ],
    rowsOf: new Map([
      ['t', [0, 1]],
      ['far', [2]],
    ]),
    nodes: [node, 999],
    coordinatorOf: (group) => (group === 'elsewhere' ? 999 : node),
  };
  const broker = new KafkaBroker({
    catalog,
    metadata,
    node,
    settings: { ...settings, ...changed },
    ...more,
    transactional: true,
  });
  world.add(broker, 'kafka-1');
  kernel.tell(node, START);
  const clock = world.add(new Probe(), 'clock');
  const probes = new Map<number, Probe>();
  const names: string[] = [];
  let correlations = 0;
  const self: BrokerWorld = {
    ...world,
    broker,
    node,
    client(name) {
      const probe = new Probe();
      const id = world.add(probe, name);
      probes.set(id, probe);
      return id;
    },
    ask(client, kind, data) {
      correlations += 1;
      kernel.self = client;
      kernel.cause = -1;
      kernel.send(node, kind, correlations, 0, 0, 0, 0, data);
      return correlations;
    },
    heard: (client, correlation) =>
      probes.get(client)?.state.heard.find(({ kind, a }) => kind >= 128 && a === correlation),
    pass(time) {
      const until = kernel.now + time;
      kernel.post(until, ORDINARY_CLASS, clock, clock, TICK);
      world.run(until);
    },
    answer<T>(client: number, kind: number, data: unknown): T {
      const correlation = self.ask(client, kind, data);
      self.pass(ROUND_TRIP);
      return self.heard(client, correlation)?.data as T;
    },
    messages: (count) =>
      Int32Array.from({ length: count }, () => {
        const type = intern(catalog.names, 'event');
        const mid = addMessage(catalog, addEvent(catalog, type, 0, names.length, -1, -1, -1), 0);
        names[mid] = `m${names.length}`;
        return mid;
      }),
    named: (mids) => Array.from(mids, (mid) => names[mid] ?? '?'),
  };
  return self;
}

export function produceRequest(
  mids: Int32Array,
  more: { partition?: number; acks?: number; bytes?: number; producerId?: number; sequence?: number } = {},
): protocol.ProduceRequest {
  const { partition = 0, acks = -1, bytes = 100 * mids.length, producerId = -1, sequence = -1 } = more;
  return {
    acks,
    producerId,
    producerEpoch: producerId < 0 ? -1 : 0,
    batches: [{ partition, mids, baseSequence: sequence, bytes }],
  };
}

export function fetchRequest(
  partitions: readonly (readonly [partition: number, offset: number, maxBytes?: number])[],
  more: { maxWait?: number; minBytes?: number; maxBytes?: number } = {},
): protocol.FetchRequest {
  return {
    maxWait: 500_000,
    minBytes: 1,
    maxBytes: 50_000_000,
    partitions: partitions.map(([partition, offset, maxBytes = 1_000_000]) => ({
      partition,
      offset,
      maxBytes,
    })),
    ...more,
  };
}
