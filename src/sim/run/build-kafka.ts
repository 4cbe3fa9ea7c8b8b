/** What a scenario on Kafka is built from: broker nodes, and the clients in each service's process. */
import { present } from '#sim/base/assert.ts';
import { KafkaBroker } from '#sim/brokers/kafka/broker.ts';
import { KafkaConsumer } from '#sim/brokers/kafka/client/kafka-consumer.ts';
import { KafkaProducer } from '#sim/brokers/kafka/client/kafka-producer.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import { KafkaController } from '#sim/brokers/kafka/replication/controller.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import { KafkaShareConsumer } from '#sim/brokers/kafka/share/client/kafka-share-consumer.ts';
import { KafkaShareBroker } from '#sim/brokers/kafka/share/kafka-share-broker.ts';
import { streamRow } from '#sim/kernel/random.ts';
import {
  brokerSettings,
  clusterMetadata,
  consumerAssignors,
  consumerSettings,
  producerSettings,
} from '#sim/run/kafka-cluster.ts';
import { shareConsumerSettings, shareSettings } from '#sim/run/kafka-share.ts';
import { controllerParts, replicationParts } from '#sim/run/kafka-replication.ts';
import { logPolicies, tombstoneTypes } from '#sim/run/log-policies.ts';
import { addProcess, brokerOf, carryOf, type Site } from '#sim/run/site.ts';
import { controllerName } from '#sim/scenario/inventory.ts';
import type { ConsumeSpec, Scenario, ServiceSpec } from '#sim/scenario/scenario.ts';
import type { ServiceInstance } from '#sim/services/instance.ts';

/** Adds the cluster that the run uses; null where the file uses none. */
export function addKafka(site: Site): Metadata | null {
  const spec = brokerOf(site.scenario);
  if (spec?.kind !== 'kafka') return null;
  const nodes = spec.nodeNames.map((name) => site.entityNames.indexOf(name));
  const metadata = clusterMetadata(spec, nodes, site.catalog, site.scenario.faults);
  const settings = brokerSettings(spec);
  const policies = logPolicies(spec, site.scenario.horizon);
  const tombstones = tombstoneTypes(site.scenario, site.catalog);
  const replicationOf = spec.nodes > 1 ? replicationParts(spec, metadata, nodes) : null;
  const share = shareSettings(site.scenario, spec);
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
    const broker = share === null ? new KafkaBroker(parts) : new KafkaShareBroker(parts, share);
    addProcess(site, broker, name, spec.name);
  });
  if (spec.nodes > 1) {
    const controller = new KafkaController(controllerParts(spec, metadata, nodes));
    const name = controllerName(spec.name);
    addProcess(site, controller, name, name);
  }
  return metadata;
}

const TRANSACTIONAL_ID = 'transactional.id';

/** Client settings as written. */
interface WrittenSettings {
  readonly producer: WrittenConfig;
  readonly consumer: WrittenConfig;
}

/** What the service's clients are set to at first and after each deployment; null = as before. */
function settingsByRevision(scenario: Scenario, service: ServiceSpec): (WrittenSettings | null)[] {
  const consume = carryOf(scenario)?.consume.find((entry) => entry.service === service.name);
  let settings: WrittenSettings = {
    producer: service.config as WrittenConfig,
    consumer: (consume?.config ?? {}) as WrittenConfig,
  };
  const revisions: (WrittenSettings | null)[] = [settings];
  for (const fault of scenario.faults) {
    if (fault.fault !== 'deploy' || fault.service !== service.name) continue;
    const { config, consumerConfig } = fault;
    if (config === null && consumerConfig === null) revisions.push(null);
    else {
      settings = {
        producer: (config as WrittenConfig | null) ?? settings.producer,
        consumer: (consumerConfig as WrittenConfig | null) ?? settings.consumer,
      };
      revisions.push(settings);
    }
  }
  return revisions;
}

/** `{instance}` in a transactional id stands for the instance's name. */
function forInstance(config: WrittenConfig, name: string): WrittenConfig {
  const id = config[TRANSACTIONAL_ID];
  return typeof id === 'string'
    ? { ...config, [TRANSACTIONAL_ID]: id.replaceAll('{instance}', name) }
    : config;
}

/** Whether some producer of the run has a transactional id, at first or after a deployment. */
export function usesTransactions(scenario: Scenario): boolean {
  return scenario.services.some((service) =>
    settingsByRevision(scenario, service).some((settings) => {
      const id = settings?.producer[TRANSACTIONAL_ID];
      return id !== undefined && id !== null;
    }),
  );
}

/** Makes the clients of one instance, for each of its service's revisions that brings settings of its own. */
export function connectKafka(
  site: Site,
  metadata: Metadata,
  instance: ServiceInstance,
  service: ServiceSpec,
  name: string,
): void {
  settingsByRevision(site.scenario, service).forEach((settings, revision) => {
    if (settings !== null) connectRevision(site, metadata, instance, service, name, settings, revision);
  });
}

function consumerOf(
  { scenario, catalog }: Site,
  metadata: Metadata,
  listener: ServiceInstance,
  { group, topics, share }: ConsumeSpec,
  clientId: string,
  settings: WrittenSettings,
): KafkaConsumer | KafkaShareConsumer {
  const broker = present(brokerOf(scenario), '[RUN-16] a cluster');
  const ground = { catalog, metadata, group, topics, clientId, listener };
  if (share) {
    return new KafkaShareConsumer({ ...ground, config: shareConsumerSettings(broker, settings.consumer) });
  }
  const assignors = consumerAssignors(broker, settings.consumer);
  return new KafkaConsumer({ ...ground, config: consumerSettings(broker, settings.consumer), assignors });
}

function connectRevision(
  site: Site,
  metadata: Metadata,
  instance: ServiceInstance,
  service: ServiceSpec,
  name: string,
  settings: WrittenSettings,
  revision: number,
): void {
  const { scenario, catalog, kernel } = site;
  const broker = present(brokerOf(scenario), '[RUN-16] a cluster');
  const carry = carryOf(scenario);
  const consume = carry?.consume.find((entry) => entry.service === service.name) ?? null;
  const consumer = consume === null ? null : consumerOf(site, metadata, instance, consume, name, settings);
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
