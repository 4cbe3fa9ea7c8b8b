import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clean, type CleaningLimits, type CompactedLog } from '#sim/brokers/kafka/retention/compaction.ts';
import {
  applyRetention,
  deleteRecords,
  type RetentionPolicy,
} from '#sim/brokers/kafka/retention/retention.ts';
import {
  appendToSegment,
  createSegmentedLog,
  type SegmentedLog,
} from '#sim/brokers/kafka/retention/segments.ts';
import { createKafkaCase } from '#sim/brokers/kafka/verbs.ts';

interface Fact {
  readonly id: string;
  readonly given: Record<string, unknown>;
  readonly steps: readonly {
    readonly do: Record<string, unknown>;
    readonly expect: Record<string, unknown>;
  }[];
}

const file = new URL('../../../conformance/recordings/kafka-facts.json', import.meta.url);
const { facts } = JSON.parse(readFileSync(file, 'utf8')) as { facts: Fact[] };

function factOf(id: string): Fact {
  const fact = facts.find((one) => one.id === id);
  if (fact === undefined) throw new Error(`no fact ${id}`);
  return fact;
}

/** Segments of `bytes` each, ten records long, the latest record of each at its row times 1000. */
function log(...bytes: number[]): SegmentedLog {
  const made = createSegmentedLog();
  for (const [row, size] of bytes.entries()) {
    appendToSegment(made, 10, size, (row + 1) * 1000, { segmentBytes: size, segmentMs: 1e9 });
  }
  made.highWatermark = made.logEnd;
  return made;
}

const byAge = (age: number): RetentionPolicy => ({ deletes: true, age, bytes: -1 });
const bySize = (bytes: number): RetentionPolicy => ({ deletes: true, age: -1, bytes });

describe('segments', () => {
  it('[KAFKA-RETENTION-1] are closed by an append that is too large or too late (rt-18)', () => {
    const fact = factOf('rt-18');
    const limits = { segmentBytes: 1000, segmentMs: 60_000 };
    expect(fact.given).toEqual({ 'segment.bytes': limits.segmentBytes, 'segment.ms': limits.segmentMs });
    const made = createSegmentedLog();
    for (const { do: said, expect: told } of fact.steps) {
      if (said['verb'] === 'append') {
        appendToSegment(made, 1, said['bytes'] as number, said['at'] as number, limits);
      }
      expect(made.segments).toHaveLength(told['segments'] as number);
    }
  });

  it('[KAFKA-RETENTION-1] are not closed at exactly their size or age', () => {
    const limits = { segmentBytes: 100, segmentMs: 50 };
    const made = createSegmentedLog();
    appendToSegment(made, 1, 60, 0, limits);
    appendToSegment(made, 1, 40, 50, limits);
    expect(made.segments).toHaveLength(1);
    appendToSegment(made, 1, 1, 50, limits);
    expect(made.segments.map(({ baseOffset }) => baseOffset)).toEqual([0, 2]);
  });
});

describe('retention', () => {
  it('[KAFKA-RETENTION-2] by time takes what is older than the limit, not what is as old', () => {
    expect(applyRetention(log(9, 9, 9), byAge(500), 1500)).toEqual([]);
    expect(applyRetention(log(9, 9, 9), byAge(500), 1501)).toEqual([0]);
    expect(applyRetention(log(9, 9, 9), byAge(-1), 1e12)).toEqual([]);
  });

  it('[KAFKA-RETENTION-3] ends at the first segment that stays, and at the high watermark', () => {
    const young = log(9, 9, 9);
    if (young.segments[0] !== undefined) young.segments[0].largestTimestamp = 9000;
    expect(applyRetention(young, byAge(1), 5000)).toEqual([]);
    const behind = log(9, 9, 9);
    behind.highWatermark = 19;
    expect(applyRetention(behind, byAge(1), 9000)).toEqual([0]);
    behind.highWatermark = 20;
    expect(applyRetention(behind, byAge(1), 9000)).toEqual([10]);
  });

  it('[KAFKA-RETENTION-4] by size leaves at least the limit', () => {
    expect(applyRetention(log(100, 100, 40), bySize(140), 0)).toEqual([0]);
    expect(applyRetention(log(100, 100, 40), bySize(141), 0)).toEqual([]);
    expect(applyRetention(log(100, 100, 40), bySize(-1), 0)).toEqual([]);
  });

  it('[KAFKA-RETENTION-5] takes the active segment once all of it is old (rt-16)', () => {
    const fact = factOf('rt-16');
    const limits = { segmentBytes: 1e9, segmentMs: fact.given['segment.ms'] as number };
    const made = createSegmentedLog();
    const outcomes: boolean[] = [];
    for (const { do: said } of fact.steps) {
      const at = said['at'] as number;
      if (said['verb'] === 'produce') appendToSegment(made, 1, 70, at, limits);
      made.highWatermark = made.logEnd;
      const policy = byAge(fact.given['retention.ms'] as number);
      if (said['verb'] === 'retentionCheck') outcomes.push(applyRetention(made, policy, at).length > 0);
    }
    expect(outcomes).toEqual([false, true]);
    expect(made.segments).toMatchObject([{ baseOffset: 2, bytes: 0 }]);
    expect(applyRetention(made, byAge(0), 1e12)).toEqual([]);
  });

  it('[KAFKA-RETENTION-6] moves the log start to the first segment that is left', () => {
    const made = log(9, 9, 9);
    applyRetention(made, byAge(500), 2600);
    expect(made.logStart).toBe(20);
    expect(deleteRecords(made, 25)).toBe('NONE');
    applyRetention(made, byAge(500), 2700);
    expect(made.logStart).toBe(25);
  });

  it('[KAFKA-RETENTION-7] without delete takes only what is below the log start, with it last values too (lc-16)', () => {
    expect(factOf('lc-16').given['cleanup.policy']).toBe('compact,delete');
    const made = log(9, 9, 9);
    expect(applyRetention(made, { deletes: false, age: 1, bytes: 1 }, 1e9)).toEqual([]);
    deleteRecords(made, 12);
    expect(applyRetention(made, { deletes: false, age: 1, bytes: 1 }, 1e9)).toEqual([0]);
    expect(made.logStart).toBe(12);
    const retentionCheck = (policy: string): unknown => {
      const segments = [{ baseOffset: 0, bytes: 10, largestTimestamp: 0 }];
      const given = {
        segments,
        logEndOffset: 5,
        now: 20_000,
        'retention.ms': 10_000,
        'cleanup.policy': policy,
      };
      return createKafkaCase('retention-compaction', given).do({ verb: 'retentionCheck' });
    };
    expect(retentionCheck('compact')).toMatchObject({ deletedSegments: [] });
    expect(retentionCheck('compact,delete')).toMatchObject({ deletedSegments: [0], logStartOffset: 5 });
  });

  it('[KAFKA-RETENTION-8] records are deleted up to the high watermark (rt-17)', () => {
    const [asked] = factOf('rt-17').steps;
    const made = log(9, 9);
    expect(deleteRecords(made, asked?.do['before'] as number)).toBe('NONE');
    expect(made.logStart).toBe(asked?.expect['logStartOffset']);
    expect(deleteRecords(made, 3)).toBe('NONE');
    expect(made.logStart).toBe(8);
    expect(deleteRecords(made, 21)).toBe('OFFSET_OUT_OF_RANGE');
    expect(deleteRecords(made, 20)).toBe('NONE');
  });
});

/** A log of `[key, value]` records at consecutive offsets. */
function compacted(pairs: readonly (readonly [string, string | null])[]): CompactedLog {
  const records = pairs.map(([key, value], offset) => ({
    offset,
    key,
    value,
    timestamp: offset,
    aborted: false,
  }));
  return { records, firstDirtyOffset: 0, deleteHorizons: new Map() };
}

function limitsOf(end: number, more: Partial<CleaningLimits> = {}): CleaningLimits {
  return { activeSegmentBase: end, lastStableOffset: end, minLag: 0, deleteRetention: 100, ...more };
}

const offsetsOf = ({ records }: CompactedLog): number[] => records.map(({ offset }) => offset);

describe('compaction', () => {
  it('[KAFKA-COMPACT-1] is due above the ratio only', () => {
    const ask = (cleanableBytes: number): unknown =>
      createKafkaCase('retention-compaction', { cleanBytes: 100, cleanableBytes }).do({
        verb: 'selectForCleaning',
      });
    expect(ask(100)).toEqual({ dirtyRatio: 0.5, cleaned: false });
    expect(ask(101)).toMatchObject({ cleaned: true });
  });

  it('[KAFKA-COMPACT-2] stops at the active segment, the last stable offset and the youngest records', () => {
    const pairs = Array.from({ length: 6 }, () => ['k', 'v'] as const);
    const left = (limits: CleaningLimits, now = 100): number[] => {
      const made = compacted(pairs);
      clean(made, limits, now);
      return offsetsOf(made);
    };
    expect(left(limitsOf(6))).toEqual([5]);
    expect(left(limitsOf(6, { activeSegmentBase: 4 }))).toEqual([3, 4, 5]);
    expect(left(limitsOf(6, { lastStableOffset: 3 }))).toEqual([2, 3, 4, 5]);
    expect(left(limitsOf(6, { minLag: 98 }))).toEqual([2, 3, 4, 5]);
  });

  it('[KAFKA-COMPACT-4] keeps a tombstone for delete.retention.ms after the first cleaning that saw it', () => {
    const made = compacted([
      ['k', 'v'],
      ['k', null],
    ]);
    clean(made, limitsOf(2, { deleteRetention: 0 }), 5);
    expect(offsetsOf(made)).toEqual([1]);
    const slow = compacted([['k', null]]);
    const remains = [1000, 1099, 1100].map((at) => {
      clean(slow, limitsOf(1), at);
      return slow.records.length;
    });
    expect(remains).toEqual([1, 1, 0]);
    expect(slow.deleteHorizons.size).toBe(0);
  });

  it('[KAFKA-COMPACT-5] drops aborted records and lets what they would have replaced stand', () => {
    const made = compacted([
      ['k', 'kept'],
      ['k', 'aborted'],
    ]);
    made.records = made.records.map((record) => ({ ...record, aborted: record.offset === 1 }));
    clean(made, limitsOf(2), 0);
    expect(offsetsOf(made)).toEqual([0]);
  });

  it('[KAFKA-COMPACT-3] whenever it runs, who reads the log to its end has the last value of every key', () => {
    const key = fc.constantFrom('a', 'b', 'c');
    const pair = fc.tuple(key, fc.option(fc.string(), { nil: null }));
    const run = fc.record({ active: fc.nat(30), stable: fc.nat(30), wait: fc.nat(200) });
    fc.assert(
      fc.property(
        fc.array(pair, { maxLength: 30, size: 'max' }),
        fc.array(run, { maxLength: 5 }),
        (pairs, runs) => {
          const made = compacted(pairs);
          const state = (): [string, string | null][] =>
            [...new Map(made.records.map(({ key: name, value }) => [name, value]))].filter(
              ([, value]) => value !== null,
            );
          const before = state().sort();
          let now = 0;
          let bound = 0;
          for (const { active, stable, wait } of runs) {
            now += wait;
            bound = Math.max(bound, Math.min(active, stable));
            clean(made, limitsOf(active, { lastStableOffset: stable }), now);
            expect(state().sort()).toEqual(before);
            expect(made.firstDirtyOffset).toBe(bound);
            const cleaned = made.records.filter(({ offset }) => offset < bound).map(({ key: name }) => name);
            expect(new Set(cleaned).size).toBe(cleaned.length);
          }
          const offsets = offsetsOf(made);
          expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
          for (const { offset, key: name, value } of made.records)
            expect(pairs[offset]).toEqual([name, value]);
        },
      ),
    );
  });
});
