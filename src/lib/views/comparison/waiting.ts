/**
 * Events that were written where a group reads and that it has not handled yet, over time: the one measure of being
 * behind that a log, a queue and a bus share. An event counts once however often it is written or delivered; it stops
 * waiting when its handler ends well, when it is passed over, or when its transaction is aborted.
 */
import type { Topology } from '#lib/scene/parts.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { addStep, createSeries, type GrowingSeries } from '#lib/scene/step-series.ts';
import type { StepSeries } from '#lib/scene/timeline.ts';
import { nameOf } from '#sim/base/names.ts';
import { A, B, D, E, F, KIND, LID, type Block } from '#sim/trace/block.ts';
import { Kind, Outcome, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';

export interface Waiting {
  readonly group: string;
  readonly series: StepSeries;
  readonly written: number;
  /** How many still wait at the end of the run. */
  readonly left: number;
  /** When the last one that was handled or passed over was. */
  readonly lastAt: number;
  /** The longest that an event waited from one delivery to the next; null = none was delivered again. */
  readonly again: Redelivery | null;
}

export interface Redelivery {
  readonly subject: number;
  /** Seqs and times of both deliveries. */
  readonly first: number;
  readonly second: number;
  readonly from: number;
  readonly to: number;
}

class GroupBook {
  readonly series: GrowingSeries = createSeries();
  readonly waits = new Set<number>();
  readonly seen = new Set<number>();
  readonly delivered = new Map<number, { seq: number; at: number }>();
  lastAt = 0;
  again: Redelivery | null = null;

  written(lid: number, at: number): void {
    if (this.seen.has(lid)) return;
    this.seen.add(lid);
    this.waits.add(lid);
    addStep(this.series, at, this.waits.size);
  }

  done(lid: number, at: number): void {
    if (!this.waits.delete(lid)) return;
    this.lastAt = at;
    addStep(this.series, at, this.waits.size);
  }

  /** It was never written as far as readers of committed data know; a second attempt is written anew. */
  aborted(lid: number, at: number): void {
    if (!this.waits.delete(lid)) return;
    this.seen.delete(lid);
    addStep(this.series, at, this.waits.size);
  }

  deliver(lid: number, seq: number, at: number): void {
    const before = this.delivered.get(lid);
    this.delivered.set(lid, { seq, at });
    if (before === undefined) return;
    const longest = this.again === null ? -1 : this.again.to - this.again.from;
    if (at - before.at <= longest) return;
    this.again = { subject: lid, first: before.seq, second: seq, from: before.at, to: at };
  }
}

export class WaitingBook {
  private readonly books: readonly { group: string; topics: ReadonlySet<string>; book: GroupBook }[];
  private readonly trace: ReceivedTrace;
  /** By `topic partition producer`: what an open transaction has written. */
  private readonly open = new Map<string, number[]>();

  constructor(trace: ReceivedTrace, topology: Topology) {
    this.trace = trace;
    this.books = topology.groups.map(({ name, topics }) => ({
      group: name,
      topics: new Set(topics),
      book: new GroupBook(),
    }));
  }

  take({ ints, floats, first }: Block, row: number): void {
    const base = row * RECORD_WORDS;
    const kind = ints[base + KIND];
    const at = floats[row * RECORD_FLOATS] as number;
    const lid = ints[base + LID] as number;
    const name = (): string => nameOf(this.trace.catalog.names, ints[base + A] as number);
    if (kind === Kind.append && lid >= 0) {
      const topic = name();
      for (const { topics, book } of this.books) if (topics.has(topic)) book.written(lid, at);
      const producer = ints[base + F] as number;
      if (producer > 0) this.inTransaction(ints, base, producer - 1, lid);
    } else if (kind === Kind.marker) this.ended(ints, base, at);
    else if (kind === Kind.skipped || kind === Kind.handled) {
      if (kind === Kind.handled && ints[base + B] !== Outcome.ok) return;
      this.bookOf(name())?.done(lid, at);
    } else if (kind === Kind.deliver) this.bookOf(name())?.deliver(lid, first + row, at);
  }

  result(): Waiting[] {
    return this.books.map(({ group, book }) => {
      const { series, seen, waits, lastAt, again } = book;
      return { group, series, written: seen.size, left: waits.size, lastAt, again };
    });
  }

  private bookOf(group: string): GroupBook | undefined {
    return this.books.find((one) => one.group === group)?.book;
  }

  private inTransaction(ints: Int32Array, base: number, producer: number, lid: number): void {
    const key = `${ints[base + A]} ${ints[base + B]} ${producer}`;
    const written = this.open.get(key);
    if (written === undefined) this.open.set(key, [lid]);
    else written.push(lid);
  }

  private ended(ints: Int32Array, base: number, at: number): void {
    const committed = ints[base + D] !== 0;
    const key = `${ints[base + A]} ${ints[base + B]} ${ints[base + E]}`;
    for (const lid of committed ? [] : (this.open.get(key) ?? []))
      for (const { book } of this.books) book.aborted(lid, at);
    this.open.delete(key);
  }
}
