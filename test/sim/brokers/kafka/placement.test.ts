import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNames, intern } from '#sim/base/names.ts';
import { encodeUtf8 } from '#sim/base/utf8.ts';
import { createKeyTable, keyOf, keyText } from '#sim/messaging/keys.ts';
import { rangeAssignor } from '#sim/brokers/kafka/assignors/range.ts';
import type { AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import {
  createKeyBytes,
  createStickyPartition,
  loadRangeEnd,
  murmur2,
  murmur2OfKey,
  partitionByLoad,
  partitionForKey,
  partitionLoad,
  partitionOfKey,
  stickyAppend,
  switchPartition,
  type PartitionLoad,
} from '#sim/brokers/kafka/partitioner.ts';

interface Fact {
  readonly id: string;
  readonly steps: readonly {
    readonly do: Record<string, unknown>;
    readonly expect: Record<string, unknown>;
  }[];
}

const file = new URL('../../../conformance/recordings/kafka-facts.json', import.meta.url);
const { facts } = JSON.parse(readFileSync(file, 'utf8')) as { facts: Fact[] };

function stepsOf(id: string): Fact['steps'] {
  const fact = facts.find((one) => one.id === id);
  if (fact === undefined) throw new Error(`no fact ${id}`);
  return fact.steps;
}

describe('keys', () => {
  it('[KAFKA-PARTITIONER-2] go where a real client with the Java hash sent them (rc-05)', () => {
    const step = stepsOf('rc-05').find((one) => one.do['partitioner'] === 'murmur2_random');
    const placement = step?.expect['placement'] as Record<string, number>;
    const own = Object.fromEntries(
      Object.keys(placement).map((key) => [key, partitionForKey(encodeUtf8(key), 12)]),
    );
    expect(Object.keys(own).length).toBeGreaterThan(100);
    expect(own).toEqual(placement);
  });

  it('[KAFKA-PARTITIONER-1] of a prefix and a number hash as their text does', () => {
    const names = createNames();
    const keys = createKeyTable();
    const cache = createKeyBytes();
    const number = fc.oneof(
      fc.nat(),
      fc.maxSafeNat(),
      fc.constantFrom(-1, 0, 9, 10, 99, 100, 1e15, 2 ** 53 - 1),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ max: -2 }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), number, (prefix, n) => {
        const key = keyOf(keys, intern(names, prefix), n);
        const text = encodeUtf8(keyText(keys, names, key));
        expect(murmur2OfKey(cache, keys, names, key)).toBe(murmur2(text));
        expect(partitionOfKey(cache, keys, names, key, 12)).toBe(partitionForKey(text, 12));
      }),
    );
  });
});

describe('records without a key', () => {
  it('[KAFKA-PARTITIONER-3] stay on a partition until enough has gone there, then go on to another', () => {
    const sticky = createStickyPartition();
    switchPartition(sticky, 6, null, -1);
    expect(sticky).toEqual({ partition: 0x7fffffff % 6, bytes: 0 });
    expect([10, 89, 1].map((bytes) => stickyAppend(sticky, bytes, 100, true))).toEqual([false, false, true]);
    switchPartition(sticky, 6, null, 2);
    expect(sticky).toEqual({ partition: 2, bytes: 0 });
    expect([199, 1].map((bytes) => stickyAppend(sticky, bytes, 100, false))).toEqual([false, true]);
  });

  it('[KAFKA-PARTITIONER-4] prefer short queues in exactly the weights of the table', () => {
    const load = partitionLoad([0, 3, 1], [7, 8, 9], 3) as PartitionLoad;
    const drawn = Array.from({ length: loadRangeEnd(load) }, (_, random) => partitionByLoad(load, random));
    expect(drawn).toEqual([7, 7, 7, 7, 8, 9, 9, 9]);
    const sticky = createStickyPartition();
    switchPartition(sticky, 3, load, 8 + 4);
    expect(sticky.partition).toBe(8);
    expect(partitionLoad([4], [0], 1)).toBeNull();
    expect(partitionLoad([4], [0], 2)).not.toBeNull();
  });
});

describe('the range assignor', () => {
  const rowsOf = new Map([
    ['u', [7, 8, 9]],
    ['t', [0, 1, 2, 3, 4, 5, 6]],
  ]);
  const name = (row: number): string => (row < 7 ? `t-${row}` : `u-${row - 7}`);

  it('[KAFKA-ASSIGNOR-2] places as a real group did, join by join (rc-04a)', () => {
    const joins = stepsOf('rc-04a').filter((one) => Array.isArray(one.expect['memberIdOrder']));
    expect(joins.length).toBeGreaterThan(2);
    for (const { expect: recorded } of joins) {
      const order = recorded['memberIdOrder'] as string[];
      // real ids sort as they happen to: these stand in the recorded order
      const members = order.map((_alias, i) => ({
        memberId: `m${i}`,
        groupInstanceId: null,
        topics: ['t', 'u'],
      }));
      const assigned = rangeAssignor.assign(members, rowsOf);
      const own = Object.fromEntries(
        order.map((alias, i) => [alias, assigned[i]?.partitions.map(name).sort()]),
      );
      const wanted = recorded['assignment'] as Record<string, string[]>;
      expect(own).toEqual(
        Object.fromEntries(Object.keys(wanted).map((id) => [id, [...(wanted[id] ?? [])].sort()])),
      );
    }
  });

  it('[KAFKA-ASSIGNOR-1] does not care in which order it is told of members, and gives every partition once', () => {
    const member = fc.record<AssignorMember>({
      memberId: fc.string({ minLength: 1, maxLength: 3 }),
      groupInstanceId: fc.option(fc.string({ minLength: 1, maxLength: 2 })),
      topics: fc.subarray(['t', 'u']),
    });
    const members = fc.uniqueArray(member, {
      maxLength: 8,
      selector: ({ memberId, groupInstanceId }) => groupInstanceId ?? `dynamic ${memberId}`,
    });
    const distinct = members.filter(
      (list) => new Set(list.map(({ memberId }) => memberId)).size === list.length,
    );
    fc.assert(
      fc.property(distinct, fc.infiniteStream(fc.nat(100)), (list, dice) => {
        const byMember = (order: readonly AssignorMember[]): Map<string, readonly number[]> =>
          new Map(
            rangeAssignor.assign(order, rowsOf).map(({ memberId, partitions }) => [memberId, partitions]),
          );
        const shuffled = [...list]
          .map((one) => ({ one, at: dice.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const assigned = byMember(list);
        expect(new Map([...byMember(shuffled)].sort())).toEqual(new Map([...assigned].sort()));
        const given = [...assigned.values()].flat().sort((a, b) => a - b);
        const subscribed = [...rowsOf].flatMap(([topic, rows]) =>
          list.some(({ topics }) => topics.includes(topic)) ? rows : [],
        );
        expect(given).toEqual(subscribed.sort((a, b) => a - b));
      }),
    );
  });
});
