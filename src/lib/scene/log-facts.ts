/**
 * What was written where and who was given it how often: append-only columns that grow with the trace. What held at a
 * time is found by the seqs in them, so a scene need not copy any of it.
 */
import { ensureInt, intAt, intColumn, pushInt, type IntColumn } from '#sim/base/column.ts';

export class LogFacts {
  /** By partition: seq of the append by offset, -1 = none. */
  readonly logs: readonly IntColumn[];
  /** By partition: seq of the record that compacted an offset away, 0 = none. */
  private readonly compactions: readonly IntColumn[];
  /** By partition: where the log began, from which seq on. */
  private readonly starts: readonly { readonly seq: number; readonly offset: number }[][];
  /** By partition, by offset: appends that a later leader's record took the place of. */
  private readonly former: (Map<number, number[]> | undefined)[] = [];
  /** By partition: epoch of the latest leader. */
  private readonly epochs: number[] = [];
  /** By delivery: its seq, group, which time for that group, and the delivery before it of the same event. */
  private readonly seqs = intColumn('append');
  private readonly groups = intColumn('append');
  private readonly nths = intColumn('append');
  private readonly before = intColumn('append');
  /** By lid: the last delivery. */
  private readonly last = intColumn('mutable');

  /** By partition: seq of the record that it came into being with, -1 = it was there at first. */
  private readonly births: number[];

  constructor(births: readonly number[]) {
    const partitions = births.length;
    this.births = [...births];
    this.logs = Array.from({ length: partitions }, () => intColumn('mutable'));
    this.compactions = Array.from({ length: partitions }, () => intColumn('mutable'));
    this.starts = Array.from({ length: partitions }, () => []);
  }

  append(partition: number, offset: number, seq: number): void {
    const log = this.logs[partition];
    if (log === undefined || offset < 0) return;
    ensureInt(log, offset + 1, -1);
    const before = log.data[offset] as number;
    if (before >= 0) {
      const former = (this.former[partition] ??= new Map<number, number[]>());
      former.set(offset, [...(former.get(offset) ?? []), before]);
    }
    log.data[offset] = seq;
  }

  /** Seq of the append that stood at an offset by the records before `seq`, -1 = none. */
  appendAt(partition: number, offset: number, seq: number): number {
    const log = this.logs[partition];
    const last = log === undefined ? -1 : intAt(log, offset);
    if (last < seq) return last;
    let found = -1;
    for (const before of this.former[partition]?.get(offset) ?? []) if (before < seq) found = before;
    return found;
  }

  /** A leader of this epoch has begun: what a former one still writes is not in the partition's log. */
  leadFrom(partition: number, epoch: number): void {
    this.epochs[partition] = epoch;
  }

  isFenced(partition: number, epoch: number): boolean {
    return epoch < (this.epochs[partition] ?? 0);
  }

  begin(partition: number, offset: number, seq: number): void {
    this.starts[partition]?.push({ seq, offset });
  }

  compact(partition: number, offset: number, seq: number): void {
    const column = this.compactions[partition];
    if (column === undefined || offset < 0) return;
    ensureInt(column, offset + 1);
    column.data[offset] = seq;
  }

  bear(partition: number, seq: number): void {
    this.births[partition] = seq;
  }

  /** Whether a partition exists by the records before `seq`. */
  isThere(partition: number, seq: number): boolean {
    return (this.births[partition] ?? -1) < seq;
  }

  /** First offset that can be read, by the records before `seq`. */
  logStart(partition: number, seq: number): number {
    let start = 0;
    for (const move of this.starts[partition] ?? []) if (move.seq < seq) start = move.offset;
    return start;
  }

  /** Whether an offset was compacted away by the records before `seq`. */
  isCompacted(partition: number, offset: number, seq: number): boolean {
    const column = this.compactions[partition];
    const by = column === undefined ? 0 : intAt(column, offset, 0);
    return by > 0 && by < seq;
  }

  /** Returns which time it is for this group. */
  deliver(lid: number, group: number, seq: number): number {
    ensureInt(this.last, lid + 1, -1);
    const previous = this.last.data[lid] as number;
    let nth = 1;
    for (let row = previous; row >= 0; row = intAt(this.before, row)) {
      if (intAt(this.groups, row) !== group) continue;
      nth = intAt(this.nths, row) + 1;
      break;
    }
    this.last.data[lid] = pushInt(this.seqs, seq);
    pushInt(this.groups, group);
    pushInt(this.nths, nth);
    pushInt(this.before, previous);
    return nth;
  }

  /** How often an event was given to any one group by the records before `seq`. */
  deliveries(lid: number, seq: number): number {
    let most = 0;
    for (let row = intAt(this.last, lid); row >= 0; row = intAt(this.before, row)) {
      if (intAt(this.seqs, row) < seq) most = Math.max(most, intAt(this.nths, row));
    }
    return most;
  }

  /** Which time it was, for its group, that the delivery recorded at `seq` took place. */
  nthDelivery(seq: number): number {
    return intAt(this.nths, lowerBound(this.seqs, seq), 1);
  }
}

/** Row of the first value at or above `value` in an ascending column. */
export function lowerBound(column: IntColumn, value: number): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((column.data[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
