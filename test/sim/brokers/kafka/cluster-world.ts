/** Three broker nodes with their controller, one partition with three copies, and probes as its clients. */
import { intern } from '#sim/base/names.ts';
import { addEvent, addMessage } from '#sim/messaging/catalog.ts';
import { START } from '#sim/kernel/entity.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { KafkaBroker } from '#sim/brokers/kafka/broker.ts';
import { brokerSettings } from '#sim/brokers/kafka/broker-settings.ts';
import { resolveBrokerConfig } from '#sim/brokers/kafka/config.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import { logEnd, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { KafkaController } from '#sim/brokers/kafka/replication/controller.ts';
import type { NodeReplica } from '#sim/brokers/kafka/replication/node-replication.ts';
import type { ReplicationSettings } from '#sim/brokers/kafka/replication/replicated-partition.ts';
import { rulesOf } from '#sim/brokers/kafka/version-rules.ts';
import { Probe, smallWorld, type Heard, type SmallWorld } from '../../../support/small-world.ts';

export const MS = 1000;
export const SECOND = 1_000_000;
const TICK = 20;
const CONTROLLER = 3;

export interface ClusterWorld extends SmallWorld {
  readonly nodes: readonly KafkaBroker[];
  client(): number;
  /** Sends a request to a node now; returns its correlation id. */
  ask(client: number, node: number, kind: number, data: unknown): number;
  heard(client: number, correlation: number): Heard | undefined;
  /** Writes `count` messages at a node and gives the answer, once `time` µs have gone by. */
  produce(
    client: number,
    node: number,
    acks: number,
    count?: number,
    time?: number,
  ): protocol.ProduceResult | undefined;
  pass(time: number): void;
  crash(node: number): void;
  start(node: number): void;
  /** Cuts one node off from others until the returned function is called. */
  cutOff(node: number, from: readonly number[]): () => void;
  /** The node's copy of the partition, whoever leads it. */
  copy(node: number): PartitionLog;
  replica(node: number): NodeReplica;
  /** Messages in the node's copy. */
  mids(node: number): number[];
}

const defaults = resolveBrokerConfig({}, '4.0');
if (!defaults.ok) throw new Error('the defaults are in order');
const settings = brokerSettings(defaults.value.values);

/** Node 0 leads at first. Every process is told to start. */
export function clusterWorld(changed: Partial<ReplicationSettings> = {}): ClusterWorld {
  const world = smallWorld();
  const { kernel, catalog, hosts } = world;
  const topic = intern(catalog.names, 't');
  const ids = [0, 1, 2];
  const metadata: Metadata = {
    partitions: [{ topic, topicName: 't', partition: 0, leader: 0, replicas: ids }],
    rowsOf: new Map([['t', [0]]]),
    nodes: ids,
    coordinatorOf: () => 0,
  };
  const partition: ReplicationSettings = {
    rules: rulesOf('4.0'),
    minInSync: 1,
    maxLag: 30 * SECOND,
    uncleanElection: false,
    ...changed,
  };
  const shared = {
    controller: CONTROLLER,
    nodes: ids,
    placement: [ids],
    settings: [partition],
    fetchWait: 500 * MS,
    fetchBackoff: SECOND,
    heartbeatInterval: 2 * SECOND,
    sessionTimeout: 9 * SECOND,
    lagCheck: partition.maxLag / 2,
  };
  const nodes = ids.map(
    (self) => new KafkaBroker({ catalog, metadata, node: self, settings, replication: { self, ...shared } }),
  );
  nodes.forEach((node, i) => world.add(node, `kafka-${i + 1}`));
  const controller = new KafkaController({
    nodes: ids,
    partitions: metadata.partitions,
    placement: [ids],
    unclean: [partition.uncleanElection],
    sessionTimeout: shared.sessionTimeout,
  });
  world.add(controller, 'controller');
  const clock = world.add(new Probe(), 'clock');
  for (const id of [...ids, CONTROLLER]) kernel.tell(id, START);
  const probes = new Map<number, Probe>();
  let correlations = 0;
  let rules = 0;
  const replica = (node: number): NodeReplica => nodes[node]?.state.replication?.replicas[0] as NodeReplica;
  const copy = (node: number): PartitionLog =>
    (nodes[node]?.state.logs[0] ?? replica(node).followed) as PartitionLog;
  const self: ClusterWorld = {
    ...world,
    nodes,
    replica,
    copy,
    mids: (node) => [...copy(node).mids.data.subarray(0, logEnd(copy(node)))],
    client() {
      const probe = new Probe();
      const id = world.add(probe, `client-${probes.size + 1}`);
      probes.set(id, probe);
      return id;
    },
    ask(client, node, kind, data) {
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
    produce(client, node, acks, count = 1, time = 100 * MS) {
      const mids = Int32Array.from({ length: count }, () =>
        addMessage(
          catalog,
          addEvent(catalog, intern(catalog.names, 'event'), 0, correlations, -1, -1, -1),
          0,
        ),
      );
      const batch = { partition: 0, mids, baseSequence: -1, bytes: 100 * count };
      const request: protocol.ProduceRequest = { acks, producerId: -1, producerEpoch: -1, batches: [batch] };
      const correlation = self.ask(client, node, protocol.PRODUCE, request);
      self.pass(time);
      return (self.heard(client, correlation)?.data as protocol.ProduceResponse | undefined)?.results[0];
    },
    crash: (node) => void hosts.crash(node, 'test', 0),
    start: (node) => void hosts.start(node, 'test'),
    cutOff(node, from) {
      const sides = [
        { from: [node], to: from },
        { from, to: [node] },
      ];
      const added = sides.map((side) => {
        rules += 1;
        world.network.addRule({ id: rules, ...side, kinds: null, verdict: { do: 'hold' }, remaining: -1 });
        return rules;
      });
      return () => added.forEach((id) => world.network.removeRule(id));
    },
  };
  return self;
}

export const CONTROLLER_ENTITY = CONTROLLER;
