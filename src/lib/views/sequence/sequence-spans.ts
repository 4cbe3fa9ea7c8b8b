/** What lasts on a line of the diagram: a record in hand, a process that is down. */
import type { Row } from '#sim/trace/block.ts';
import { Kind, ProcessState } from '#sim/trace/vocabulary.ts';
import type { ReceivedTrace } from '#lib/scene/received-trace.ts';
import type { Lifeline, Lines } from '#lib/views/sequence/lifelines.ts';

export interface SequenceSpan {
  readonly line: string;
  readonly from: number;
  /** Null = not over by the end of what is looked at. */
  readonly to: number | null;
  readonly kind: 'handling' | 'crashed' | 'paused';
  readonly lid: number;
}

/** From a shown delivery until its handler ended or its process crashed. */
export function handlings(
  trace: ReceivedTrace,
  lines: Lines,
  arrows: readonly { readonly to: { readonly line: string; readonly seq: number }; readonly lid: number }[],
): SequenceSpan[] {
  return arrows.flatMap(({ to, lid }) => {
    const row = trace.row(to.seq);
    if (row === null || row.kind !== Kind.deliver || lines.of(row) === null) return [];
    const ended = trace.index
      .eventRecords(lid)
      .map((seq) => trace.row(seq))
      .find(
        (other) =>
          other !== null &&
          other.seq > row.seq &&
          other.entity === row.entity &&
          (other.kind === Kind.handled || other.kind === Kind.skipped || other.kind === Kind.deliver),
      );
    const crash = crashAfter(trace, row);
    const ends = [ended?.at, crash].filter((at) => at !== undefined && at !== null);
    return [
      {
        line: to.line,
        from: row.at,
        to: ends.length === 0 ? null : Math.min(...ends),
        kind: 'handling',
        lid,
      },
    ];
  });
}

function crashAfter(trace: ReceivedTrace, row: Row): number | null {
  const crash = processChanges(trace).find(
    (change) => change.seq > row.seq && change.entity === row.entity && change.a === ProcessState.crashed,
  );
  return crash?.at ?? null;
}

export function downtimes(
  trace: ReceivedTrace,
  lines: Lines,
  kept: ReadonlyMap<string, Lifeline>,
): SequenceSpan[] {
  const open = new Map<number, SequenceSpan>();
  const spans: SequenceSpan[] = [];
  for (const row of processChanges(trace)) {
    const line = lines.ofEntity(row.entity);
    if (line === null || !kept.has(line.id)) continue;
    const before = open.get(row.entity);
    if (before !== undefined) spans.push({ ...before, to: row.at });
    open.delete(row.entity);
    const kind = row.a === ProcessState.crashed ? 'crashed' : row.a === ProcessState.paused ? 'paused' : null;
    if (kind !== null) open.set(row.entity, { line: line.id, from: row.at, to: null, kind, lid: -1 });
  }
  return [...spans, ...open.values()];
}

interface Changes {
  readonly rows: Row[];
  /** Looked through up to here. */
  upTo: number;
}

const changesOf = new WeakMap<ReceivedTrace, Changes>();

/** The few records about processes, looked for once: a trace only grows. */
function processChanges(trace: ReceivedTrace): readonly Row[] {
  const changes = changesOf.get(trace) ?? { rows: [], upTo: 0 };
  changesOf.set(trace, changes);
  const { index } = trace;
  for (
    let seq = index.nextOfKind('process', changes.upTo);
    seq >= 0;
    seq = index.nextOfKind('process', seq + 1)
  ) {
    const row = trace.row(seq);
    if (row !== null) changes.rows.push(row);
  }
  changes.upTo = trace.records;
  return changes.rows;
}
