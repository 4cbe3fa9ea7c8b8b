/** Retention and compaction of a broker that runs: when it looks, what readers then get, what it costs where it cannot matter. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pushInt } from '#sim/base/column.ts';
import { intern } from '#sim/base/names.ts';
import { resolveBrokerConfig, type SettingValue } from '#sim/brokers/kafka/config.ts';
import { createPartitionLog, endBatch, type PartitionLog } from '#sim/brokers/kafka/partition-log.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { truncateLog } from '#sim/brokers/kafka/replication/log-truncation.ts';
import type { KeptLog } from '#sim/brokers/kafka/retention/kept-log.ts';
import { logPolicy, mattersWithin, type LogPolicy } from '#sim/brokers/kafka/retention/log-policy.ts';
import { addEvent, addMessage } from '#sim/messaging/catalog.ts';
import { keyOf } from '#sim/messaging/keys.ts';
import { logPolicies } from '#sim/run/log-policies.ts';
import { parsed, scenarioFiles } from '../../../support/scenario-files.ts';
import { brokerWorld, fetchRequest, produceRequest, type BrokerWorld } from './broker-world.ts';

const SECOND = 1_000_000;
const WEEK = 604_800 * SECOND;

const base: LogPolicy = {
  deletes: true,
  compacts: false,
  age: -1,
  bytes: -1,
  segmentBytes: 1e9,
  segmentMs: WEEK,
  minDirtyRatio: 0.5,
  minLag: 0,
  deleteRetention: 60 * SECOND,
};

function worldWith(
  policy: Partial<LogPolicy>,
  settings: Parameters<typeof brokerWorld>[0] = {},
): BrokerWorld {
  return brokerWorld(settings, { policies: new Map([['t', { ...base, ...policy }]]) });
}

/** Messages of new events with these keys; null = none. */
function keyed(world: BrokerWorld, keys: readonly (string | null)[]): Int32Array {
  const { catalog } = world;
  const type = intern(catalog.names, 'event');
  return Int32Array.from(keys, (key, n) => {
    const id = key === null ? -1 : keyOf(catalog.keys, intern(catalog.names, key), -1);
    return addMessage(catalog, addEvent(catalog, type, 0, n, id, -1, -1), 0);
  });
}

interface Fetched {
  readonly partitions: readonly protocol.FetchedPartition[];
}

function write(world: BrokerWorld, client: number, keys: readonly (string | null)[], bytes = 100): string {
  const request = produceRequest(keyed(world, keys), { bytes: bytes * keys.length });
  const answer = world.answer<protocol.ProduceResponse>(client, protocol.PRODUCE, request);
  return answer.results[0]?.error ?? '';
}

function read(world: BrokerWorld, client: number, offset: number): protocol.FetchedPartition | undefined {
  const asked = fetchRequest([[0, offset]], { maxWait: 0 });
  return world.answer<Fetched>(client, protocol.FETCH, asked).partitions[0];
}

function startOf(world: BrokerWorld): number | undefined {
  return world.broker.state.logs[0]?.logStart;
}

describe('retention in a broker', () => {
  it('[KAFKA-RETENTION-9] takes what is too old at the next check, the first half a minute after the start (rt-15)', () => {
    const world = worldWith({ age: SECOND }, { retentionCheckInterval: 300 * SECOND });
    const client = world.client('c');
    write(world, client, ['a']);
    world.pass(29 * SECOND);
    expect(startOf(world)).toBe(0);
    world.pass(SECOND);
    expect(startOf(world)).toBe(1);
    write(world, client, ['b']);
    world.pass(298 * SECOND);
    expect(startOf(world)).toBe(1);
    world.pass(2 * SECOND);
    expect(startOf(world)).toBe(2);
  });

  it('[KAFKA-RETENTION-11] tells a reader below the new start, and what moved it', () => {
    const world = worldWith({ age: SECOND });
    const client = world.client('c');
    write(world, client, ['a', 'b']);
    world.pass(31 * SECOND);
    expect(read(world, client, 1)).toMatchObject({ error: 'OFFSET_OUT_OF_RANGE', logStart: 2 });
    const moved = world.rows('logStart')[0];
    expect(moved).toMatchObject({ c: 2, d: 0 });
    expect(world.rows('send').at(-1)?.cause).toBe(moved?.seq);
  });

  it('[KAFKA-RETENTION-4] keeps retention.bytes of a partition', () => {
    const world = worldWith({ bytes: 250, segmentBytes: 100 });
    const client = world.client('c');
    for (let i = 0; i < 6; i += 1) write(world, client, ['a']);
    world.pass(31 * SECOND);
    expect(startOf(world)).toBe(3);
  });

  it('[KAFKA-RETENTION-10] takes from the broker what the topic does not say', () => {
    const brokerOf = (config: Readonly<Record<string, SettingValue>>) => {
      const resolved = resolveBrokerConfig(config, '4.0');
      if (!resolved.ok) throw new Error('refused');
      return resolved.value.values;
    };
    const hour = 3600 * SECOND;
    expect(logPolicy({}, brokerOf({})).age).toBe(WEEK);
    expect(logPolicy({}, brokerOf({ 'log.retention.hours': 1 })).age).toBe(hour);
    const minutes = { 'log.retention.hours': 1, 'log.retention.minutes': 2 };
    expect(logPolicy({}, brokerOf(minutes)).age).toBe(120 * SECOND);
    expect(logPolicy({}, brokerOf({ ...minutes, 'log.retention.ms': 3 })).age).toBe(3000);
    expect(logPolicy({}, brokerOf({ 'log.retention.ms': -1 })).age).toBe(-1);
    expect(logPolicy({ 'retention.ms': 5 }, brokerOf({ 'log.retention.ms': 3 })).age).toBe(5000);
    expect(logPolicy({ 'cleanup.policy': ['compact'] }, brokerOf({}))).toMatchObject({
      compacts: true,
      deletes: false,
    });
    expect(logPolicy({}, brokerOf({ 'log.roll.hours': 1 })).segmentMs).toBe(hour);
  });

  it('costs nothing where it cannot matter before the horizon', () => {
    const hour = 3600 * SECOND;
    expect(mattersWithin({ ...base, age: hour }, hour)).toBe(false);
    expect(mattersWithin({ ...base, age: hour - 1 }, hour)).toBe(true);
    expect(mattersWithin({ ...base, bytes: 0 }, 1)).toBe(true);
    expect(mattersWithin({ ...base, age: 0, deletes: false }, hour)).toBe(false);
    const plain = scenarioFiles().filter(({ text }) => !/retention|compact|cleanup/.test(text));
    expect(plain.length).toBeGreaterThan(5);
    for (const { text } of plain) {
      const { brokers, horizon } = parsed(text);
      for (const broker of brokers.filter(({ kind }) => kind === 'kafka'))
        expect(logPolicies(broker, horizon)).toBeUndefined();
    }
  });

  it('[KAFKA-RETENTION-6] loses a prefix and nothing else, whatever is written when', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 60 }), (pauses, age) => {
        const world = worldWith({ age: age * SECOND, segmentBytes: 200 }, { retentionCheckInterval: SECOND });
        const client = world.client('c');
        let [start, written] = [0, 0];
        for (const pause of pauses) {
          write(world, client, ['a']);
          written += 1;
          world.pass(pause * SECOND);
          const now = startOf(world) ?? -1;
          expect(now).toBeGreaterThanOrEqual(start);
          expect(now).toBeLessThanOrEqual(written);
          start = now;
        }
        const left = read(world, client, start);
        expect([...(left?.offsets ?? [])]).toEqual(
          Array.from({ length: written - start }, (_, i) => start + i),
        );
      }),
      { numRuns: 60 },
    );
  });
});

describe('compaction in a broker', () => {
  const compact = { deletes: false, compacts: true, segmentBytes: 100, minDirtyRatio: 0 };

  it('[KAFKA-COMPACT-6] leaves gaps that a reader jumps over, and the log start where it was (lc-14)', () => {
    const world = worldWith(compact, { cleanerBackoff: 15 * SECOND });
    const client = world.client('c');
    for (const key of ['a', 'b', 'a', 'b', 'c']) write(world, client, [key]);
    world.pass(15 * SECOND);
    const left = read(world, client, 0);
    expect([...(left?.offsets ?? [])]).toEqual([2, 3, 4]);
    expect(left).toMatchObject({ next: 5, logStart: 0 });
    const rows = world.rows('compacted');
    expect(rows.map(({ c }) => c)).toEqual([0, 1]);
  });

  it('[KAFKA-COMPACT-7] refuses a record without a key (lc-13)', () => {
    const world = worldWith(compact);
    const client = world.client('c');
    expect(write(world, client, ['a', null])).toBe('INVALID_RECORD');
    expect(write(world, client, ['a'])).toBe('NONE');
    const plain = brokerWorld();
    expect(write(plain, plain.client('c'), [null])).toBe('NONE');
  });

  it('[KAFKA-COMPACT-8] needs the cleaner; without it compact,delete is left to the retention check', () => {
    const settings = { cleanerEnabled: false, retentionCheckInterval: SECOND };
    const world = worldWith({ ...compact, deletes: true, age: 40 * SECOND }, settings);
    const client = world.client('c');
    for (const key of ['a', 'a', 'a']) write(world, client, [key]);
    world.pass(39 * SECOND);
    expect([...(read(world, client, 0)?.offsets ?? [])]).toEqual([0, 1, 2]);
    world.pass(2 * SECOND);
    expect(startOf(world)).toBe(3);
  });

  it('[KAFKA-COMPACT-3] shows a reader from the beginning the last value of every key', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 0, max: 20 })), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 100, max: 400 }), (written, segmentBytes) => {
        const world = worldWith({ ...compact, segmentBytes }, { cleanerBackoff: 3 * SECOND });
        const client = world.client('c');
        const last = new Map<string, number>();
        written.forEach(([key, pause], offset) => {
          write(world, client, [key]);
          last.set(key, offset);
          world.pass(pause * SECOND);
        });
        const offsets = [...(read(world, client, 0)?.offsets ?? [])];
        expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
        for (const offset of last.values()) expect(offsets).toContain(offset);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a follower that cuts its log', () => {
  it('[KAFKA-REPLICA-11] [KAFKA-RETENTION-10] has segments as if the rest had never come', () => {
    const policy: LogPolicy = { ...base, segmentBytes: 250, segmentMs: 50 };
    const build = (batches: number): PartitionLog => {
      const log = createPartitionLog(0, 0, 0, 0, policy);
      for (let batch = 0; batch < batches; batch += 1) {
        for (let record = 0; record < 2; record += 1) {
          pushInt(log.mids, 2 * batch + record);
          pushInt(log.appended, 2 * batch + record);
        }
        endBatch(log, 100, 10 * batch);
      }
      return log;
    };
    for (let whole = 1; whole <= 9; whole += 1) {
      for (let left = 1; left <= whole; left += 1) {
        const cut = build(whole);
        truncateLog(cut, 2 * left);
        const { segmented, batchTimes } = build(left).kept as KeptLog;
        expect(cut.kept?.segmented).toEqual(segmented);
        expect(cut.kept?.batchTimes.length).toBe(batchTimes.length);
      }
    }
  });
});
