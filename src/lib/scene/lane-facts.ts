/**
 * The timeline's lanes as they grow with the trace: when faults were in force, how groups went from generation to
 * generation and who had what in each, and how far readers were behind.
 */
import type { Ground } from '#lib/scene/ground.ts';
import type { FaultBar, GroupSpan } from '#lib/scene/timeline.ts';
import { addStep, createSeries, type GrowingSeries } from '#lib/scene/step-series.ts';

interface Bar extends FaultBar {
  to: number | null;
}

interface Span extends GroupSpan {
  to: number | null;
  generation: number;
  assignment: { readonly member: string; readonly partitions: string[] }[];
}

interface GroupLag {
  readonly total: GrowingSeries;
  readonly byPartition: GrowingSeries[];
  readonly committed: Float64Array;
  readonly behind: Float64Array;
  sum: number;
}

export class LaneFacts {
  /** By fault's place in the file. */
  readonly bars: readonly Bar[][];
  /** By group. */
  readonly spans: readonly Span[][];
  readonly lags: readonly GroupLag[];
  private readonly ground: Ground;
  private readonly starts: Float64Array;
  private readonly ends: Float64Array;

  constructor(ground: Ground) {
    this.ground = ground;
    const { faults, groups } = ground.topology;
    const partitions = ground.partitions.length;
    this.bars = faults.map(() => []);
    this.spans = groups.map(() => []);
    this.starts = new Float64Array(partitions);
    this.ends = new Float64Array(partitions);
    this.lags = groups.map(() => ({
      total: createSeries(),
      byPartition: ground.partitions.map(createSeries),
      committed: new Float64Array(partitions).fill(-1),
      behind: new Float64Array(partitions),
      sum: 0,
    }));
  }

  fault(number: number, active: boolean, at: number, seq: number): void {
    const bars = this.bars[number - 1];
    if (bars === undefined) return;
    const last = bars[bars.length - 1];
    if (active) bars.push({ from: at, to: null, seq });
    else if (last !== undefined && last.to === null) last.to = at;
  }

  /** A response was lost by a rule: a fault of that kind leaves no other record. */
  dropped(from: string, at: number, seq: number): void {
    const place = this.ground.topology.faults.findIndex(
      ({ kind, target }) => kind === 'drop' && target.startsWith(`response of ${from}.`),
    );
    this.bars[place]?.push({ from: at, to: at, seq });
  }

  /** The coordinator's machine went to another state. */
  group(group: number, state: string, generation: number, at: number, seq: number): void {
    const spans = this.spans[group];
    if (spans === undefined) return;
    const last = spans[spans.length - 1];
    if (last !== undefined) {
      last.to = at;
      if (last.from === at) spans.pop();
    }
    const stable = state === 'Stable';
    spans.push({ from: at, to: null, generation, stable, state, assignment: [], seq });
  }

  assign(group: number, member: string, partition: string): void {
    const spans = this.spans[group];
    const span = spans?.[spans.length - 1];
    if (span === undefined) return;
    const known = span.assignment.find((entry) => entry.member === member);
    if (known === undefined) span.assignment.push({ member, partitions: [partition] });
    else if (!known.partitions.includes(partition)) known.partitions.push(partition);
  }

  append(partition: number, offset: number, at: number): void {
    if (offset >= (this.ends[partition] as number)) this.endAt(partition, offset + 1, at);
  }

  /** The log ends there from now on: further than before, or, with a new leader, not as far. */
  endAt(partition: number, end: number, at: number): void {
    this.ends[partition] = end;
    this.lags.forEach((lag, group) => {
      if (this.ground.isRead(group, partition)) this.lagChanges(lag, partition, at);
    });
  }

  /** The log begins there from now on: what a group that has committed nothing has before it. */
  startAt(partition: number, start: number, at: number): void {
    this.starts[partition] = start;
    this.endAt(partition, this.ends[partition] as number, at);
  }

  commit(group: number, partition: number, offset: number, at: number): void {
    const lag = this.lags[group];
    if (lag === undefined) return;
    lag.committed[partition] = offset;
    this.lagChanges(lag, partition, at);
  }

  private lagChanges(lag: GroupLag, partition: number, at: number): void {
    const committed = lag.committed[partition] as number;
    const from = committed < 0 ? (this.starts[partition] as number) : committed;
    const behind = Math.max(0, (this.ends[partition] as number) - from);
    lag.sum += behind - (lag.behind[partition] as number);
    lag.behind[partition] = behind;
    addStep(lag.total, at, lag.sum);
    const own = lag.byPartition[partition];
    if (own !== undefined) addStep(own, at, behind);
  }
}
