import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import {
  FETCH,
  JOIN_GROUP,
  JOIN_GROUP_RESPONSE,
  LEAVE_GROUP,
  OFFSET_COMMIT,
  OFFSET_COMMIT_RESPONSE,
  type KafkaError,
} from '#sim/brokers/kafka/protocol.ts';
import { desk, MANUAL, MS, numbers, S, type Desk, type Member } from './group-desk.ts';

describe('membership', () => {
  it('[KAFKA-CLIENT-20] joins with the id that it is handed, is assigned, and looks its positions up', () => {
    const world = desk(2);
    const a = world.member('a');
    world.start(a.id, 10 * MS);
    world.run(1 * S);
    expect(world.packets(JOIN_GROUP, a.id)).toHaveLength(2);
    expect(a.consumer?.state.member.state).toBe('stable');
    expect(a.consumer?.state.member.id.startsWith('a-')).toBe(true);
    const assigned = world.rows('assign').map(({ c, d, e }) => [c, d, e]);
    expect(assigned).toEqual([
      [0, a.id, 1],
      [1, a.id, 1],
    ]);
    const positions = world.rows('position');
    expect(positions.map(({ c, d, e }) => [c, d, nameOf(world.catalog.names, e)])).toEqual([
      [0, 0, 'earliest'],
      [1, 0, 'earliest'],
    ]);
    const seqs = new Set(world.rows('assign').map(({ seq }) => seq));
    expect(positions.every(({ also }) => seqs.has(also))).toBe(true);
  });

  it('[KAFKA-CLIENT-20] the states of the member are recorded as the machine takes them', () => {
    const world = desk();
    const a = world.member('a');
    world.start(a.id, 0);
    world.run(1 * S);
    const name = (id: number): string => nameOf(world.catalog.names, id);
    const steps = world
      .rows('machine')
      .filter(({ entity, a: machine }) => entity === a.id && name(machine) === 'consumer-member')
      .map(({ b, c, d }) => [b < 0 ? '-' : name(b), name(c), name(d)]);
    expect(steps).toEqual([
      ['-', 'init', 'unjoined'],
      ['unjoined', 'JOIN', 'preparing_rebalance'],
      ['preparing_rebalance', 'JOINED', 'completing_rebalance'],
      ['completing_rebalance', 'SYNCED', 'stable'],
    ]);
  });

  it('[KAFKA-CLIENT-21] a program that works on returned records does not notice a rebalance until it polls', () => {
    const world = desk(2);
    world.fill(1, numbers(20));
    const a = world.member('a', MANUAL);
    const b = world.member('b', MANUAL);
    world.start(a.id, 10 * MS);
    a.onReady = (ctx) => void a.take(ctx);
    world.pass(1 * S);
    expect(a.delivered).toHaveLength(1);
    world.start(b.id, 1 * S);
    world.pass(8 * S);
    // heartbeats have said REBALANCE_IN_PROGRESS, and nothing has been given up
    expect(a.consumer?.state.member.rejoinNeeded).toBe(true);
    expect(world.rows('revoke')).toEqual([]);
    expect(b.consumer?.state.member.state).toBe('preparing_rebalance');
    for (let i = 0; i < 19; i += 1) expect(world.turn(a, (ctx) => a.take(ctx))).not.toBeNull();
    expect(world.turn(a, (ctx) => a.take(ctx))).toBeNull();
    world.pass(9 * S);
    const revoked = world.rows('revoke').map(({ c, d, f }) => [c, d, nameOf(world.catalog.names, f)]);
    expect(revoked).toEqual([
      [0, a.id, 'rebalance'],
      [1, a.id, 'rebalance'],
    ]);
    const owners = world.rows('assign').filter(({ e }) => e === 2);
    expect(owners.map(({ c, d }) => [c, d]).sort()).toEqual([
      [0, a.id],
      [1, b.id],
    ]);
    expect(a.consumer?.state.member.generation).toBe(2);
  });

  it('[KAFKA-CLIENT-22] close leaves at once: another member takes over without waiting for a session', () => {
    const world = desk(1);
    const a = world.member('a');
    const b = world.member('b');
    world.start(a.id, 0);
    world.start(b.id, 100 * MS);
    a.onReady = (ctx) => a.drain(ctx);
    b.onReady = (ctx) => b.drain(ctx);
    world.pass(5 * S);
    const owner = a.consumer?.state.owned.length === 1 ? a : b;
    const other = owner === a ? b : a;
    world.turn(owner, (ctx) => owner.consumer?.close(ctx));
    world.pass(9 * S);
    expect(other.consumer?.state.owned).toHaveLength(1);
    expect(world.packets(LEAVE_GROUP, owner.id)).toHaveLength(1);
    const last = world
      .rows('revoke')
      .filter(({ d }) => d === owner.id)
      .at(-1);
    expect(nameOf(world.catalog.names, last?.f ?? -1)).toBe('close');
  });

  it('[KAFKA-CLIENT-22] a static member sends no LeaveGroup (of-29)', () => {
    const world = desk(1);
    const a = world.member('a', { 'group.instance.id': 'i1' });
    world.start(a.id, 0);
    world.pass(1 * S);
    world.turn(a, (ctx) => a.consumer?.close(ctx));
    world.pass(2 * S);
    expect(world.packets(LEAVE_GROUP, a.id)).toEqual([]);
    expect(world.broker.state.groups.get('g')?.members.size).toBe(1);
  });

  it('[KAFKA-CLIENT-23] what a program cannot recover from is reported once, and ends the client', () => {
    const world = desk();
    const a = world.member('a');
    world.gate.intercept = (event, ctx) => {
      if (event.kind !== JOIN_GROUP) return false;
      const refused = {
        error: 'INCONSISTENT_GROUP_PROTOCOL' as KafkaError,
        memberId: '',
        generation: -1,
        leader: '',
        protocol: '',
        members: [],
      };
      ctx.send(event.from, JOIN_GROUP_RESPONSE, event.a, 0, 0, 0, 0, refused);
      return true;
    };
    world.start(a.id, 0);
    world.run(60 * S);
    expect(a.failures).toEqual([{ code: world.code('INCONSISTENT_GROUP_PROTOCOL'), definite: true }]);
    expect(a.consumer?.state.member.state).toBe('failed');
    expect(a.consumer?.busy(world.kernel.now)).toBe(false);
  });
});

describe('reading', () => {
  it('[KAFKA-CLIENT-25] poll returns at most max.poll.records, in order, each caused by its append', () => {
    const world = desk(1);
    world.fill(1, numbers(10));
    const a = world.member('a', { ...MANUAL, 'max.poll.records': 4 });
    world.start(a.id, 10 * MS);
    world.pass(1 * S);
    const sizes: number[] = [];
    for (let taken = 0; taken < 10; taken += 1) {
      world.turn(a, (ctx) => a.take(ctx));
      const size = (a.consumer?.returned ?? 0) + 1;
      if (sizes.length === 0 || taken === sizes.reduce((sum, n) => sum + n, 0)) sizes.push(size);
    }
    expect(sizes).toEqual([4, 4, 2]);
    expect(a.offsets).toEqual(numbers(10));
    const appends = new Map(world.rows('append').map(({ seq, mid, c }) => [seq, [mid, c]]));
    const position = world.rows('position')[0]?.seq;
    for (const { cause, also, mid, d } of world.rows('deliver')) {
      expect(appends.get(cause)).toEqual([mid, d]);
      expect(also).toBe(position);
    }
  });

  it('[KAFKA-CLIENT-25] the next fetch is under way while the program works, one a node at a time', () => {
    const world = desk(2);
    world.fill(1, numbers(40));
    const a = world.member('a', { ...MANUAL, 'max.poll.records': 5 });
    world.start(a.id, 10 * MS);
    world.pass(200 * MS);
    const before = world.packets(FETCH, a.id).length;
    world.turn(a, (ctx) => a.take(ctx));
    // 5 records of the first partition's are out, both partitions still have some: nothing to fetch
    expect(world.packets(FETCH, a.id)).toHaveLength(before);
    for (let i = 0; i < 39; i += 1) world.turn(a, (ctx) => a.take(ctx));
    expect(world.packets(FETCH, a.id).length).toBeGreaterThan(before);
    expect(a.consumer?.state.requests.filter(({ of }) => of === 'fetch')).toHaveLength(1);
    expect(a.delivered).toHaveLength(40);
  });

  it('[KAFKA-CLIENT-26] records that arrive for an old position are dropped', () => {
    const world = desk(1);
    world.fill(1, numbers(3));
    const a = world.member('a', MANUAL);
    world.start(a.id, 10 * MS);
    world.pass(200 * MS);
    for (let i = 0; i < 3; i += 1) world.turn(a, (ctx) => a.take(ctx));
    // a fetch at offset 3 waits at the broker; more comes after the program has gone back
    world.turn(a, (ctx) => a.consumer?.seek(ctx, 0, 1));
    world.fill(300, [3, 4]);
    world.pass(250 * MS);
    world.turn(a, (ctx) => a.take(ctx));
    a.onReady = (ctx) => a.drain(ctx);
    world.pass(2 * S);
    expect(a.offsets).toEqual([0, 1, 2, 1, 2, 3, 4]);
    expect(world.rows('deliver').map(({ f }) => f)).toEqual([1, 1, 1, 2, 2, 1, 1]);
  });

  it('[KAFKA-CLIENT-32] seek failed brings the record again and passes over the rest of its partition', () => {
    const world = desk(2);
    world.fill(1, numbers(12));
    const a = world.member('a', MANUAL);
    world.start(a.id, 10 * MS);
    world.pass(200 * MS);
    world.turn(a, (ctx) => {
      const first = a.take(ctx);
      const failed = a.take(ctx);
      expect(failed?.partition).toBe(first?.partition);
      expect(a.consumer?.command(ctx, 'seek failed')).toBe(false);
      a.consumer?.finished(ctx);
    });
    a.onReady = (ctx) => a.drain(ctx);
    world.turn(a, (ctx) => a.drain(ctx));
    world.pass(3 * S);
    const [one] = a.delivered;
    const same = a.delivered
      .filter(({ partition }) => partition === one?.partition)
      .map(({ offset }) => offset);
    expect(same).toEqual([0, 1, ...numbers(same.length - 2).map((i) => i + 1)]);
    const other = a.delivered
      .filter(({ partition }) => partition !== one?.partition)
      .map(({ offset }) => offset);
    expect(other).toEqual(numbers(other.length));
    expect(new Set(a.delivered.map(({ mid }) => mid)).size).toBe(12);
  });
});

describe('commits', () => {
  function reading(written: WrittenConfig = MANUAL): { world: Desk; a: Member } {
    const world = desk(1);
    world.fill(1, numbers(5));
    const a = world.member('a', written);
    world.start(a.id, 10 * MS);
    world.pass(500 * MS);
    return { world, a };
  }

  it('[KAFKA-CLIENT-27] settle commits the record in hand, commit positions everything that poll returned', () => {
    const { world, a } = reading();
    world.turn(a, (ctx) => {
      a.take(ctx);
      expect(a.consumer?.settle(ctx)).toBe(true);
    });
    world.pass(510 * MS);
    expect(world.committed()).toBe(1);
    world.turn(a, (ctx) => expect(a.consumer?.command(ctx, 'commit positions')).toBe(true));
    world.pass(520 * MS);
    expect(world.committed()).toBe(5);
    expect(a.settled).toEqual([
      { code: -1, definite: true },
      { code: -1, definite: true },
    ]);
  });

  it('[KAFKA-CLIENT-28] commitSync goes through a restart of the coordinator, commitAsync does not (of-38)', () => {
    const { world, a } = reading();
    const lost = {
      id: 3,
      from: [0],
      to: null,
      kinds: [OFFSET_COMMIT_RESPONSE],
      verdict: { do: 'drop' as const },
      remaining: -1,
    };
    world.turn(a, (ctx) => void a.take(ctx));
    world.network.addRule(lost);
    world.turn(a, (ctx) => a.consumer?.settle(ctx));
    world.pass(600 * MS);
    expect(a.settled).toEqual([]);
    world.hosts.crash(0, 'test', 0);
    world.network.removeRule(3);
    world.pass(2 * S);
    world.hosts.start(0, 'test');
    world.pass(8 * S);
    expect(a.settled).toEqual([{ code: -1, definite: true }]);
    expect(world.committed()).toBe(1);

    const before = world.packets(OFFSET_COMMIT, a.id).length;
    world.network.addRule({ ...lost, id: 4, remaining: 1 });
    world.turn(a, (ctx) => expect(a.consumer?.command(ctx, 'commit async')).toBe(false));
    world.pass(60 * S);
    expect(world.packets(OFFSET_COMMIT, a.id)).toHaveLength(before + 1);
  });

  it('[KAFKA-CLIENT-28] commitSync gives up after default.api.timeout.ms, not knowing', () => {
    const { world, a } = reading({ ...MANUAL, 'default.api.timeout.ms': 5000, 'request.timeout.ms': 1000 });
    world.network.addRule({
      id: 3,
      from: [0],
      to: null,
      kinds: [OFFSET_COMMIT_RESPONSE],
      verdict: { do: 'drop' },
      remaining: -1,
    });
    world.turn(a, (ctx) => {
      a.take(ctx);
      a.consumer?.settle(ctx);
    });
    world.pass(30 * S);
    expect(a.settled).toEqual([{ code: world.code('REQUEST_TIMED_OUT'), definite: false }]);
  });

  it('[KAFKA-CLIENT-29] auto-commit takes place inside poll, while the program waits in it too', () => {
    const { world, a } = reading({ 'enable.auto.commit': true, 'auto.commit.interval.ms': 5000 });
    world.turn(a, (ctx) => void a.take(ctx));
    world.pass(20 * S);
    // a program that does not poll commits nothing
    expect(world.committed()).toBe(-1);
    expect(a.consumer?.busy(20 * S)).toBe(true);
    world.turn(a, (ctx) => a.drain(ctx));
    world.pass(20 * S + 2 * MS);
    expect(world.committed()).toBe(5);
    const count = world.packets(OFFSET_COMMIT, a.id).length;
    world.pass(36 * S);
    expect(world.packets(OFFSET_COMMIT, a.id)).toHaveLength(count + 3);
    expect(a.consumer?.busy(36 * S)).toBe(false);
  });

  it('[KAFKA-CLIENT-29] (of-17) auto-commit before a rebalance: the new owner begins behind it', () => {
    const { world, a } = reading({ 'enable.auto.commit': true });
    const b = world.member('b');
    a.onReady = (ctx) => a.drain(ctx);
    b.onReady = (ctx) => b.drain(ctx);
    world.turn(a, (ctx) => a.drain(ctx));
    world.start(b.id, 600 * MS);
    world.pass(4_500 * MS);
    expect(world.committed()).toBe(5);
    expect(b.delivered).toEqual([]);
    expect(world.rows('assign').some(({ e }) => e === 2)).toBe(true);
  });
});
