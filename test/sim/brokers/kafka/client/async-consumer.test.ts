/** The consumer with group.protocol = consumer: heartbeats bring and confirm what it has (KIP-848). */
import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import { CONSUMER_GROUP_HEARTBEAT, OFFSET_COMMIT } from '#sim/brokers/kafka/protocol.ts';
import { desk, MS, numbers, S, type Desk, type Member } from './group-desk.ts';

const NEW = { 'group.protocol': 'consumer', 'enable.auto.commit': false } as const;

function rowsOf(member: Member): number[] {
  return (member.consumer?.state.owned ?? []).map(({ row }) => row).sort((a, b) => a - b);
}

function revocations(world: Desk, member: Member): { at: number; partition: number; reason: string }[] {
  return world
    .rows('revoke')
    .filter(({ d }) => d === member.id)
    .map(({ at, c, f }) => ({ at, partition: c, reason: nameOf(world.catalog.names, f) }));
}

function group(world: Desk) {
  return world.broker.state.consumerGroups.get('g');
}

/** Two members of a topic of four partitions; both drain whatever comes. */
function pair(written = {}): { world: Desk; a: Member; b: Member } {
  const world = desk(4);
  const a = world.member('a', { ...NEW, ...written });
  const b = world.member('b', { ...NEW, ...written });
  a.onReady = (ctx) => a.drain(ctx);
  b.onReady = (ctx) => b.drain(ctx);
  world.start(a.id, 10 * MS);
  return { world, a, b };
}

describe('the consumer protocol', () => {
  it('[KAFKA-CLIENT-50] joins with one heartbeat, confirms with the next, then keeps the broker’s interval', () => {
    const { world, a } = pair();
    world.turn(a, () => undefined);
    world.pass(12 * S);
    expect(rowsOf(a)).toEqual([0, 1, 2, 3]);
    expect(a.consumer?.state.member).toMatchObject({ state: 'stable', generation: 1 });
    const sent = world.packets(CONSUMER_GROUP_HEARTBEAT, a.id);
    expect(sent[0]).toBe(10 * MS);
    expect((sent[1] ?? 0) - (sent[0] ?? 0)).toBeLessThan(2 * MS);
    expect((sent[2] ?? 0) - (sent[1] ?? 0)).toBe(5 * S);
    expect(sent).toHaveLength(4);
  });

  it('[KAFKA-CLIENT-51] only what moves is given up, and the newcomer waits for that alone', () => {
    const { world, a, b } = pair();
    world.start(b.id, 1 * S);
    world.pass(1500 * MS);
    expect(rowsOf(b)).toEqual([]);
    expect(rowsOf(a)).toEqual([0, 1, 2, 3]);
    world.pass(12 * S);
    expect(rowsOf(a)).toHaveLength(2);
    expect(rowsOf(b)).toHaveLength(2);
    expect([...rowsOf(a), ...rowsOf(b)].sort()).toEqual([0, 1, 2, 3]);
    const moved = revocations(world, a);
    expect(moved.map(({ partition }) => partition).sort()).toEqual(rowsOf(b));
    const assigned = world.rows('assign').filter(({ d }) => d === b.id);
    for (const { at } of assigned) expect(at).toBeGreaterThan(Math.max(...moved.map((one) => one.at)));
    expect(revocations(world, b)).toEqual([]);
  });

  it('[KAFKA-CLIENT-51] without auto-commit the assignment is taken while the program works', () => {
    const { world, a, b } = pair();
    world.fill(1, numbers(8));
    a.onReady = (ctx) => void a.take(ctx);
    world.turn(a, () => undefined);
    world.start(b.id, 1 * S);
    world.pass(15 * S);
    expect(a.delivered).toHaveLength(1);
    expect(rowsOf(a)).toHaveLength(2);
  });

  it('[KAFKA-CLIENT-51] with auto-commit it waits for poll(), and commits the positions before', () => {
    const { world, a, b } = pair({ 'enable.auto.commit': true, 'auto.commit.interval.ms': 600_000 });
    world.fill(1, numbers(8));
    a.onReady = (ctx) => void a.take(ctx);
    world.start(b.id, 1 * S);
    world.pass(15 * S);
    expect(rowsOf(a)).toHaveLength(4);
    expect(world.packets(OFFSET_COMMIT, a.id)).toEqual([]);
    a.onReady = (ctx) => a.drain(ctx);
    world.turn(a, (ctx) => a.drain(ctx));
    world.pass(25 * S);
    expect(rowsOf(a)).toHaveLength(2);
    const moved = revocations(world, a).map(({ partition }) => partition);
    const all = new Set(a.delivered.map(({ mid }) => mid));
    expect(all.size).toBe(8);
    for (const row of moved) {
      const seen = a.delivered.filter(({ partition }) => partition === row).length;
      expect(world.committed(row)).toBe(seen);
    }
    expect(b.delivered).toEqual([]);
  });

  it('[KAFKA-CLIENT-52] a pause beyond the session: UNKNOWN_MEMBER_ID, everything lost, and it joins anew by itself', () => {
    const { world, a, b } = pair();
    world.start(b.id, 1 * S);
    world.pass(12 * S);
    const before = rowsOf(a);
    world.hosts.pause(a.id, 'gc', 0);
    world.pass(70 * S);
    expect(rowsOf(b)).toEqual([0, 1, 2, 3]);
    expect(group(world)?.members.size).toBe(1);
    world.hosts.resume(a.id, 'gc');
    world.pass(71 * S);
    expect(
      revocations(world, a)
        .slice(-2)
        .map(({ reason }) => reason),
    ).toEqual(['lost', 'lost']);
    world.pass(90 * S);
    expect(group(world)?.members.size).toBe(2);
    expect(rowsOf(a)).toHaveLength(before.length);
    expect(a.consumer?.state.member.state).toBe('stable');
  });

  it('[KAFKA-CLIENT-52] an instance id that is in use is thrown by poll()', () => {
    const { world, a, b } = pair({ 'group.instance.id': 'i' });
    world.start(b.id, 1 * S);
    world.pass(3 * S);
    expect(b.failures).toEqual([{ code: world.code('UNRELEASED_INSTANCE_ID'), definite: true }]);
    expect(rowsOf(a)).toEqual([0, 1, 2, 3]);
    expect(b.consumer?.busy(world.kernel.now)).toBe(false);
  });

  it('[KAFKA-CLIENT-53] max.poll.interval.ms without poll(): it leaves, and the next poll() joins again', () => {
    const { world, a } = pair({ 'max.poll.interval.ms': 20_000 });
    world.fill(1, numbers(4));
    a.onReady = (ctx) => void a.take(ctx);
    world.pass(19 * S);
    expect(group(world)?.members.size).toBe(1);
    world.pass(21 * S);
    expect(group(world)?.members.size).toBe(0);
    expect(a.consumer?.state.member.state).toBe('stale');
    a.onReady = (ctx) => a.drain(ctx);
    world.turn(a, (ctx) => a.drain(ctx));
    world.pass(23 * S);
    expect(a.consumer?.state.member.state).toBe('stable');
    expect(rowsOf(a)).toEqual([0, 1, 2, 3]);
  });

  it('[KAFKA-CLIENT-53] close leaves at once; a static member says that it will be back', () => {
    for (const written of [{}, { 'group.instance.id': 'i' }]) {
      const { world, a } = pair(written);
      world.pass(1 * S);
      world.turn(a, (ctx) => a.consumer?.close(ctx));
      world.pass(2 * S);
      const left = [...(group(world)?.members.values() ?? [])].map(({ epoch }) => epoch);
      expect(left).toEqual('group.instance.id' in written ? [-2] : []);
    }
  });

  it('[KAFKA-CLIENT-54] a commit with an old epoch is STALE_MEMBER_EPOCH to the program, and the membership stands', () => {
    const { world, a } = pair();
    world.fill(1, numbers(2));
    a.onReady = (ctx) => void a.take(ctx);
    world.pass(2 * S);
    world.turn(a, (ctx) => {
      if (a.consumer !== null) a.consumer.state.member.generation = 7;
      expect(a.consumer?.settle(ctx)).toBe(true);
    });
    world.pass(3 * S);
    expect(a.settled).toEqual([{ code: world.code('STALE_MEMBER_EPOCH'), definite: true }]);
    expect(rowsOf(a)).toEqual([0, 1, 2, 3]);
  });

  it('[KAFKA-CLIENT-55] a coordinator that returns in time finds the member again', () => {
    const { world, a } = pair();
    world.pass(3 * S);
    world.hosts.crash(world.node, 'test', 0);
    world.pass(13 * S);
    world.hosts.start(world.node, 'test');
    world.pass(40 * S);
    expect(a.consumer?.state.member).toMatchObject({ state: 'stable', generation: 1 });
    expect(revocations(world, a)).toEqual([]);
  });
});
