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
import { endOfRun, type Fold } from '#sim/trace/fold.ts';
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
  /** No two kinds touch the same number. */
  readonly apart = KINDS_READ.map((kind) => [kind]);
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
    for (let from = 0; from < count;) {
      const to = endOfRun(block, rows, from, count);
      switch (block.ints[(rows[from] as number) * RECORD_WORDS + KIND] as number) {
        case Kind.append:
          this.appended(block, rows, from, to);
          break;
        case Kind.handled:
          this.handled(block, rows, from, to);
          break;
        case Kind.effect:
          this.effected(block, rows, from, to);
          break;
        default:
          for (let i = from; i < to; i += 1) this.counted(block, rows[i] as number);
      }
      from = to;
    }
    if (count === 0) return;
    const at = block.floats[(rows[count - 1] as number) * RECORD_FLOATS] as number;
    if (at > this.state.at) this.state.at = at;
  }

  private appended(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints } = block;
    const { logEnd, topics } = this.state;
    for (let i = from; i < to; i += 1) {
      const base = (rows[i] as number) * RECORD_WORDS;
      const topic = ints[base + A] as number;
      const p = partitionRow(this.dimensions, topic, ints[base + B] as number);
      if (p < 0) continue;
      (topics[look(this.dimensions.topicRows, topic)] as TopicMetrics).appended += 1;
      const end = (ints[base + C] as number) + 1;
      if (end > (logEnd[p] as number)) logEnd[p] = end;
    }
  }

  private effected(block: Block, rows: Int32Array, from: number, to: number): void {
    const { effects } = this.state;
    for (let i = from; i < to; i += 1) {
      const effect = block.ints[(rows[i] as number) * RECORD_WORDS + A] as number;
      if (effect < 0) continue;
      if (effect >= effects.length) ensureInt(effects, effect + 1);
      effects.data[effect] = (effects.data[effect] as number) + 1;
    }
  }

  private handled(block: Block, rows: Int32Array, from: number, to: number): void {
    const { ints, floats } = block;
    const history = this.history.state;
    for (let i = from; i < to; i += 1) {
      const row = rows[i] as number;
      const base = row * RECORD_WORDS;
      const lid = ints[base + LID] as number;
      const g = look(this.dimensions.groupRows, ints[base + A] as number);
      if (g < 0 || lid < 0) continue;
      const group = this.state.groups[g] as GroupMetrics;
      observe(group.handling, floats[row * RECORD_FLOATS + 1] as number);
      const outcome = ints[base + B] as number;
      if (outcome !== Outcome.ok) {
        if (outcome === Outcome.failed) group.failed += 1;
        continue;
      }
      group.handled += 1;
      if (handledSeq(history, serviceRow(this.history, lid, g)) !== block.first + row) continue;
      const announced = announcedAt(history, lid);
      if (announced >= 0) observe(group.latency, (floats[row * RECORD_FLOATS] as number) - announced);
    }
  }

  /** What is counted by topic or group and nothing more; and rebalances. */
  private counted(block: Block, row: number): void {
    const s = this.state;
    const { ints } = block;
    const base = row * RECORD_WORDS;
    const kind = ints[base + KIND] as number;
    if (kind === Kind.commit) {
      const g = look(this.dimensions.groupRows, ints[base + A] as number);
      const p = partitionRow(this.dimensions, ints[base + B] as number, ints[base + C] as number);
      if (g >= 0 && p >= 0) s.committed[g * s.logEnd.length + p] = ints[base + D] as number;
      return;
    }
    if (kind === Kind.machine) {
      const group = s.groups[look(this.dimensions.groupRows, ints[base + E] as number)];
      if (group !== undefined) {
        const at = block.floats[row * RECORD_FLOATS] as number;
        rebalance(group, nameOf(this.catalog.names, ints[base + D] as number), at);
      }
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
    if (kind === Kind.produce) topic.produced += 1;
    else if (kind === Kind.confirm) topic.confirmed += 1;
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
