/** Facts about producers, placement, retention and compaction that no recorded case scripts. */
import { describe, expect, it } from 'vitest';
import { assignorNamed, clientAssignors } from '#sim/brokers/kafka/assignors/by-name.ts';
import type { AssignorMember } from '#sim/brokers/kafka/assignors/assignor.ts';
import { PRODUCE, PRODUCE_RESPONSE, type ProduceRequest } from '#sim/brokers/kafka/protocol.ts';
import { clean, type CompactedLog, type CompactedRecord } from '#sim/brokers/kafka/retention/compaction.ts';
import { lidOf } from '#sim/messaging/catalog.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import { clientWorld, producerConfig } from '../client/client-world.ts';
import { expected, factOf } from './fact.ts';

const MS = 1000;

/** A producer that publishes at times (ms); what it asked for and what stands in the log, by number. */
function sending(written: WrittenConfig, plan: readonly number[], recordBytes = 100, loseFirst = false) {
  const world = clientWorld(1, {}, recordBytes);
  const process = world.addProcess('shop', { producer: producerConfig(written) });
  const requests: { readonly at: number; readonly records: number }[] = [];
  world.gate.intercept = (event, ctx) => {
    if (event.kind !== PRODUCE) return false;
    const { batches } = event.data as ProduceRequest;
    requests.push({ at: ctx.now, records: batches.reduce((sum, { mids }) => sum + mids.length, 0) });
    return false;
  };
  if (loseFirst) {
    const lost = { kinds: [PRODUCE_RESPONSE], verdict: { do: 'drop' as const }, remaining: 1 };
    world.network.addRule({ id: 9, from: [0], to: null, ...lost });
  }
  const lids: number[] = [];
  process.turn = (ctx, self) => lids.push(world.publish(ctx, self, 1, lids.length));
  world.start(process.id);
  for (const at of plan) world.at(at * MS, process.id);
  world.run(60_000 * MS);
  const { mids } = world.broker.state.logs[0] as { mids: { data: Int32Array; length: number } };
  const log = [...mids.data.subarray(0, mids.length)].map((mid) => lids.indexOf(lidOf(world.catalog, mid)));
  return { requests, log, published: process.published };
}

describe('producers', () => {
  it('ord-02: one request in flight keeps the order without idempotence, and may double', () => {
    const { given } = factOf('ord-02');
    const written = {
      ...(given as WrittenConfig),
      'linger.ms': 0,
      'batch.size': 1,
      'request.timeout.ms': 1000,
    };
    const { log } = sending(written, [100, 100.01], 100, true);
    expect(log.map((n) => `v${n}`)).toEqual(expected('ord-02', 2)['log']);
  });

  it('ord-04: an idempotent resend is acknowledged and stands once', () => {
    const written = { ...(factOf('ord-04').given as WrittenConfig), 'request.timeout.ms': 1000 };
    const { log, published } = sending(written, [100], 100, true);
    expect(log.map((n) => `order-${n + 1}`)).toEqual(expected('ord-04', 2)['log']);
    expect(published).toEqual([[0, -1, true]]);
  });

  it('tim-02: a batch leaves when linger.ms is over or it is full', () => {
    const written = factOf('tim-02').given as WrittenConfig;
    const start = 1000;
    const lingered = sending(written, [start], 300);
    expect(lingered.requests[0]?.at).toBe((start + 100) * MS + 500);
    const full = sending(written, [start, start + 1], 600);
    expect(full.requests[0]?.at).toBe((start + 1) * MS + 500);
  });

  it('tim-03: records that come while the only request in flight is out travel together', () => {
    const { requests } = sending(factOf('tim-03').given as WrittenConfig, [100, 100.1, 100.2]);
    expect(requests.map(({ records }) => records)).toEqual([1, 2]);
    expect(expected('tim-03', 2)['secondRequestRecords']).toHaveLength(2);
  });

  it('tim-04: a full buffer blocks send() for max.block.ms, and then says so', () => {
    const { given } = factOf('tim-04');
    const world = clientWorld();
    const shop = world.addProcess('shop', {
      producer: producerConfig({ ...(given as WrittenConfig), 'batch.size': 200 }),
    });
    world.gate.intercept = (event) => event.kind === PRODUCE;
    let sent = 0;
    shop.turn = (ctx, self) => world.publish(ctx, self, 1, sent++);
    world.start(shop.id);
    // five batches of 200 bytes fill it, the sixth record is the fact's
    for (let i = 0; i < 6; i += 1) world.at(100 * MS, shop.id);
    const limit = (given['max.block.ms'] as number) * MS;
    world.run(100 * MS + limit - 1);
    expect(shop.producer?.state.blocked.length === 1).toBe(expected('tim-04', 1)['blocked']);
    expect(shop.published).toEqual([]);
    world.run(100 * MS + limit);
    expect(shop.published).toEqual([[5, world.code(String(expected('tim-04', 2)['error'])), true]]);
  });

  it('tim-06: a record larger than batch.size has a batch of its own', () => {
    const { requests, log, published } = sending(factOf('tim-06').given as WrittenConfig, [100, 100], 5000);
    expect(requests.every(({ records }) => records === expected('tim-06', 0)['batches'])).toBe(true);
    expect(log).toEqual([0, 1]);
    expect(published.every(([, code]) => code === -1)).toBe(true);
  });
});

describe('placement', () => {
  const rowsOf = new Map([
    ['t', [0, 1, 2, 3, 4, 5, 6]],
    ['u', [7, 8, 9]],
  ]);
  const name = (row: number): string => (row < 7 ? `t-${row}` : `u-${row - 7}`);
  type Placement = Record<string, string[]>;

  it('rc-04b: round robin places as a real group did, join by join', () => {
    const steps = factOf('rc-04b').steps.filter(({ expect: { memberIdOrder } }) =>
      Array.isArray(memberIdOrder),
    );
    expect(steps.length).toBeGreaterThan(2);
    for (const { expect: recorded } of steps) {
      const order = recorded['memberIdOrder'] as string[];
      const members = order.map((_alias, i): AssignorMember => {
        return { memberId: `m${i}`, groupInstanceId: null, topics: ['t', 'u'] };
      });
      const assigned = assignorNamed(clientAssignors, 'roundrobin')?.assign(members, rowsOf);
      const own = order.map((alias, i) => [alias, assigned?.[i]?.partitions.map(name).sort()]);
      const wanted = recorded['assignment'] as Placement;
      expect(own).toEqual(order.map((alias) => [alias, [...(wanted[alias] ?? [])].sort()]));
    }
  });

  it('rc-04c: cooperative sticky moves no more than it must and hands it over in a second round', () => {
    const assignor = assignorNamed(clientAssignors, 'cooperative-sticky');
    const held = new Map<string, number[]>();
    const round = (generation: number): boolean => {
      const members = [...held].map(([memberId, owned]): AssignorMember => {
        return {
          memberId,
          groupInstanceId: null,
          topics: ['t', 'u'],
          owned,
          ownedGeneration: generation - 1,
          generation,
        };
      });
      let gaveUp = false;
      assignor?.assign(members, rowsOf).forEach(({ memberId, partitions }) => {
        const before = held.get(memberId) ?? [];
        gaveUp ||= before.some((row) => !partitions.includes(row));
        held.set(memberId, [...partitions]);
      });
      return gaveUp;
    };
    let generation = 0;
    for (const { do: said, expect: recorded } of factOf('rc-04c').steps) {
      const member = said['member'] as string;
      const before = new Map(held);
      if (said['verb'] === 'join') held.set(member, []);
      else held.delete(member);
      generation += 1;
      const second = round(generation);
      if (second) round((generation += 1));
      const wanted = recorded['assignment'] as Placement;
      const sizes = (lists: Iterable<readonly unknown[]>) => [...lists].map((list) => list.length).sort();
      expect(sizes(held.values())).toEqual(sizes(Object.values(wanted)));
      expect(second).toBe(said['verb'] === 'join' && before.size > 0);
      for (const [id, rows] of held) {
        const kept = (before.get(id) ?? []).filter((row) => rows.includes(row)).length;
        expect(kept).toBe(Math.min(rows.length, before.get(id)?.length ?? 0));
      }
    }
  });
});

describe('compaction', () => {
  it('lc-15: a reader slower than delete.retention.ms keeps what was deleted', () => {
    const record = (offset: number, value: string | null): CompactedRecord => {
      return { offset, key: 'k', value, timestamp: 0, aborted: false };
    };
    const log: CompactedLog = {
      records: [record(0, 'a'), record(1, null)],
      firstDirtyOffset: 0,
      deleteHorizons: new Map(),
    };
    const state = new Map<string, string>();
    const read = (from: number, to: number): void => {
      for (const { offset, key, value } of log.records) {
        if (offset < from || offset >= to) continue;
        if (value === null) state.delete(key);
        else state.set(key, value);
      }
    };
    const { given } = factOf('lc-15');
    const deleteRetention = given['delete.retention.ms'] as number;
    read(0, 1);
    expect(Object.fromEntries(state)).toEqual(expected('lc-15', 0)['state']);
    const limits = { activeSegmentBase: 2, lastStableOffset: 2, minLag: 0, deleteRetention };
    clean(log, limits, 0);
    expect(log.records.map(({ offset }) => offset)).toEqual([1]);
    clean(log, limits, factOf('lc-15').steps[1]?.do['ms'] as number);
    expect(log.records).toEqual([]);
    read(1, Infinity);
    expect(Object.fromEntries(state)).toEqual(expected('lc-15', 3)['state']);
  });
});
