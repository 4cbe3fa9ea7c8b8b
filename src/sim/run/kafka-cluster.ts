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
import type { BrokerSpec } from '#sim/scenario/scenario.ts';

/** Rows go by topic name, then number; the first of a partition's replicas leads it at first. */
export function clusterMetadata(spec: BrokerSpec, nodes: readonly number[], catalog: Catalog): Metadata {
  const partitions: PartitionMetadata[] = [];
  const rowsOf = new Map<string, number[]>();
  for (const topic of spec.topics) {
    const rows: number[] = [];
    for (let partition = 0; partition < topic.partitions; partition += 1) {
      rows.push(partitions.length);
      const replicas = topic.replicas?.[partition]?.map((place) =>
        present(nodes[place], '[RUN-12] a cluster has a node'),
      );
      const leader = present(replicas?.[0] ?? nodes[0], '[RUN-12] a cluster has a node');
      const id = intern(catalog.names, topic.name);
      const one = { topic: id, topicName: topic.name, partition, leader };
      partitions.push(replicas === undefined ? one : { ...one, replicas });
    }
    rowsOf.set(topic.name, rows);
  }
  return {
    partitions,
    rowsOf,
    nodes,
    coordinatorOf: (group) => present(nodes[hashName(group) % nodes.length], '[RUN-12] a cluster has a node'),
  };
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
