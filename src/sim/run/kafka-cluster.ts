/**
 * A Kafka cluster from the scenario: metadata, and the settings in force of brokers and clients. Names, defaults and
 * bounds come from the family's configuration alone; the parser has refused what Kafka refuses.
 */
import { assert, present } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import type { Result } from '#sim/base/result.ts';
import type { Assignor } from '#sim/brokers/kafka/assignors/assignor.ts';
import * as broker from '#sim/brokers/kafka/broker-settings.ts';
import type { ConsumerSettings } from '#sim/brokers/kafka/client/consumer-state.ts';
import type { ProducerSettings } from '#sim/brokers/kafka/client/producer-state.ts';
import * as client from '#sim/brokers/kafka/client/settings.ts';
import {
  isVersion,
  resolveBrokerConfig,
  resolveConsumerConfig,
  resolveProducerConfig,
  resolveTopicConfig,
  type KafkaVersion,
  type ResolvedConfig,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import { rulesOf } from '#sim/brokers/kafka/version-rules.ts';
import type { Metadata, PartitionMetadata } from '#sim/brokers/kafka/metadata.ts';
import { hashName } from '#sim/kernel/name-hash.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { FaultSpec } from '#sim/scenario/fault.ts';
import type { BrokerSpec, TopicSpec } from '#sim/scenario/scenario.ts';

/**
 * Rows go by topic name, then number; the first of a partition's replicas leads it at first. Partitions that a fault may
 * add have their rows from the beginning.
 */
export function clusterMetadata(
  spec: BrokerSpec,
  nodes: readonly number[],
  catalog: Catalog,
  faults: readonly FaultSpec[] = [],
): Metadata {
  const partitions: PartitionMetadata[] = [];
  const rowsOf = new Map<string, number[]>();
  const grows = faults.some((fault) => fault.fault === 'alter' && fault.broker === spec.name);
  for (const topic of spec.topics) {
    const rows: number[] = [];
    const most = mostPartitions(spec, topic, faults);
    for (let partition = 0; partition < most; partition += 1) {
      rows.push(partitions.length);
      const replicas = replicaPlaces(spec, topic, partition)?.map((place) =>
        present(nodes[place], '[RUN-12] a cluster has a node'),
      );
      const leader = present(replicas?.[0] ?? nodes[0], '[RUN-12] a cluster has a node');
      const id = intern(catalog.names, topic.name);
      const later = partition >= topic.partitions ? { later: true } : {};
      const one = { topic: id, topicName: topic.name, partition, leader, ...later };
      partitions.push(replicas === undefined ? one : { ...one, replicas });
    }
    rowsOf.set(topic.name, rows);
  }
  return {
    partitions,
    rowsOf,
    nodes,
    ...(grows ? { growth: { invalidPartitions: intern(catalog.names, 'INVALID_PARTITIONS') } } : {}),
    coordinatorOf: (group) => present(nodes[hashName(group) % nodes.length], '[RUN-12] a cluster has a node'),
  };
}

/** How many partitions a topic comes to have, if all faults strike. */
export function mostPartitions(spec: BrokerSpec, topic: TopicSpec, faults: readonly FaultSpec[]): number {
  let most = topic.partitions;
  for (const fault of faults) {
    if (fault.fault !== 'alter' || fault.broker !== spec.name || fault.topic !== topic.name) continue;
    most = Math.max(most, fault.partitions);
  }
  return most;
}

/** [KAFKA-GROWTH-2] By their place among the nodes; those of a partition that is added go round the nodes. */
export function replicaPlaces(
  spec: BrokerSpec,
  { replicas }: TopicSpec,
  partition: number,
): readonly number[] | undefined {
  const copies = replicas?.[0]?.length;
  if (copies === undefined) return undefined;
  return (
    replicas?.[partition] ?? Array.from({ length: copies }, (_, copy) => (partition + copy) % spec.nodes)
  );
}

function inForce(resolved: Result<ResolvedConfig, unknown>): ResolvedConfig['values'] {
  assert(resolved.ok, '[RUN-10] settings were checked by the parser');
  return resolved.value.values;
}

function transactionVersion(spec: BrokerSpec): 1 | 2 {
  return rulesOf(versionOf(spec)).transactionVersion;
}

function versionOf(spec: BrokerSpec): KafkaVersion {
  assert(isVersion(spec.version), `[RUN-14] no version ${spec.version}`);
  return spec.version;
}

export function brokerSettings(spec: BrokerSpec): broker.BrokerSettings {
  const version = versionOf(spec);
  const largest = new Map<string, number>();
  for (const { name, config } of spec.topics) {
    if (!('max.message.bytes' in config)) continue;
    largest.set(
      name,
      Number(inForce(resolveTopicConfig(config as WrittenConfig, version))['max.message.bytes']),
    );
  }
  return broker.brokerSettings(
    inForce(resolveBrokerConfig(spec.config as WrittenConfig, version)),
    largest,
    transactionVersion(spec),
  );
}

export function producerSettings(spec: BrokerSpec, written: WrittenConfig): ProducerSettings {
  return client.producerSettings(
    inForce(resolveProducerConfig(written, versionOf(spec))),
    transactionVersion(spec),
  );
}

function consumerValues(spec: BrokerSpec, written: WrittenConfig): ReturnType<typeof inForce> {
  return inForce(resolveConsumerConfig(written, versionOf(spec), spec.config as WrittenConfig));
}

export function consumerSettings(spec: BrokerSpec, written: WrittenConfig): ConsumerSettings {
  return client.consumerSettings(consumerValues(spec, written));
}

/** What the members offer of `partition.assignment.strategy`, best first. */
export function consumerAssignors(spec: BrokerSpec, written: WrittenConfig): readonly Assignor[] {
  return client.assignorsOf(consumerValues(spec, written));
}
