/** What the nodes and the controller of a cluster with several nodes are built with. Settings were checked by the parser. */
import { assert, present } from '#sim/base/assert.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import {
  isVersion,
  resolveBrokerConfig,
  resolveTopicConfig,
  type SettingValue,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import type { ControllerParts } from '#sim/brokers/kafka/replication/controller.ts';
import type { ReplicationParts } from '#sim/brokers/kafka/replication/node-replication.ts';
import type { ReplicationSettings } from '#sim/brokers/kafka/replication/replicated-partition.ts';
import { rulesOf } from '#sim/brokers/kafka/version-rules.ts';
import type { BrokerSpec, TopicSpec } from '#sim/scenario/scenario.ts';

type Values = Readonly<Record<string, SettingValue>>;

function brokerValues(spec: BrokerSpec): Values {
  assert(isVersion(spec.version), `[RUN-14] no version ${spec.version}`);
  const resolved = resolveBrokerConfig(spec.config as WrittenConfig, spec.version);
  assert(resolved.ok, '[RUN-10] settings were checked by the parser');
  return resolved.value.values;
}

/** What the topic writes, else what the broker has under the same name. */
function topicValue(spec: BrokerSpec, topic: TopicSpec, cluster: Values, name: string): SettingValue {
  assert(isVersion(spec.version), `[RUN-14] no version ${spec.version}`);
  if (!Object.hasOwn(topic.config, name)) return cluster[name] ?? null;
  const resolved = resolveTopicConfig(topic.config as WrittenConfig, spec.version);
  assert(resolved.ok, '[RUN-10] settings were checked by the parser');
  return resolved.value.values[name] ?? null;
}

/** In microseconds. */
function time(values: Values, name: string): number {
  return Number(values[name]) * MILLISECOND;
}

function settingsByRow(spec: BrokerSpec, metadata: Metadata, cluster: Values): ReplicationSettings[] {
  assert(isVersion(spec.version), `[RUN-14] no version ${spec.version}`);
  const rules = rulesOf(spec.version);
  const maxLag = time(cluster, 'replica.lag.time.max.ms');
  const byTopic = new Map(
    spec.topics.map((topic): [string, ReplicationSettings] => [
      topic.name,
      {
        rules,
        maxLag,
        minInSync: Number(topicValue(spec, topic, cluster, 'min.insync.replicas')),
        uncleanElection: topicValue(spec, topic, cluster, 'unclean.leader.election.enable') === true,
      },
    ]),
  );
  return metadata.partitions.map(({ topicName }) =>
    present(byTopic.get(topicName), `[RUN-20] no topic ${topicName}`),
  );
}

function placementOf(metadata: Metadata): (readonly number[])[] {
  return metadata.partitions.map(({ replicas, leader }) => replicas ?? [leader]);
}

/** The controller's entity follows those of the nodes. */
function controllerEntity(nodes: readonly number[]): number {
  return Math.max(...nodes) + 1;
}

/** By node. */
export function replicationParts(
  spec: BrokerSpec,
  metadata: Metadata,
  nodes: readonly number[],
): (node: number) => ReplicationParts {
  const cluster = brokerValues(spec);
  const shared = {
    controller: controllerEntity(nodes),
    nodes,
    placement: placementOf(metadata),
    settings: settingsByRow(spec, metadata, cluster),
    fetchWait: time(cluster, 'replica.fetch.wait.max.ms'),
    fetchBackoff: time(cluster, 'replica.fetch.backoff.ms'),
    heartbeatInterval: time(cluster, 'broker.heartbeat.interval.ms'),
    sessionTimeout: time(cluster, 'broker.session.timeout.ms'),
    lagCheck: Math.max(MILLISECOND, Math.floor(time(cluster, 'replica.lag.time.max.ms') / 2)),
  };
  return (node) => ({ self: node, ...shared });
}

export function controllerParts(
  spec: BrokerSpec,
  metadata: Metadata,
  nodes: readonly number[],
): ControllerParts {
  const cluster = brokerValues(spec);
  return {
    nodes,
    partitions: metadata.partitions,
    metadata,
    placement: placementOf(metadata),
    unclean: settingsByRow(spec, metadata, cluster).map(({ uncleanElection }) => uncleanElection),
    sessionTimeout: time(cluster, 'broker.session.timeout.ms'),
  };
}
