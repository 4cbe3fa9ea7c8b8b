/**
 * Which records somebody asks for: a message's life, and why a record came about. Seqs, ascending; `tellRecord` writes
 * the few out that are read.
 */
import { intAt } from '#sim/base/column.ts';
import { Kind } from '#sim/trace/vocabulary.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';

export interface MessageHistory {
  /** Everything about the event: published, written, delivered, its effects, handled. */
  readonly records: readonly number[];
  /** Of each group that was given it, the first commit that passed it. */
  readonly commits: readonly number[];
  /** The event whose handler announced it, -1 = none; and those that its own handlers announced. */
  readonly parent: number;
  readonly children: readonly number[];
}

export function messageHistory(trace: ReceivedTrace, lid: number): MessageHistory {
  const { events } = trace.catalog;
  const children: number[] = [];
  for (let other = lid + 1; other < events.parent.length; other += 1) {
    if (events.parent.data[other] === lid) children.push(other);
  }
  const records = trace.index.eventRecords(lid);
  return { records, commits: commitsPast(trace, records), parent: intAt(events.parent, lid), children };
}

function commitsPast(trace: ReceivedTrace, records: readonly number[]): number[] {
  const found = new Map<number, number>();
  for (const seq of records) {
    const delivery = trace.row(seq);
    if (delivery === null || delivery.kind !== Kind.deliver || found.has(delivery.a)) continue;
    for (let next = seq; next >= 0;) {
      next = trace.index.nextOfKind('commit', next + 1);
      const commit = trace.row(next);
      if (commit === null || commit.a !== delivery.a || commit.b !== delivery.b) continue;
      if (commit.c !== delivery.c || commit.d <= delivery.d) continue;
      found.set(delivery.a, next);
      break;
    }
  }
  return [...found.values()].sort((a, b) => a - b);
}

/** The way from a record's root to it along first causes. */
export function causePath(trace: ReceivedTrace, seq: number): number[] {
  return trace.index.path(seq).reverse();
}
