/** What the metrics of a run are made of: counters by topic and group, columns by event, offsets by partition. */
import { intColumn, type IntColumn } from '#sim/base/column.ts';
import type { Dimensions } from '#sim/trace/dimensions.ts';
import { createHistogram, type Histogram } from '#sim/metrics/histogram.ts';

export interface GroupMetrics {
  handled: number;
  failed: number;
  skipped: number;
  commitsRefused: number;
  rebalances: number;
  rebalanceTime: number;
  /** When the current rebalance began, -1 = none is under way. */
  rebalancing: number;
  readonly latency: Histogram;
  readonly handling: Histogram;
}

export interface TopicMetrics {
  produced: number;
  confirmed: number;
  refused: number;
  retried: number;
  appended: number;
  duplicates: number;
}

export interface MetricsState {
  readonly topics: readonly TopicMetrics[];
  readonly groups: readonly GroupMetrics[];
  /** By name id of the effect. */
  readonly effects: IntColumn;
  /** By partition row: offset of the next record. */
  readonly logEnd: Int32Array;
  /** By group row × partitions + partition row: committed offset, -1 = none yet. */
  readonly committed: Int32Array;
  /** Time of the last record seen. */
  at: number;
}

export function createMetricsState(dimensions: Dimensions): MetricsState {
  const { scope } = dimensions;
  const partitions = dimensions.partitions.length;
  return {
    topics: scope.topics.map(() => ({
      produced: 0,
      confirmed: 0,
      refused: 0,
      retried: 0,
      appended: 0,
      duplicates: 0,
    })),
    groups: scope.groups.map(() => ({
      handled: 0,
      failed: 0,
      skipped: 0,
      commitsRefused: 0,
      rebalances: 0,
      rebalanceTime: 0,
      rebalancing: -1,
      latency: createHistogram(),
      handling: createHistogram(),
    })),
    effects: intColumn('mutable'),
    logEnd: new Int32Array(partitions),
    committed: new Int32Array(scope.groups.length * partitions).fill(-1),
    at: 0,
  };
}
