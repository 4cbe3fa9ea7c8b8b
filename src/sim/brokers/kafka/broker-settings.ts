/** From the settings in force (`resolveBrokerConfig`) to those that the broker model acts on. */
import { assert } from '#sim/base/assert.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import type { SettingValue } from '#sim/brokers/kafka/config.ts';

/** The broker's own settings that the model acts on; times in µs. Names, defaults and bounds stand in `config`. */
export interface BrokerSettings {
  /** group.initial.rebalance.delay.ms */
  readonly initialRebalanceDelay: number;
  /** group.min.session.timeout.ms, group.max.session.timeout.ms */
  readonly minSessionTimeout: number;
  readonly maxSessionTimeout: number;
  /** group.max.size */
  readonly maxGroupSize: number;
  /** group.consumer.session.timeout.ms, .heartbeat.interval.ms, .max.size, .assignors (names, the default one first) */
  readonly consumerSessionTimeout: number;
  readonly consumerHeartbeatInterval: number;
  readonly consumerMaxGroupSize: number;
  readonly consumerAssignors: readonly string[];
  /** producer.id.expiration.ms */
  readonly producerIdExpiration: number;
  /** message.max.bytes: the largest batch that is accepted. */
  readonly maxMessageBytes: number;
  /** log.retention.check.interval.ms; log.cleaner.enable, log.cleaner.backoff.ms */
  readonly retentionCheckInterval: number;
  readonly cleanerEnabled: boolean;
  readonly cleanerBackoff: number;
  /** transaction.max.timeout.ms, transaction.abort.timed.out.transaction.cleanup.interval.ms */
  readonly transactionMaxTimeout: number;
  readonly transactionScanInterval: number;
  /** The feature level transaction.version, which the cluster's version brings. */
  readonly transactionVersion: 1 | 2;
  /** max.message.bytes of the topics that set it, by topic name. */
  readonly topicMaxMessageBytes?: ReadonlyMap<string, number>;
}

/** `values` are the broker's settings in force, by Kafka's names. */
export function brokerSettings(
  values: Readonly<Record<string, SettingValue>>,
  topicMaxMessageBytes: ReadonlyMap<string, number> = new Map(),
  transactionVersion: 1 | 2 = 2,
): BrokerSettings {
  const amount = (name: string): number => {
    const value = values[name];
    assert(typeof value === 'number', `[KAFKA-BROKER-1] ${name} is not a number`);
    return value;
  };
  return {
    initialRebalanceDelay: amount('group.initial.rebalance.delay.ms') * MILLISECOND,
    minSessionTimeout: amount('group.min.session.timeout.ms') * MILLISECOND,
    maxSessionTimeout: amount('group.max.session.timeout.ms') * MILLISECOND,
    maxGroupSize: amount('group.max.size'),
    consumerSessionTimeout: amount('group.consumer.session.timeout.ms') * MILLISECOND,
    consumerHeartbeatInterval: amount('group.consumer.heartbeat.interval.ms') * MILLISECOND,
    consumerMaxGroupSize: amount('group.consumer.max.size'),
    consumerAssignors: assignorNames(values['group.consumer.assignors']),
    producerIdExpiration: amount('producer.id.expiration.ms') * MILLISECOND,
    maxMessageBytes: amount('message.max.bytes'),
    retentionCheckInterval: amount('log.retention.check.interval.ms') * MILLISECOND,
    cleanerEnabled: values['log.cleaner.enable'] !== false,
    cleanerBackoff: amount('log.cleaner.backoff.ms') * MILLISECOND,
    transactionMaxTimeout: amount('transaction.max.timeout.ms') * MILLISECOND,
    transactionScanInterval:
      amount('transaction.abort.timed.out.transaction.cleanup.interval.ms') * MILLISECOND,
    transactionVersion,
    topicMaxMessageBytes,
  };
}

const ASSIGNORS = new Map([
  ['uniform', 'uniform'],
  ['range', 'range'],
  ['org.apache.kafka.coordinator.group.assignor.UniformAssignor', 'uniform'],
  ['org.apache.kafka.coordinator.group.assignor.RangeAssignor', 'range'],
]);

/** Of the assignors that the coordinator is configured with, those that Kafka brings along. */
function assignorNames(written: SettingValue | undefined): readonly string[] {
  const names: string[] = [];
  for (const one of Array.isArray(written) ? (written as readonly string[]) : []) {
    const name = ASSIGNORS.get(one.trim());
    if (name !== undefined && !names.includes(name)) names.push(name);
  }
  return names.length > 0 ? names : ['uniform', 'range'];
}
