/**
 * Metrics under the names that operators know: kafka_exporter's for offsets and lag, Prometheus' practices for the rest
 * (base units, `_total`, `_seconds`). Durations are summaries with quantiles, `_sum`, `_count`, and `_mean` and `_max`
 * beside them. The order is that of this list, within it that of the scope: it never depends on what happened.
 */
import { intAt } from '#sim/base/column.ts';
import { nameOf, compareNames, type Names } from '#sim/base/names.ts';
import type { Dimensions } from '#sim/trace/dimensions.ts';
import type { History } from '#sim/trace/history.ts';
import { mean, quantile, type Histogram } from '#sim/metrics/histogram.ts';
import type { GroupMetrics, MetricsState, TopicMetrics } from '#sim/metrics/metrics-state.ts';

export interface MetricValue {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const SECOND = 1_000_000;

const ofTopics: readonly (readonly [name: string, value: (topic: TopicMetrics) => number])[] = [
  ['events_published_total', (topic) => topic.produced],
  ['events_confirmed_total', (topic) => topic.confirmed],
  ['event_publish_failures_total', (topic) => topic.refused],
  ['event_publish_retries_total', (topic) => topic.retried],
  ['events_appended_total', (topic) => topic.appended],
  ['event_publish_duplicates_total', (topic) => topic.duplicates],
];

interface GroupMoment {
  readonly at: number;
  readonly delivered: number;
  readonly redelivered: number;
}

const ofGroups: readonly (readonly [
  name: string,
  value: (group: GroupMetrics, moment: GroupMoment) => number,
])[] = [
  ['events_delivered_total', (_group, { delivered }) => delivered],
  ['events_redelivered_total', (_group, { redelivered }) => redelivered],
  ['events_consumed_total', (group) => group.handled],
  ['event_consumption_failures_total', (group) => group.failed],
  ['events_skipped_total', (group) => group.skipped],
  ['events_consumed_per_second', (group, { at }) => (at > 0 ? (group.handled * SECOND) / at : 0)],
  ['kafka_consumergroup_commits_refused_total', (group) => group.commitsRefused],
  ['kafka_consumergroup_rebalances_total', (group) => group.rebalances],
  [
    'kafka_consumergroup_rebalance_seconds_total',
    (group, { at }) => (group.rebalanceTime + (group.rebalancing >= 0 ? at - group.rebalancing : 0)) / SECOND,
  ],
];

export function expose(state: MetricsState, history: History, names: Names, at: number): MetricValue[] {
  const { dimensions } = history;
  const { scope } = dimensions;
  const values: MetricValue[] = [];
  for (const [name, value] of ofTopics) {
    scope.topics.forEach((topic, row) => {
      values.push({ name, labels: { topic: topic.name }, value: value(state.topics[row] as TopicMetrics) });
    });
  }
  for (const [name, value] of ofGroups) {
    scope.groups.forEach((group, row) => {
      const delivered = history.state.delivered[row] as number;
      const redelivered = history.state.redelivered[row] as number;
      values.push({
        name,
        labels: { group: group.name },
        value: value(state.groups[row] as GroupMetrics, { at, delivered, redelivered }),
      });
    });
  }
  scope.groups.forEach((group, row) => {
    const { latency, handling } = state.groups[row] as GroupMetrics;
    exposeSummary(values, 'event_end_to_end_seconds', group.name, latency);
    exposeSummary(values, 'event_consumption_duration_seconds', group.name, handling);
  });
  exposeEffects(values, state, names);
  exposeOffsets(values, state, dimensions);
  return values;
}

function exposeSummary(values: MetricValue[], name: string, group: string, histogram: Histogram): void {
  for (const share of [0.5, 0.95, 0.99]) {
    const labels = { group, quantile: String(share) };
    values.push({ name, labels, value: quantile(histogram, share) / SECOND });
  }
  values.push({ name: `${name}_sum`, labels: { group }, value: histogram.sum / SECOND });
  values.push({ name: `${name}_count`, labels: { group }, value: histogram.count });
  values.push({ name: `${name}_mean`, labels: { group }, value: mean(histogram) / SECOND });
  values.push({ name: `${name}_max`, labels: { group }, value: Math.max(0, histogram.max) / SECOND });
}

function exposeEffects(values: MetricValue[], state: MetricsState, names: Names): void {
  const seen: { effect: string; value: number }[] = [];
  for (let id = 0; id < state.effects.length; id += 1) {
    const value = intAt(state.effects, id, 0);
    if (value > 0) seen.push({ effect: nameOf(names, id), value });
  }
  seen.sort((a, b) => compareNames(a.effect, b.effect));
  for (const { effect, value } of seen) values.push({ name: 'effects_total', labels: { effect }, value });
}

/** Lag is log end minus committed offset; before the first commit, all of the log. */
function exposeOffsets(values: MetricValue[], state: MetricsState, dimensions: Dimensions): void {
  const { scope, partitions } = dimensions;
  const where = (row: number): { topic: string; partition: string } => {
    const { topic, partition } = partitions[row] as { topic: number; partition: number };
    return { topic: scope.topics[topic]?.name ?? '-', partition: String(partition) };
  };
  partitions.forEach((_, row) => {
    const value = state.logEnd[row] as number;
    values.push({ name: 'kafka_topic_partition_current_offset', labels: where(row), value });
  });
  const lags: MetricValue[] = [];
  scope.groups.forEach((group, g) => {
    partitions.forEach((_, row) => {
      const labels = { group: group.name, ...where(row) };
      if (!group.topics.includes(labels.topic)) return;
      const committed = state.committed[g * partitions.length + row] as number;
      if (committed >= 0)
        values.push({ name: 'kafka_consumergroup_current_offset', labels, value: committed });
      const lag = (state.logEnd[row] as number) - Math.max(0, committed);
      lags.push({ name: 'kafka_consumergroup_lag', labels, value: lag });
    });
  });
  values.push(...lags);
}
