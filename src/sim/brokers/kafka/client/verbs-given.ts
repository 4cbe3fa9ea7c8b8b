/** What an `offsets` case begins with: settings by Kafka's names, and what stands in the partitions. */
import { assert } from '#sim/base/assert.ts';
import type { ConsumerSettings } from '#sim/brokers/kafka/client/consumer-state.ts';
import { consumerSettings } from '#sim/brokers/kafka/client/settings.ts';
import {
  resolveBrokerConfig,
  resolveConsumerConfig,
  settingOf,
  type SettingValue,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import { versionOf } from '#sim/brokers/kafka/verbs/config-verbs.ts';
import { listOf, numberOf, recordOf, type Step } from '#sim/brokers/kafka/verbs/step.ts';

/** Of `given`, what are a consumer's settings; the rest by default, but for fetch.max.wait.ms. */
export function settingsIn(given: Step): ConsumerSettings {
  const written = writtenIn(given, 'consumer');
  const resolved = resolveConsumerConfig({ 'fetch.max.wait.ms': 1, ...written }, versionOf(given));
  assert(resolved.ok, '[KAFKA-CLIENT-41] the settings of a recorded case are in order');
  return consumerSettings(resolved.value.values);
}

export function brokerValues(given: Step): Readonly<Record<string, SettingValue>> {
  const written = { 'group.initial.rebalance.delay.ms': 0, ...writtenIn(given, 'broker') };
  const resolved = resolveBrokerConfig(written, versionOf(given));
  assert(resolved.ok, '[KAFKA-CLIENT-41] the settings of a recorded case are in order');
  return resolved.value.values;
}

function writtenIn(given: Step, kind: 'consumer' | 'broker'): WrittenConfig {
  const written: Record<string, SettingValue> = {};
  for (const name of Object.keys(given)) {
    if (settingOf(kind, name, versionOf(given)) !== null) written[name] = given[name] as SettingValue;
  }
  return written;
}

interface Log {
  readonly start: number;
  readonly values: readonly unknown[];
}

/** What a case says that the partitions hold. */
export function logsIn(given: Step): Log[] {
  const start = numberOf(given['logStartOffset'], 0);
  const records = given['records'];
  if (Array.isArray(records)) {
    const others = Array.from({ length: numberOf(given['partitions'], 1) - 1 }, () => ({
      start,
      values: [],
    }));
    return [{ start, values: listOf(records) }, ...others];
  }
  if (records !== undefined)
    return Object.values(recordOf(records)).map((values) => ({ start, values: listOf(values) }));
  const count = numberOf(given['logEndOffset'], start) - start;
  return [{ start, values: Array.from({ length: count }, (_, i) => `r${start + i}`) }];
}
