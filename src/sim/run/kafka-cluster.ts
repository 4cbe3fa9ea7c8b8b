/**
 * A Kafka cluster from the scenario: metadata, broker nodes, and the settings of brokers and clients as the models take
 * them (µs, bytes). Names and defaults come from the family's configuration alone.
 */
import { assert, present } from '#sim/base/assert.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import { intern } from '#sim/base/names.ts';
import type { BrokerSettings } from '#sim/brokers/kafka/broker-settings.ts';
import type { ConsumerSettings } from '#sim/brokers/kafka/client/consumer-state.ts';
import type { ProducerSettings } from '#sim/brokers/kafka/client/producer-state.ts';
import {
  isVersion,
  resolveBrokerConfig,
  resolveConsumerConfig,
  resolveProducerConfig,
  type KafkaVersion,
  type ResolvedConfig,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import type { Metadata, PartitionMetadata } from '#sim/brokers/kafka/metadata.ts';
import type { Result } from '#sim/base/result.ts';
import { hashName } from '#sim/kernel/name-hash.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { BrokerSpec } from '#sim/scenario/scenario.ts';

/** Partitions are led in turn by the nodes, as a new topic's are; rows go by topic name, then number. */
export function clusterMetadata(spec: BrokerSpec, nodes: readonly number[], catalog: Catalog): Metadata {
  const partitions: PartitionMetadata[] = [];
  const rowsOf = new Map<string, number[]>();
  for (const topic of spec.topics) {
    const rows: number[] = [];
    for (let partition = 0; partition < topic.partitions; partition += 1) {
      rows.push(partitions.length);
      const leader = present(nodes[partition % nodes.length], '[RUN-12] a cluster has a node');
      partitions.push({ topic: intern(catalog.names, topic.name), topicName: topic.name, partition, leader });
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

/** Settings in force; the parser has refused what Kafka refuses. */
class Settings {
  private readonly values: ResolvedConfig['values'];

  constructor(resolved: Result<ResolvedConfig, unknown>) {
    assert(resolved.ok, '[RUN-10] settings were checked by the parser');
    this.values = resolved.value.values;
  }

  number(name: string): number {
    const value = Number(this.values[name]);
    assert(!Number.isNaN(value), `[RUN-13] ${name} is no number`);
    return value;
  }

  time(name: string): number {
    return this.number(name) * MILLISECOND;
  }

  text(name: string): string {
    return String(this.values[name]);
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  textOrNull(name: string): string | null {
    const value = this.values[name];
    return typeof value === 'string' && value !== '' ? value : null;
  }
}

function versionOf(spec: BrokerSpec): KafkaVersion {
  assert(isVersion(spec.version), `[RUN-14] no version ${spec.version}`);
  return spec.version;
}

export function brokerSettings(spec: BrokerSpec): BrokerSettings {
  const of = new Settings(resolveBrokerConfig(spec.config as WrittenConfig, versionOf(spec)));
  return {
    initialRebalanceDelay: of.time('group.initial.rebalance.delay.ms'),
    minSessionTimeout: of.time('group.min.session.timeout.ms'),
    maxSessionTimeout: of.time('group.max.session.timeout.ms'),
    maxGroupSize: of.number('group.max.size'),
    producerIdExpiration: of.time('producer.id.expiration.ms'),
    maxMessageBytes: of.number('message.max.bytes'),
  };
}

export function producerSettings(spec: BrokerSpec, written: WrittenConfig): ProducerSettings {
  const of = new Settings(resolveProducerConfig(written, versionOf(spec)));
  return {
    acks: of.number('acks') as ProducerSettings['acks'],
    idempotence: of.flag('enable.idempotence'),
    retries: of.number('retries'),
    maxInFlight: of.number('max.in.flight.requests.per.connection'),
    batchSize: of.number('batch.size'),
    linger: of.time('linger.ms'),
    maxRequestSize: of.number('max.request.size'),
    adaptivePartitioning: of.flag('partitioner.adaptive.partitioning.enable'),
    requestTimeout: of.time('request.timeout.ms'),
    deliveryTimeout: of.time('delivery.timeout.ms'),
    retryBackoff: of.time('retry.backoff.ms'),
    retryBackoffMax: of.time('retry.backoff.max.ms'),
    reconnectBackoff: of.time('reconnect.backoff.ms'),
    reconnectBackoffMax: of.time('reconnect.backoff.max.ms'),
  };
}

export function consumerSettings(spec: BrokerSpec, written: WrittenConfig): ConsumerSettings {
  const of = new Settings(resolveConsumerConfig(written, versionOf(spec), spec.config as WrittenConfig));
  return {
    autoCommit: of.flag('enable.auto.commit'),
    autoCommitInterval: of.time('auto.commit.interval.ms'),
    autoOffsetReset: of.text('auto.offset.reset') as ConsumerSettings['autoOffsetReset'],
    maxPollRecords: of.number('max.poll.records'),
    maxPollInterval: of.time('max.poll.interval.ms'),
    sessionTimeout: of.time('session.timeout.ms'),
    heartbeatInterval: of.time('heartbeat.interval.ms'),
    fetchMinBytes: of.number('fetch.min.bytes'),
    fetchMaxBytes: of.number('fetch.max.bytes'),
    fetchMaxWait: of.time('fetch.max.wait.ms'),
    maxPartitionFetchBytes: of.number('max.partition.fetch.bytes'),
    requestTimeout: of.time('request.timeout.ms'),
    defaultApiTimeout: of.time('default.api.timeout.ms'),
    retryBackoff: of.time('retry.backoff.ms'),
    retryBackoffMax: of.time('retry.backoff.max.ms'),
    reconnectBackoff: of.time('reconnect.backoff.ms'),
    reconnectBackoffMax: of.time('reconnect.backoff.max.ms'),
    groupInstanceId: of.textOrNull('group.instance.id'),
  };
}
