/** Random faults over whole conversations; a failure names its seed. */
import { describe, expect, it } from 'vitest';
import { clone, difference } from '#sim/base/clone.ts';
import { lidOf } from '#sim/messaging/catalog.ts';
import { FETCH_RESPONSE, OFFSET_COMMIT_RESPONSE, PRODUCE_RESPONSE } from '#sim/brokers/kafka/protocol.ts';
import type { Ctx } from '#sim/kernel/entity.ts';
import {
  clientWorld,
  consumerConfig,
  producerConfig,
  TURN,
  type ClientWorld,
  type Process,
} from './client-world.ts';

const MS = 1000;
const S = 1_000_000;
const SEEDS = process.env['SPILLWAY_DEEP'] === '1' ? 1000 : 40;
const PARTITIONS = 3;

/** A small generator of its own, so that a test's choices are not the model's. */
function chooser(seed: number): (below: number) => number {
  let state = (seed * 2654435761 + 12345) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What stands in the log of each partition, as lids. */
function logs(world: ClientWorld): number[][] {
  return world.broker.state.logs.map((log) => {
    if (log === null) return [];
    return [...log.mids.data.subarray(0, log.mids.length)].map((mid) => lidOf(world.catalog, mid));
  });
}

function restartBroker(world: ClientWorld, at: number, back: number): void {
  world.run(at);
  world.hosts.crash(0, 'test', back);
  world.run(back);
  world.hosts.start(0, 'test');
}

describe('producer under faults', () => {
  function run(seed: number, idempotent: boolean): { world: ClientWorld; shop: Process; lids: number[] } {
    const pick = chooser(seed);
    const world = clientWorld(PARTITIONS);
    const shop = world.addProcess('shop', {
      producer: producerConfig({
        'enable.idempotence': idempotent,
        'linger.ms': pick(2) * 5,
        'batch.size': pick(2) === 0 ? 1 : 1000,
        'request.timeout.ms': 500,
        'delivery.timeout.ms': 120_000,
      }),
    });
    const lids: number[] = [];
    shop.turn = (ctx, self) => lids.push(world.publish(ctx, self, pick(5), lids.length));
    world.start(shop.id);
    // one goes ahead on every partition: a leader that knows nothing of a producer takes any first sequence
    for (let i = 0; i < 12; i += 1) world.at(5 * MS, shop.id);
    for (let i = 0; i < 60; i += 1) world.at(1 * S + pick(2_000) * MS, shop.id);
    let at = 1 * S;
    for (let i = 0; i < 4; i += 1) {
      at += pick(600) * MS + 1;
      if (pick(2) === 0) {
        world.run(at);
        const verdict = { do: 'drop' as const };
        world.network.addRule({
          id: 20 + i,
          from: [0],
          to: null,
          kinds: [PRODUCE_RESPONSE],
          verdict,
          remaining: 1 + pick(3),
        });
      } else {
        const back = at + pick(300) * MS + 1;
        restartBroker(world, at, back);
        at = back;
      }
    }
    for (let i = 0; i < 4; i += 1) world.network.removeRule(20 + i);
    world.run(300 * S);
    return { world, shop, lids };
  }

  it('[KAFKA-CLIENT-11] idempotent: every record confirmed, written once, in the order of publishing', () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { world, shop, lids } = run(seed, true);
      const told = shop.published.map(([token]) => token).sort((a, b) => a - b);
      expect(told, `seed ${seed}: each publish ends once`).toEqual(lids.map((_, i) => i));
      expect(
        shop.published.every(([, code]) => code === -1),
        `seed ${seed}: all went well`,
      ).toBe(true);
      const written = logs(world);
      expect(
        written.flat().toSorted((a, b) => a - b),
        `seed ${seed}: written once`,
      ).toEqual(lids);
      for (const log of written) expect(log, `seed ${seed}: in order`).toEqual(log.toSorted((a, b) => a - b));
      expect(shop.producer?.busy(world.kernel.now), `seed ${seed}: quiet`).toBe(false);
    }
  });

  it('[KAFKA-CLIENT-10] not idempotent: nothing confirmed is missing, and some seed doubles or reorders', () => {
    let doubled = 0;
    let reordered = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { world, shop, lids } = run(seed, false);
      const written = logs(world);
      const all = new Set(written.flat());
      for (const [token, code] of shop.published) {
        if (code === -1)
          expect(all.has(lids[token] as number), `seed ${seed}: ${token} is written`).toBe(true);
      }
      if (written.flat().length > lids.length) doubled += 1;
      if (written.some((log) => log.some((lid, i) => i > 0 && lid < (log[i - 1] as number)))) reordered += 1;
    }
    expect(doubled).toBeGreaterThan(0);
    expect(reordered).toBeGreaterThan(0);
  });
});

describe('a group under faults', () => {
  function run(
    seed: number,
    autoCommit: boolean,
  ): { world: ClientWorld; members: Process[]; lids: number[] } {
    const pick = chooser(seed);
    const world = clientWorld(PARTITIONS);
    const filler = world.addProcess('filler', { producer: producerConfig({ 'linger.ms': 0 }) });
    const lids: number[] = [];
    filler.turn = (ctx, self) => lids.push(world.publish(ctx, self, pick(50), -1));
    world.start(filler.id);
    for (let i = 0; i < 80; i += 1) world.at(10 * MS + pick(40_000) * MS, filler.id);
    const members = [0, 1, 2].map((i) => {
      const config = {
        'session.timeout.ms': 6000,
        'max.poll.records': 1 + pick(5),
        'enable.auto.commit': autoCommit,
        'request.timeout.ms': 2000,
      };
      const member = world.addProcess(`member-${i}`, { consumer: consumerConfig(config) });
      work(member, autoCommit);
      world.start(member.id, pick(20_000) * MS);
      return member;
    });
    let at = 5 * S;
    for (let i = 0; i < 5; i += 1) {
      at += pick(6_000) * MS + 1;
      const back = at + pick(9_000) * MS + 1;
      const victim = members[pick(3)] as Process & { id: number };
      const kind = pick(4);
      if (kind === 0) restartBroker(world, at, back);
      else if (kind === 3) {
        world.run(at);
        const kinds = [FETCH_RESPONSE, OFFSET_COMMIT_RESPONSE];
        world.network.addRule({
          id: 20 + i,
          from: [0],
          to: null,
          kinds,
          verdict: { do: 'drop' },
          remaining: 2,
        });
        world.run(back);
        world.network.removeRule(20 + i);
      } else {
        world.run(at);
        if (kind === 1) world.hosts.pause(victim.id, 'test', back);
        else world.hosts.crash(victim.id, 'test', back);
        world.run(back);
        if (kind === 1) world.hosts.resume(victim.id, 'test');
        else world.hosts.start(victim.id, 'test');
      }
      at = back;
      for (const { consumer } of members)
        expect(difference(clone(consumer?.state), consumer?.state)).toBeNull();
    }
    world.run(400 * S);
    return { world, members, lids };
  }

  /** A program that works 20 ms on each record, and then settles unless commits are automatic. */
  function work(member: Process, autoCommit: boolean): void {
    const go = (ctx: Ctx): void => {
      if (member.take(ctx) !== null) ctx.schedule(20 * MS, TURN);
    };
    member.onReady = go;
    member.turn = (ctx) => {
      if (!autoCommit && member.consumer?.settle(ctx) === true) return;
      member.consumer?.finished(ctx);
      go(ctx);
    };
    member.onSettled = (ctx) => {
      member.consumer?.finished(ctx);
      go(ctx);
    };
  }

  it.each([false, true])(
    '[KAFKA-CLIENT-27] every record is delivered at least once (auto-commit %s)',
    (autoCommit) => {
      let again = 0;
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const { world, members, lids } = run(seed, autoCommit);
        const delivered = world.rows('deliver').map(({ lid }) => lid);
        expect(new Set(delivered), `seed ${seed}: all delivered`).toEqual(new Set(lids));
        again += delivered.length - lids.length;
        for (const member of members) {
          expect(member.consumer?.state.member.state, `seed ${seed}: stable`).toBe('stable');
          expect(member.consumer?.busy(world.kernel.now), `seed ${seed}: quiet`).toBe(false);
        }
        const owned = members.flatMap(({ consumer }) => consumer?.state.owned.map(({ row }) => row) ?? []);
        expect(owned.sort(), `seed ${seed}: every partition has one owner`).toEqual([0, 1, 2]);
        logs(world).forEach((log, row) => {
          const committed = world.broker.state.persisted.get('g')?.committed.data[row];
          if (log.length > 0) expect(committed, `seed ${seed}: partition ${row} committed`).toBe(log.length);
        });
      }
      // otherwise the faults have not tried anything
      expect(again).toBeGreaterThan(0);
    },
  );
});
