/**
 * The metrics of a run, as one fold over the trace: counts by topic, group and effect, offsets and lag by partition,
 * handler time, and end-to-end latency from `produce` to the first handler that ended well in each group. State is
 * columns and counters; what it reads as stands in exposition.
 *
 * A rebalance is measured from the coordinator's machine: from PreparingRebalance to Stable, Empty or Dead.
 * Left out: metrics by time (views fold those), brokers' and clients' insides that no record tells of.
 */
import { ensureInt } from '#sim/base/column.ts';
import { nameOf } from '#sim/base/names.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { expose, type MetricValue } from '#sim/metrics/exposition.ts';
import { observe } from '#sim/metrics/histogram.ts';
import {
  createMetricsState,
  type GroupMetrics,
  type MetricsState,
  type TopicMetrics,
} from '#sim/metrics/metrics-state.ts';
import { A, B, C, D, E, ENTITY, KIND, LID, type Block } from '#sim/trace/block.ts';
import { look, partitionRow, type Dimensions } from '#sim/trace/dimensions.ts';
import type { Fold } from '#sim/trace/fold.ts';
import { announcedAt, handledSeq, serviceRow, type History } from '#sim/trace/history.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { Kind, Outcome, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

const KINDS_READ: readonly KindName[] = [
  'produce',
  'confirm',
  'refuse',
  'retry',
  'append',
  'duplicate',
  'handled',
  'skipped',
  'effect',
  'commit',
  'commitRefused',
  'machine',
];

export class RunMetrics implements Fold {
  readonly kinds = KINDS_READ;
  state: MetricsState;
  private readonly history: History;
  private readonly dimensions: Dimensions;
  private readonly catalog: Catalog;

  /** `history` must be told of the trace before this. */
  constructor(catalog: Catalog, history: History) {
    this.catalog = catalog;
    this.history = history;
    this.dimensions = history.dimensions;
    this.state = createMetricsState(this.dimensions);
  }

  /** In a stable order; `at` is the run's present, for rates. */
  values(at = this.state.at): readonly MetricValue[] {
    return expose(this.state, this.history, this.catalog.names, at);
  }

  fold(block: Block, rows: Int32Array, count: number): void {
    const ints = block.ints;
    for (let i = 0; i < count; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      switch (ints[base + KIND] as number) {
        case Kind.produce: {
          const topic = this.state.topics[look(this.dimensions.topicRows, ints[base + A] as number)];
          if (topic !== undefined) topic.produced += 1;
          break;
        }
        case Kind.append:
          this.appended(ints[base + A] as number, ints[base + B] as number, ints[base + C] as number);
          break;
        case Kind.handled:
          this.handled(block, row, base);
          break;
        case Kind.effect: {
          const effects = this.state.effects;
          const effect = ints[base + A] as number;
          if (effect < 0) break;
          if (effect >= effects.length) ensureInt(effects, effect + 1);
          effects.data[effect] = (effects.data[effect] as number) + 1;
          break;
        }
        case Kind.commit: {
          const g = look(this.dimensions.groupRows, ints[base + A] as number);
          const p = partitionRow(this.dimensions, ints[base + B] as number, ints[base + C] as number);
          if (g >= 0 && p >= 0)
            this.state.committed[g * this.state.logEnd.length + p] = ints[base + D] as number;
          break;
        }
        default:
          this.counted(ints, base, block.floats[row * RECORD_FLOATS] as number);
      }
    }
    if (count > 0) this.state.at = block.floats[(rows[count - 1] as number) * RECORD_FLOATS] as number;
  }

  private appended(topicName: number, partition: number, offset: number): void {
    const s = this.state;
    const p = partitionRow(this.dimensions, topicName, partition);
    if (p < 0) return;
    (s.topics[look(this.dimensions.topicRows, topicName)] as TopicMetrics).appended += 1;
    if (offset + 1 > (s.logEnd[p] as number)) s.logEnd[p] = offset + 1;
  }

  private handled(block: Block, row: number, base: number): void {
    const { ints, floats } = block;
    const lid = ints[base + LID] as number;
    const g = look(this.dimensions.groupRows, ints[base + A] as number);
    if (g < 0 || lid < 0) return;
    const group = this.state.groups[g] as GroupMetrics;
    observe(group.handling, floats[row * RECORD_FLOATS + 1] as number);
    const outcome = ints[base + B] as number;
    if (outcome !== Outcome.ok) {
      if (outcome === Outcome.failed) group.failed += 1;
      return;
    }
    group.handled += 1;
    const history = this.history.state;
    if (handledSeq(history, serviceRow(this.history, lid, g)) !== block.first + row) return;
    const announced = announcedAt(history, lid);
    if (announced >= 0) observe(group.latency, (floats[row * RECORD_FLOATS] as number) - announced);
  }

  /** What is counted by topic or group and nothing more; and rebalances. */
  private counted(ints: Int32Array, base: number, at: number): void {
    const s = this.state;
    const kind = ints[base + KIND] as number;
    if (kind === Kind.machine) {
      const group = s.groups[look(this.dimensions.groupRows, ints[base + E] as number)];
      if (group !== undefined) rebalance(group, nameOf(this.catalog.names, ints[base + D] as number), at);
      return;
    }
    if (kind === Kind.skipped || kind === Kind.commitRefused) {
      const group = s.groups[look(this.dimensions.groupRows, ints[base + A] as number)];
      if (group === undefined) return;
      if (kind === Kind.skipped) group.skipped += 1;
      // the coordinator refuses; the member's own record of it is another
      else if (ints[base + ENTITY] !== ints[base + C]) group.commitsRefused += 1;
      return;
    }
    const topic = s.topics[look(this.dimensions.topicRows, ints[base + A] as number)];
    if (topic === undefined) return;
    if (kind === Kind.confirm) topic.confirmed += 1;
    else if (kind === Kind.refuse) topic.refused += 1;
    else if (kind === Kind.retry) topic.retried += 1;
    else if (kind === Kind.duplicate) topic.duplicates += 1;
  }
}

function rebalance(group: GroupMetrics, state: string, at: number): void {
  if (state.startsWith('PreparingRebalance')) {
    if (group.rebalancing >= 0) return;
    group.rebalancing = at;
    group.rebalances += 1;
  } else if ((state === 'Stable' || state === 'Empty' || state === 'Dead') && group.rebalancing >= 0) {
    group.rebalanceTime += at - group.rebalancing;
    group.rebalancing = -1;
  }
}
