/**
 * The space-time diagram as data: lifelines, an arrow from each record's cause to it where they stand on different
 * lines, what processes had in hand, when they were down. Bounded: at most twelve lines and three hundred arrows; what
 * is left out is counted. A delivered record's arrow starts where the last fetched packet before it left, which is an
 * inference: the trace does not say which packet brought it.
 */
import type { Row } from '#sim/trace/block.ts';
import { Delivered, Kind } from '#sim/trace/vocabulary.ts';
import type { Topology } from '#lib/scene/parts.ts';
import { keyOf } from '#lib/scene/message.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import { axisOver, type Stretch } from '#lib/views/sequence/sequence-axis.ts';
import { downtimes, handlings, type SequenceSpan } from '#lib/views/sequence/sequence-spans.ts';
import { Lines, type Collapse, type Lifeline } from '#lib/views/sequence/lifelines.ts';

export const MOST_LINES = 12;
export const MOST_ARROWS = 300;
/** Records that are looked through for arrows. */
const MOST_RECORDS = 20_000;
/** Records before a delivery among which its packet is looked for. */
const NEAR = 96;

export interface SequenceEnd {
  readonly line: string;
  readonly at: number;
  readonly seq: number;
}

export interface SequenceArrow {
  readonly from: SequenceEnd;
  readonly to: SequenceEnd;
  readonly kind: 'plain' | 'chain' | 'lost';
  readonly lid: number;
}

export interface Sequence {
  readonly lines: readonly Lifeline[];
  readonly arrows: readonly SequenceArrow[];
  readonly spans: readonly SequenceSpan[];
  /** Of all ends, and of the chain's own records: a crash is no arrow. */
  readonly times: readonly number[];
  /** Arrows and lines that there was no room for. */
  readonly more: number;
  readonly moreLines: number;
}

export interface SequenceWish {
  readonly trace: ReceivedTrace;
  readonly topology: Topology;
  readonly collapse: Collapse;
  /** First record that is not shown, and how far back (µs) is looked where no chain and no message is. */
  readonly place: number;
  readonly since: number;
  /** Records of the open chain, ascending; empty = none. */
  readonly chain: readonly number[];
  /** The event whose whole life is shown; -1 = none. */
  readonly lid: number;
  /** Part of a key's text; '' = all. */
  readonly key: string;
  /** A line that each arrow must touch; null = any. */
  readonly touching: string | null;
}

interface Found extends SequenceArrow {
  readonly fromLine: Lifeline;
  readonly toLine: Lifeline;
}

export function sequenceOf(wish: SequenceWish): Sequence {
  const lines = new Lines(wish.trace, wish.topology, wish.collapse);
  const found =
    wish.chain.length > 0
      ? onChain(wish, lines)
      : wish.lid >= 0
        ? arrowsInto(wish, lines, wish.trace.index.eventRecords(wish.lid))
        : arrowsInto(wish, lines, windowOf(wish));
  const kept = chooseLines(found, wish.chain.length > 0);
  const shown = found.filter(({ from, to }) => kept.has(from.line) && kept.has(to.line));
  const arrows = bounded(shown);
  const ends = arrows.flatMap(({ from, to }) => [from.at, to.at]);
  const all = new Set(found.flatMap(({ from, to }) => [from.line, to.line]));
  return {
    lines: lines.inOrder([...kept.values()]),
    arrows,
    spans: [...handlings(wish.trace, lines, arrows), ...downtimes(wish.trace, lines, kept)],
    times: [...ends, ...wish.chain.flatMap((seq) => wish.trace.row(seq)?.at ?? [])],
    more: found.length - arrows.length,
    moreLines: all.size - kept.size,
  };
}

function windowOf({ trace, place, since }: SequenceWish): number[] {
  const first = Math.max(trace.index.firstAt(since), place - MOST_RECORDS);
  return Array.from({ length: Math.max(0, place - first) }, (_, i) => first + i);
}

function arrowsInto(wish: SequenceWish, lines: Lines, seqs: readonly number[]): Found[] {
  const found: Found[] = [];
  for (const seq of seqs) {
    const row = wish.trace.row(seq);
    const arrow = row === null || !hasKey(wish, row) ? null : arrowInto(wish, lines, row);
    if (arrow === null) continue;
    if (wish.touching !== null && arrow.from.line !== wish.touching && arrow.to.line !== wish.touching)
      continue;
    found.push(arrow);
  }
  return found;
}

function hasKey({ trace, key }: SequenceWish, row: Row): boolean {
  return key === '' || keyOf(trace.catalog, row.lid).includes(key);
}

/** The chain itself, and as context what else went between its lines while it did. */
function onChain(wish: SequenceWish, lines: Lines): Found[] {
  const bare: SequenceWish = { ...wish, key: '', touching: null };
  const chain = arrowsInto(bare, lines, wish.chain);
  const times = chain.flatMap(({ from, to }) => [from.at, to.at]);
  const on = new Set(chain.flatMap(({ from, to }) => [from.line, to.line]));
  const known = new Set(chain.map(({ to }) => to.seq));
  const { index } = wish.trace;
  const context = axisOver(times, 1_000).stretches.flatMap(({ from, to }: Stretch) => {
    const first = index.firstAt(from);
    const last = Math.min(index.firstAt(to + 1), first + MOST_RECORDS / 4);
    const seqs = Array.from({ length: Math.max(0, last - first) }, (_, i) => first + i);
    return arrowsInto({ ...bare, key: wish.key }, lines, seqs).filter(
      (arrow) =>
        !known.has(arrow.to.seq) && arrow.from.at >= from && on.has(arrow.from.line) && on.has(arrow.to.line),
    );
  });
  return [...chain, ...context].sort((a, b) => a.to.seq - b.to.seq);
}

interface Origin {
  readonly line: Lifeline | null;
  readonly at: number;
  readonly seq: number;
}

function arrowInto(wish: SequenceWish, lines: Lines, row: Row): Found | null {
  if (row.kind === Kind.send) return lostPacket(wish, lines, row);
  const here = lines.of(row);
  const origin = here === null ? null : originOf(wish.trace, lines, row);
  if (here === null || origin === null || origin.line === null || origin.line.id === here.id) return null;
  const { chain } = wish;
  const chained = chain.includes(row.seq) && (chain.includes(row.cause) || chain.includes(row.also));
  return {
    from: { line: origin.line.id, at: origin.at, seq: origin.seq },
    to: { line: here.id, at: row.at, seq: row.seq },
    kind: chained ? 'chain' : 'plain',
    lid: row.lid,
    fromLine: origin.line,
    toLine: here,
  };
}

function originOf(trace: ReceivedTrace, lines: Lines, row: Row): Origin | null {
  if (row.kind === Kind.deliver) {
    return { line: lines.ofPartition(row), at: packetBefore(trace, row), seq: row.cause };
  }
  const also = row.kind === Kind.append ? trace.row(row.also) : null;
  const cause = also?.kind === Kind.send ? also : trace.row(row.cause);
  return cause === null ? null : { line: lines.of(cause), at: cause.at, seq: cause.seq };
}

/** When the packet left that was the last to reach the process before it was given the record. */
function packetBefore(trace: ReceivedTrace, row: Row): number {
  for (let seq = row.seq - 1; seq >= Math.max(0, row.seq - NEAR); seq -= 1) {
    const packet = trace.row(seq);
    if (packet === null || packet.kind !== Kind.send || packet.a !== row.entity || packet.value > row.at)
      continue;
    if (trace.header.packets.get(packet.b) === 'Fetch response') return packet.at;
  }
  return row.at;
}

function lostPacket(wish: SequenceWish, lines: Lines, row: Row): Found | null {
  if (row.c !== Delivered.dropped) return null;
  const from = lines.of(row);
  const to = lines.ofEntity(row.a);
  if (from === null || to === null || from.id === to.id) return null;
  const arrives = row.value > row.at ? row.value : row.at + 500;
  return {
    from: { line: from.id, at: row.at, seq: row.seq },
    to: { line: to.id, at: arrives, seq: row.seq },
    kind: 'lost',
    lid: row.lid,
    fromLine: from,
    toLine: to,
  };
}

/** Those of the chain first, then the busiest. */
function chooseLines(found: readonly Found[], chained: boolean): Map<string, Lifeline> {
  const worth = new Map<string, { readonly line: Lifeline; count: number }>();
  for (const { fromLine, toLine, kind } of found) {
    for (const line of [fromLine, toLine]) {
      const entry = worth.get(line.id) ?? { line, count: 0 };
      entry.count += chained && kind === 'chain' ? 1_000_000 : 1;
      worth.set(line.id, entry);
    }
  }
  const best = [...worth.values()].sort((a, b) => b.count - a.count).slice(0, MOST_LINES);
  return new Map(best.map(({ line }) => [line.id, line]));
}

/** All of the chain, then the latest. */
function bounded(shown: readonly Found[]): SequenceArrow[] {
  if (shown.length <= MOST_ARROWS) return [...shown];
  const chain = shown.filter(({ kind }) => kind === 'chain').slice(-MOST_ARROWS);
  const others = shown.filter(({ kind }) => kind !== 'chain');
  const room = MOST_ARROWS - chain.length;
  return [...chain, ...(room > 0 ? others.slice(-room) : [])].sort((a, b) => a.to.seq - b.to.seq);
}
