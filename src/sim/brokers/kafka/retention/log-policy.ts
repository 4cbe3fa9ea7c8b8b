/**
 * What a topic's settings say about old records, in the units of the run. A setting that the topic does not have comes
 * from the broker's own under its other name (ServerTopicConfigSynonyms at the recorded commit). Left out:
 * `max.compaction.lag.ms`, `segment.jitter.ms`, indexes' limits. Rules: SPEC.md, KAFKA-RETENTION, KAFKA-COMPACT.
 */
import { assert } from '#sim/base/assert.ts';
import { MILLISECOND } from '#sim/base/time.ts';
import type { SettingValue } from '#sim/brokers/kafka/config.ts';
import type { RetentionPolicy } from '#sim/brokers/kafka/retention/retention.ts';
import type { RollLimits } from '#sim/brokers/kafka/retention/segments.ts';

/** Times in µs. */
export interface LogPolicy extends RetentionPolicy, RollLimits {
  /** Whether `cleanup.policy` has `compact`. */
  readonly compacts: boolean;
  /** min.cleanable.dirty.ratio, min.compaction.lag.ms, delete.retention.ms */
  readonly minDirtyRatio: number;
  readonly minLag: number;
  readonly deleteRetention: number;
}

type Values = Readonly<Record<string, SettingValue>>;

/** The broker's names for a topic's settings, the one that goes first in front; each with its unit in milliseconds. */
const SYNONYMS: Readonly<Record<string, readonly (readonly [name: string, unit: number])[]>> = {
  'cleanup.policy': [['log.cleanup.policy', 1]],
  'retention.ms': [
    ['log.retention.ms', 1],
    ['log.retention.minutes', 60_000],
    ['log.retention.hours', 3_600_000],
  ],
  'retention.bytes': [['log.retention.bytes', 1]],
  'segment.bytes': [['log.segment.bytes', 1]],
  'segment.ms': [
    ['log.roll.ms', 1],
    ['log.roll.hours', 3_600_000],
  ],
  'delete.retention.ms': [['log.cleaner.delete.retention.ms', 1]],
  'min.cleanable.dirty.ratio': [['log.cleaner.min.cleanable.ratio', 1]],
  'min.compaction.lag.ms': [['log.cleaner.min.compaction.lag.ms', 1]],
};

/** What is in force for a topic: what it says itself, else what its broker says; `topic` as written, `broker` in force. */
function inForce(name: string, topic: Values, broker: Values): SettingValue {
  const own = topic[name];
  if (own !== undefined && own !== null) return own;
  for (const [synonym, unit] of SYNONYMS[name] ?? []) {
    const value = broker[synonym];
    if (value === undefined || value === null) continue;
    return typeof value === 'number' && value >= 0 ? value * unit : value;
  }
  return null;
}

/** `topic`: the topic's own settings, checked and of the right types; `broker`: all of the broker's, defaults included. */
export function logPolicy(topic: Values, broker: Values): LogPolicy {
  const amount = (name: string): number => {
    const value = inForce(name, topic, broker);
    assert(typeof value === 'number', `[KAFKA-BROKER-4] ${name} is not a number`);
    return value;
  };
  const time = (name: string): number => {
    const value = amount(name);
    return value < 0 ? value : value * MILLISECOND;
  };
  const cleanup = inForce('cleanup.policy', topic, broker);
  const words = Array.isArray(cleanup) ? (cleanup as readonly string[]) : [String(cleanup)];
  return {
    deletes: words.includes('delete'),
    compacts: words.includes('compact'),
    age: time('retention.ms'),
    bytes: amount('retention.bytes'),
    segmentBytes: amount('segment.bytes'),
    segmentMs: time('segment.ms'),
    minDirtyRatio: amount('min.cleanable.dirty.ratio'),
    minLag: time('min.compaction.lag.ms'),
    deleteRetention: time('delete.retention.ms'),
  };
}

/** Whether a policy can take anything away, or refuse anything, in a run that ends at `horizon` (µs). */
export function mattersWithin(policy: LogPolicy, horizon: number): boolean {
  if (policy.compacts) return true;
  return policy.deletes && (policy.bytes >= 0 || (policy.age >= 0 && policy.age < horizon));
}
