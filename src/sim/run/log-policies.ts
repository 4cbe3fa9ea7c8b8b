/** What brokers are told of old records: the policies of topics that can lose some during the run, and which events are tombstones. */
import { present } from '#sim/base/assert.ts';
import { intern } from '#sim/base/names.ts';
import {
  isVersion,
  resolveBrokerConfig,
  resolveTopicConfig,
  type SettingValue,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';
import { logPolicy, mattersWithin, type LogPolicy } from '#sim/brokers/kafka/retention/log-policy.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { BrokerSpec, Scenario } from '#sim/scenario/scenario.ts';

/** By topic name; undefined where no topic can lose a record before the horizon, and so nobody has to look. */
export function logPolicies(spec: BrokerSpec, horizon: number): ReadonlyMap<string, LogPolicy> | undefined {
  const version = isVersion(spec.version) ? spec.version : '4.0';
  const broker = resolveBrokerConfig(spec.config as WrittenConfig, version);
  const policies = new Map<string, LogPolicy>();
  for (const { name, config } of spec.topics) {
    const topic = resolveTopicConfig(config as WrittenConfig, version);
    if (!topic.ok || !broker.ok) continue;
    const own: Record<string, SettingValue> = {};
    for (const key of Object.keys(config)) own[key] = present(topic.value.values[key], `[RUN-17] no ${key}`);
    const policy = logPolicy(own, broker.value.values);
    if (mattersWithin(policy, horizon)) policies.set(name, policy);
  }
  return policies.size === 0 ? undefined : policies;
}

/** Name ids of the event types whose records have no value. */
export function tombstoneTypes(scenario: Scenario, catalog: Catalog): ReadonlySet<number> {
  const types = scenario.events.filter(({ tombstone }) => tombstone);
  return new Set(types.map(({ name }) => intern(catalog.names, name)));
}
