import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { TraceIndex } from '#sim/trace/index.ts';
import { TraceRecorder, type TraceLevel } from '#sim/trace/recorder.ts';
import { Kind } from '#sim/trace/vocabulary.ts';

interface Written {
  readonly recorder: TraceRecorder;
  readonly rows: Row[];
}

/** Records of 5 entities about 40 events, each caused by some earlier ones; times rise by 0 to 2. */
function write(
  count: number,
  level: TraceLevel,
  whileWriting: (recorder: TraceRecorder) => void = () => {},
): Written {
  const recorder = new TraceRecorder(level);
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    const noise = Math.imul(i + 1, 0x9e3779b1) >>> 8;
    at += noise % 3;
    const kind = i % 97 === 5 ? Kind.fault : Kind.deliver;
    const cause = i === 0 ? -1 : i - 1 - (noise % Math.min(i, 50));
    const also = noise % 7 === 0 && i > 10 ? i - 9 : -1;
    const lid = noise % 11 === 0 ? -1 : noise % 40;
    recorder.write(kind, noise % 5, at, cause, also, lid * 2 + (noise % 2), lid, 0, 0, 0, 0, 0, 0, 0);
    if (i % 700 === 0) whileWriting(recorder);
  }
  const rows = recorder
    .blocks()
    .flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)));
  return { recorder, rows };
}

function indexed(count: number): { index: TraceIndex; rows: Row[] } {
  const index = new TraceIndex();
  const { recorder, rows } = write(count, 'full', (growing) => index.extend(growing.blocks()));
  index.extend(recorder.blocks());
  return { index, rows };
}

const { index, rows } = indexed(9000);

describe('trace index', () => {
  it('[TRACE-6] finds every record by its seq, and nothing beyond', () => {
    expect(index.end).toBe(9000);
    for (const row of rows) expect(index.row(row.seq)).toEqual(row);
    for (const seq of [-1, 9000, 1e9]) expect(index.row(seq)).toBeNull();
  });

  it('[TRACE-7] finds the first record at or after a time', () => {
    const last = rows.at(-1)?.at ?? 0;
    fc.assert(
      fc.property(fc.integer({ min: -1, max: last + 1 }), (time) => {
        const expected = rows.findIndex((row) => row.at >= time);
        return index.firstAt(time) === (expected === -1 ? 9000 : expected);
      }),
    );
  });

  it('[TRACE-8] lists records by entity, event and message as a scan does', () => {
    const seqs = (keep: (row: Row) => boolean): number[] => rows.filter(keep).map((row) => row.seq);
    for (let entity = 0; entity < 6; entity += 1) {
      expect([...index.entityRecords(entity)]).toEqual(seqs((row) => row.entity === entity));
      const between = (row: Row): boolean => row.entity === entity && row.seq >= 2000 && row.seq < 2100;
      expect([...index.entityRecords(entity, 2000, 2100)]).toEqual(seqs(between));
    }
    for (let lid = 0; lid < 41; lid += 1) {
      expect(index.eventRecords(lid)).toEqual(seqs((row) => row.lid === lid));
      expect(index.messageRecords(lid * 2, lid)).toEqual(
        seqs((row) => row.lid === lid && row.mid === lid * 2),
      );
    }
    expect(index.nextOfKind('fault', 100)).toBe(5 + 97);
    expect(index.nextOfKind('fault', 103)).toBe(5 + 97 * 2);
    expect(index.nextOfKind('commit', 0)).toBe(-1);
  });

  it('[TRACE-9] walks causes back to the root, through both causes', () => {
    const causesOf = (seq: number): number[] => {
      const found = new Set<number>();
      const visit = (one: number): void => {
        const row = rows[one];
        if (row === undefined || found.has(one)) return;
        found.add(one);
        visit(row.cause);
        visit(row.also);
      };
      visit(seq);
      return [...found].sort((a, b) => a - b);
    };
    for (const seq of [0, 1, 777, 8999]) {
      expect(index.causes(seq)).toEqual(causesOf(seq));
      const path = index.path(seq);
      expect(path.at(-1)).toBe(0);
      path.forEach((one, step) => expect(rows[one]?.cause).toBe(path[step + 1] ?? -1));
    }
  });

  it('[TRACE-10] an index that grew with the trace equals one made at its end', () => {
    const fresh = new TraceIndex();
    fresh.extend(write(9000, 'full').recorder.blocks());
    for (let lid = 0; lid < 40; lid += 1) expect(index.eventRecords(lid)).toEqual(fresh.eventRecords(lid));
    expect([...index.entityRecords(3)]).toEqual([...fresh.entityRecords(3)]);
  });

  it('[TRACE-11] under level window what was dropped is not found and what is left is', () => {
    const late = new TraceIndex();
    const { recorder, rows: left } = write(75_000, 'window');
    late.extend(recorder.blocks());
    const start = left[0]?.seq ?? 0;
    expect(start).toBeGreaterThan(0);
    expect(late.start).toBe(start);
    expect(late.row(start - 1)).toBeNull();
    expect(late.eventRecords(7)).toEqual(left.filter((row) => row.lid === 7).map((row) => row.seq));
    expect(late.firstAt(0)).toBe(start);
    expect(late.causes(74_999).every((seq) => seq >= start)).toBe(true);
  });
});
