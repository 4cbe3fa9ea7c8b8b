import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import { HEARTBEAT, JOIN_GROUP, LEAVE_GROUP, OFFSET_COMMIT } from '#sim/brokers/kafka/protocol.ts';
import { desk, MANUAL, MS, numbers, S, type Desk, type Member } from './group-desk.ts';

describe('expulsion', () => {
  function pair(written: WrittenConfig = MANUAL): { world: Desk; a: Member; b: Member } {
    const world = desk(1);
    world.fill(1, numbers(3));
    const a = world.member('a', written);
    const b = world.member('b', written);
    world.start(a.id, 10 * MS);
    world.pass(500 * MS);
    world.turn(a, (ctx) => void a.take(ctx));
    b.onReady = (ctx) => b.drain(ctx);
    return { world, a, b };
  }

  it('[KAFKA-CLIENT-30] a pause beyond the session makes a zombie: its commit is refused, the other has its record', () => {
    const { world, a, b } = pair();
    world.start(b.id, 600 * MS);
    world.hosts.pause(a.id, 'gc', 0);
    world.pass(20 * S);
    expect(b.offsets).toEqual([0, 1, 2]);
    world.hosts.resume(a.id, 'gc');
    // its first step after the pause comes before its heartbeat has been answered
    world.turn(a, (ctx) => expect(a.consumer?.settle(ctx)).toBe(true));
    world.pass(21 * S);
    expect(a.settled).toEqual([{ code: world.code('UNKNOWN_MEMBER_ID'), definite: true }]);
    expect(world.committed()).toBe(-1);
    expect(a.consumer?.state.member.state).toBe('unjoined');
    // what it had been returned it goes on with; the next poll gives the partition up as lost
    world.turn(a, (ctx) => a.drain(ctx));
    world.pass(30 * S);
    expect(a.offsets.slice(0, 3)).toEqual([0, 1, 2]);
    const reasons = world
      .rows('revoke')
      .filter(({ d }) => d === a.id)
      .map(({ f }) => nameOf(world.catalog.names, f));
    expect(reasons).toEqual(['lost']);
    expect(a.consumer?.state.member.state).toBe('stable');
  });

  it('[KAFKA-CLIENT-30] once it knows, a commit without membership fails without being sent', () => {
    const { world, a, b } = pair();
    world.start(b.id, 600 * MS);
    world.hosts.pause(a.id, 'gc', 0);
    world.pass(20 * S);
    world.hosts.resume(a.id, 'gc');
    world.pass(21 * S);
    const sent = world.packets(OFFSET_COMMIT, a.id).length;
    world.turn(a, (ctx) => expect(a.consumer?.settle(ctx)).toBe(true));
    world.pass(22 * S);
    expect(world.packets(OFFSET_COMMIT, a.id)).toHaveLength(sent);
    expect(a.settled).toEqual([{ code: world.code('UNKNOWN_MEMBER_ID'), definite: true }]);
    expect(world.rows('commitRefused').filter(({ entity }) => entity === a.id)).toHaveLength(1);
  });

  it('[KAFKA-CLIENT-31] heartbeats go on while the program works; after max.poll.interval.ms the client leaves (of-28)', () => {
    const { world, a, b } = pair({ ...MANUAL, 'max.poll.interval.ms': 30_000 });
    world.start(b.id, 40 * S);
    world.pass(30 * S);
    expect(world.broker.state.groups.get('g')?.members.size).toBe(1);
    expect(world.packets(HEARTBEAT, a.id).length).toBeGreaterThan(8);
    world.pass(31 * S);
    expect(world.packets(LEAVE_GROUP, a.id)).toHaveLength(1);
    expect(world.broker.state.groups.get('g')?.members.size).toBe(0);
    world.pass(45 * S);
    expect(b.offsets).toEqual([0, 1, 2]);
    expect(world.packets(HEARTBEAT, a.id).every((at) => at <= 31 * S)).toBe(true);
  });

  it('[KAFKA-CLIENT-31] a program that waits in poll is not overdue', () => {
    const { world, a } = pair({ ...MANUAL, 'max.poll.interval.ms': 20_000 });
    a.onReady = (ctx) => a.drain(ctx);
    world.turn(a, (ctx) => a.drain(ctx));
    world.pass(100 * S);
    expect(world.packets(LEAVE_GROUP, a.id)).toEqual([]);
    expect(a.consumer?.state.member.state).toBe('stable');
  });

  it('[KAFKA-CLIENT-33] after a crash the group waits for the session of the dead member', () => {
    const { world, a } = pair();
    world.hosts.crash(a.id, 'test', 0);
    world.pass(1 * S);
    a.onReady = (ctx) => a.drain(ctx);
    world.hosts.start(a.id, 'test');
    world.pass(9 * S);
    expect(a.offsets).toEqual([0]);
    world.pass(15 * S);
    expect(a.offsets).toEqual([0, 0, 1, 2]);
    // the new process counts from the beginning
    expect(world.rows('deliver').map(({ f }) => f)).toEqual([1, 1, 1, 1]);
  });

  it('[KAFKA-CLIENT-34] a coordinator that returns in time is rejoined by nobody', () => {
    const { world, a } = pair();
    a.onReady = (ctx) => a.drain(ctx);
    world.turn(a, (ctx) => a.drain(ctx));
    world.pass(2 * S);
    world.hosts.crash(0, 'test', 0);
    world.pass(4 * S);
    world.hosts.start(0, 'test');
    world.fill(6_000, [3, 4]);
    world.pass(10 * S);
    expect(a.offsets).toEqual([0, 1, 2, 3, 4]);
    expect(a.consumer?.state.member.generation).toBe(1);
    expect(world.packets(JOIN_GROUP, a.id)).toHaveLength(2);
    expect(a.consumer?.busy(10 * S)).toBe(false);
  });
});

describe('quiet and busy', () => {
  it('[KAFKA-CLIENT-35] a member in doubt is busy: joining, with unread records, or long unheard of', () => {
    const world = desk(1);
    const a = world.member('a', MANUAL);
    world.start(a.id, 10 * MS);
    world.pass(11 * MS);
    expect(a.consumer?.busy(11 * MS)).toBe(true);
    a.onReady = (ctx) => a.drain(ctx);
    world.pass(2 * S);
    expect(a.consumer?.busy(2 * S)).toBe(false);
    world.hosts.pause(a.id, 'gc', 0);
    world.pass(9 * S);
    expect(a.consumer?.busy(9 * S)).toBe(true);
    world.hosts.resume(a.id, 'gc');
    world.pass(10 * S);
    expect(a.consumer?.busy(10 * S)).toBe(false);
  });
});
