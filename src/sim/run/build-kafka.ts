/** What a scenario on Kafka is built from: broker nodes, and the clients in each service's process. */
import { present } from '#sim/base/assert.ts';
import { KafkaBroker, type KafkaBrokerParts } from '#sim/brokers/kafka/broker.ts';
import { consumerMemberMachine } from '#sim/brokers/kafka/client/consumer-member.machine.ts';
import { groupCoordinatorMachine } from '#sim/brokers/kafka/group-coordinator.machine.ts';
import { kafkaPackets } from '#sim/brokers/kafka/protocol.ts';
import { transactionCoordinatorMachine } from '#sim/brokers/kafka/transactions/transaction-coordinator.machine.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { BrokerFamily, Connect } from '#sim/run/family.ts';
import type { ClosableConsumer } from '#sim/services/clients.ts';
import { KafkaConsumer } from '#sim/brokers/kafka/client/kafka-consumer.ts';
import { KafkaProducer } from '#sim/brokers/kafka/client/kafka-producer.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import { KafkaController } from '#sim/brokers/kafka/replication/controller.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import { streamRow } from '#sim/kernel/random.ts';
import {
  brokerSettings,
  clusterMetadata,
  consumerAssignors,
  consumerSettings,
  producerSettings,
} from '#sim/run/kafka-cluster.ts';
import { controllerParts, replicationParts } from '#sim/run/kafka-replication.ts';
import { logPolicies, tombstoneTypes } from '#sim/run/log-policies.ts';
import {
  forInstance,
  settingsByRevision,
  usesTransactions,
  type WrittenSettings,
} from '#sim/run/kafka-client-settings.ts';
import { addProcess, brokerOf, carryOf, type Site } from '#sim/run/site.ts';
import { controllerName } from '#sim/scenario/inventory.ts';
import type { BrokerSpec, ConsumeSpec, ServiceSpec } from '#sim/scenario/scenario.ts';
import type { ServiceInstance } from '#sim/services/instance.ts';

/** What share groups (KIP-932) change of how a cluster is built; apart, because few runs have any. */
export interface SharePart {
  /** How a run with share groups makes its nodes; null where it has none. */
  brokerOf(site: Site, spec: BrokerSpec): ((parts: KafkaBrokerParts) => KafkaBroker) | null;
  consumerOf(spec: BrokerSpec, ground: ConsumerGround, written: WrittenConfig): ClosableConsumer;
}

/** What every consumer of a run is made of. */
export interface ConsumerGround {
  readonly catalog: Catalog;
  readonly metadata: Metadata;
  readonly group: string;
  readonly topics: readonly string[];
  readonly clientId: string;
  readonly listener: ServiceInstance;
}

/** Adds the cluster that the run uses; null where the file uses none. */
function addKafka(site: Site, share: SharePart | null): Metadata | null {
  const spec = brokerOf(site.scenario);
  if (spec?.kind !== 'kafka') return null;
  const nodes = spec.nodeNames.map((name) => site.entityNames.indexOf(name));
  const metadata = clusterMetadata(spec, nodes, site.catalog, site.scenario.faults);
  const settings = brokerSettings(spec);
  const policies = logPolicies(spec, site.scenario.horizon);
  const tombstones = tombstoneTypes(site.scenario, site.catalog);
  const replicationOf = spec.nodes > 1 ? replicationParts(spec, metadata, nodes) : null;
  const sharing = share?.brokerOf(site, spec) ?? null;
  spec.nodeNames.forEach((name, i) => {
    const node = present(nodes[i], '[RUN-12] a cluster has a node');
    const replication = replicationOf?.(node);
    const parts = {
      catalog: site.catalog,
      metadata,
      node,
      settings,
      policies,
      tombstones,
      replication,
      transactional: usesTransactions(site.scenario),
    };
    const broker = sharing === null ? new KafkaBroker(parts) : sharing(parts);
    addProcess(site, broker, name, spec.name);
  });
  if (spec.nodes > 1) {
    const controller = new KafkaController(controllerParts(spec, metadata, nodes));
    const name = controllerName(spec.name);
    addProcess(site, controller, name, name);
  }
  return metadata;
}

/** Makes the clients of one instance, for each of its service's revisions that brings settings of its own. */
function connectKafka(
  site: Site,
  metadata: Metadata,
  share: SharePart | null,
  ...[instance, service, name]: Parameters<Connect>
): void {
  const ground = { site, metadata, share };
  settingsByRevision(site.scenario, service).forEach((settings, revision) => {
    if (settings !== null) connectRevision(ground, instance, service, name, settings, revision);
  });
}

/** The cluster, as clients are connected to it. */
interface Cluster {
  readonly site: Site;
  readonly metadata: Metadata;
  readonly share: SharePart | null;
}

function consumerOf(
  { site, metadata, share: sharing }: Cluster,
  listener: ServiceInstance,
  { group, topics, share }: ConsumeSpec,
  clientId: string,
  settings: WrittenSettings,
): ClosableConsumer {
  const { scenario, catalog } = site;
  const broker = present(brokerOf(scenario), '[RUN-16] a cluster');
  const ground = { catalog, metadata, group, topics, clientId, listener };
  if (share) return present(sharing, '[RUN-35] share groups').consumerOf(broker, ground, settings.consumer);
  const assignors = consumerAssignors(broker, settings.consumer);
  return new KafkaConsumer({ ...ground, config: consumerSettings(broker, settings.consumer), assignors });
}

function connectRevision(
  cluster: Cluster,
  instance: ServiceInstance,
  service: ServiceSpec,
  name: string,
  settings: WrittenSettings,
  revision: number,
): void {
  const { site, metadata } = cluster;
  const { scenario, catalog, kernel } = site;
  const broker = present(brokerOf(scenario), '[RUN-16] a cluster');
  const carry = carryOf(scenario);
  const consume = carry?.consume.find((entry) => entry.service === service.name) ?? null;
  const consumer = consume === null ? null : consumerOf(cluster, instance, consume, name, settings);
  const sizes = new Map(scenario.events.map((event) => [event.name, event.sizeBytes]));
  const producer = new KafkaProducer({
    catalog,
    metadata,
    config: producerSettings(broker, forInstance(settings.producer, name)),
    routes: (carry?.publish ?? []).map(({ event, topic }) => ({ topic, recordBytes: sizes.get(event) ?? 0 })),
    listener: instance,
    stream: streamRow(kernel.state.streams, `${name}:producer`),
  });
  instance.connect(consumer, producer, revision);
}

/** The family with or without what share groups need. */
export function kafkaFamilyWith(share: SharePart | null): BrokerFamily {
  return {
    packets: kafkaPackets,
    machines: [groupCoordinatorMachine, consumerMemberMachine, transactionCoordinatorMachine],
    add(site) {
      const metadata = addKafka(site, share);
      return metadata === null ? null : (...told) => connectKafka(site, metadata, share, ...told);
    },
  };
}

export const kafkaFamily: BrokerFamily = kafkaFamilyWith(null);
