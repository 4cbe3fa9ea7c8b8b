/** Share groups of a scenario's Kafka cluster: settings in force, and the brokers and consumers that know of them. */
import { assert } from '#sim/base/assert.ts';
import type { Result } from '#sim/base/result.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import {
  isVersion,
  resolveBrokerConfig,
  resolveGroupConfig,
  resolveShareConsumerConfig,
  type KafkaVersion,
  type ResolvedConfig,
  type SettingValue,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import type { ShareConsumerSettings } from '#sim/brokers/kafka/share/client/share-consumer-state.ts';
import type { ShareGroupSettings, ShareSettings } from '#sim/brokers/kafka/share/share-state.ts';
import { carryOf } from '#sim/run/site.ts';
import type { BrokerSpec, Scenario } from '#sim/scenario/scenario.ts';

type Values = Readonly<Record<string, SettingValue>>;

function versionOf(spec: BrokerSpec): KafkaVersion {
  assert(isVersion(spec.version), `[RUN-14] no version ${spec.version}`);
  return spec.version;
}

function inForce(resolved: Result<ResolvedConfig, unknown>): Values {
  assert(resolved.ok, '[RUN-10] settings were checked by the parser');
  return resolved.value.values;
}

function amount(values: Values, name: string): number {
  const value = values[name];
  assert(typeof value === 'number', `[RUN-22] ${name} is not a number`);
  return value;
}

function groupSettings(spec: BrokerSpec, written: WrittenConfig): ShareGroupSettings {
  const values = inForce(resolveGroupConfig(written, versionOf(spec), spec.config as WrittenConfig));
  return {
    lockDuration: amount(values, 'share.record.lock.duration.ms') * MILLISECOND,
    sessionTimeout: amount(values, 'share.session.timeout.ms') * MILLISECOND,
    heartbeatInterval: amount(values, 'share.heartbeat.interval.ms') * MILLISECOND,
    reset: values['share.auto.offset.reset'] === 'latest' ? 'latest' : 'earliest',
  };
}

/** Null where no service of the run is in a share group: then its brokers know nothing of them. */
export function shareSettings(scenario: Scenario, spec: BrokerSpec): ShareSettings | null {
  if (carryOf(scenario)?.consume.some(({ share }) => share) !== true) return null;
  const values = inForce(resolveBrokerConfig(spec.config as WrittenConfig, versionOf(spec)));
  return {
    deliveries: amount(values, 'group.share.delivery.count.limit'),
    locks: amount(values, 'group.share.partition.max.record.locks'),
    maxGroupSize: amount(values, 'group.share.max.size'),
    usual: groupSettings(spec, {}),
    groups: new Map(
      spec.groups.map(({ name, config }) => [name, groupSettings(spec, config as WrittenConfig)]),
    ),
  };
}

/** How long the coordinator of this group waits for a member, in µs. */
export function shareSessionTimeout(spec: BrokerSpec, group: string): number {
  const own = spec.groups.find(({ name }) => name === group)?.config ?? {};
  return groupSettings(spec, own as WrittenConfig).sessionTimeout;
}

export function shareConsumerSettings(spec: BrokerSpec, written: WrittenConfig): ShareConsumerSettings {
  const values = inForce(resolveShareConsumerConfig(written, versionOf(spec)));
  const time = (name: string): number => amount(values, name) * MILLISECOND;
  return {
    explicit: values['share.acknowledgement.mode'] === 'explicit',
    strict: values['share.acquire.mode'] === 'record_limit',
    maxPollRecords: amount(values, 'max.poll.records'),
    maxPollInterval: time('max.poll.interval.ms'),
    fetchMinBytes: amount(values, 'fetch.min.bytes'),
    fetchMaxBytes: amount(values, 'fetch.max.bytes'),
    fetchMaxWait: time('fetch.max.wait.ms'),
    requestTimeout: time('request.timeout.ms'),
    retryBackoff: time('retry.backoff.ms'),
    retryBackoffMax: time('retry.backoff.max.ms'),
    reconnectBackoff: time('reconnect.backoff.ms'),
    reconnectBackoffMax: time('reconnect.backoff.max.ms'),
  };
}
