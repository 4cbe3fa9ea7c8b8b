/**
 * What packets carry, and how much goes from whom to whom. A `send` record does not list its records; what is known is
 * that an append names the packet that brought it, and that a delivered record came with the first fetch response after
 * both its append and the position that made it be read. The latter is an inference: a client that still held records of
 * that partition may have got it one response later.
 */
import { intAt, intColumn, pushInt, type IntColumn } from '#sim/base/column.ts';
import { lowerBound } from '#lib/scene/log-facts.ts';

const PAIR = 65_536;

export interface Carried {
  readonly lid: number;
  readonly mid: number;
}

export class PacketFacts {
  /** By seq of a packet: the last that was found to be in it. */
  private readonly heads = new Map<number, number>();
  private readonly lids = intColumn('append');
  private readonly mids = intColumn('append');
  private readonly next = intColumn('append');
  /** By pair of entities: seqs of packets that bring records, and of messages that went over. */
  private readonly bringing = new Map<number, IntColumn>();
  private readonly hops = new Map<number, IntColumn>();

  /** A packet that may bring records leaves. */
  leaves(from: number, to: number, seq: number): void {
    columnOf(this.bringing, from, to, seq);
  }

  put(packet: number, lid: number, mid: number): void {
    const row = pushInt(this.lids, lid);
    pushInt(this.mids, mid);
    pushInt(this.next, this.heads.get(packet) ?? -1);
    this.heads.set(packet, row);
  }

  /** The first bringing packet between them at or after `seq` and before `end`; -1 = none. */
  bringer(from: number, to: number, seq: number, end: number): number {
    const column = this.bringing.get(from * PAIR + to);
    if (column === undefined) return -1;
    const found = intAt(column, lowerBound(column, seq));
    return found < end ? found : -1;
  }

  /** In the order in which they were found. */
  cargo(packet: number): Carried[] {
    const found: Carried[] = [];
    for (let row = this.heads.get(packet) ?? -1; row >= 0; row = intAt(this.next, row)) {
      found.push({ lid: intAt(this.lids, row), mid: intAt(this.mids, row) });
    }
    return found.reverse();
  }

  /** A message went from one entity to another. */
  hop(from: number, to: number, seq: number): void {
    columnOf(this.hops, from, to, seq);
  }

  /** Messages between two entities by records from `from` (included) to `to` (excluded). */
  hopsBetween(
    from: number,
    to: number,
  ): { readonly from: number; readonly to: number; readonly count: number }[] {
    const found: { from: number; to: number; count: number }[] = [];
    for (const [pair, column] of this.hops) {
      const count = lowerBound(column, to) - lowerBound(column, from);
      if (count > 0) found.push({ from: Math.floor(pair / PAIR), to: pair % PAIR, count });
    }
    return found;
  }
}

function columnOf(columns: Map<number, IntColumn>, from: number, to: number, seq: number): void {
  const pair = from * PAIR + to;
  let column = columns.get(pair);
  if (column === undefined) columns.set(pair, (column = intColumn('append')));
  pushInt(column, seq);
}
