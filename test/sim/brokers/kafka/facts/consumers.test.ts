/** Facts about the Java consumer that no recorded case scripts. Each test is named by its fact. */
import { describe, expect, it } from 'vitest';
import { createOffsetsCase } from '#sim/brokers/kafka/client/verbs.ts';
import { HEARTBEAT, JOIN_GROUP, LEAVE_GROUP, type JoinGroupRequest } from '#sim/brokers/kafka/protocol.ts';
import { desk, MANUAL, MS, numbers, S, type Desk, type Member } from '../client/group-desk.ts';
import { consumerConfig } from '../client/client-world.ts';
import { expected, factOf } from './fact.ts';

function diligent(world: Desk, name: string, written = {}): Member {
  const member = world.member(name, { ...MANUAL, ...written });
  member.onReady = (ctx) => member.drain(ctx);
  return member;
}

function ownedBy(member: Member): number[] {
  return (member.consumer?.state.owned ?? []).map(({ row }) => row).sort((a, b) => a - b);
}

describe('membership', () => {
  it('gx-03: max.poll.interval.ms is the rebalance timeout that JoinGroup carries, beside the session timeout', () => {
    const { given } = factOf('gx-03');
    const world = desk();
    const asked: JoinGroupRequest[] = [];
    world.gate.intercept = (event) => {
      if (event.kind === JOIN_GROUP) asked.push(event.data as JoinGroupRequest);
      return false;
    };
    const consumer = consumerConfig({ 'max.poll.interval.ms': given['max.poll.interval.ms'] as number });
    const member = world.addProcess('a', { consumer });
    member.onReady = (ctx) => void member.take(ctx);
    world.fill(500, [1]);
    world.start(member.id);
    world.pass(20 * S);
    const { rebalanceTimeoutMs, sessionTimeoutMs } = expected('gx-03', 0);
    expect(asked.at(-1)?.rebalanceTimeout).toBe((rebalanceTimeoutMs as number) * MS);
    expect(asked.at(-1)?.sessionTimeout).toBe((sessionTimeoutMs as number) * MS);
    // its program is at its first record all the while
    const beats = world.packets(HEARTBEAT, member.id).filter((at) => at > 5 * S);
    const gaps = beats.slice(1).map((at, i) => at - (beats[i] ?? 0));
    expect(beats.length).toBeGreaterThan(3);
    expect(gaps.every((gap) => gap === (given['heartbeat.interval.ms'] as number) * MS)).toBe(true);
  });

  it.each([
    ['range', 0],
    ['cooperative-sticky', 1],
  ] as const)('gx-04: who consumes during a rebalance with %s', (assignor, step) => {
    const partitions = factOf('gx-04').given['partitions'] as number;
    const world = desk(partitions);
    const written = { 'partition.assignment.strategy': [assignor] };
    const a = diligent(world, 'a', written);
    const slow = world.member('b', { ...MANUAL, ...written });
    slow.onReady = (ctx) => void slow.take(ctx);
    world.start(a.id, 10 * MS);
    world.start(slow.id, 20 * MS);
    world.pass(10 * S);
    world.fill(10_000, numbers(60));
    world.pass(11 * S);
    // the slow one is at a record and does not poll: the rebalance that a third starts waits for it
    world.start(diligent(world, 'c', written).id, 11 * S);
    world.pass(16 * S);
    expect(a.consumer?.state.member.state).toBe('preparing_rebalance');
    const none = expected('gx-04', step)['consumingDuringRebalance'] === 'none';
    expect(ownedBy(a).length === 0).toBe(none);
    const before = a.delivered.length;
    world.fill(16_000, numbers(60));
    world.pass(17 * S);
    expect(a.delivered.length > before).toBe(!none);
  });

  it('of-30: a static member past max.poll.interval.ms falls silent and is out a session later', () => {
    const { given } = factOf('of-30');
    const interval = (given['max.poll.interval.ms'] as number) * MS;
    const written = {
      'group.instance.id': 'i1',
      'max.poll.interval.ms': interval / MS,
      'session.timeout.ms': given['session.timeout.ms'] as number,
    };
    const world = desk();
    const a = world.member('a', { ...MANUAL, ...written });
    a.onReady = (ctx) => void a.take(ctx);
    world.fill(500, [1]);
    world.start(a.id);
    world.pass(1 * S);
    const polled = a.delivered[0]?.at ?? -1;
    expect(polled).toBeGreaterThan(0);
    const members = (): number | undefined => world.broker.state.groups.get('g')?.members.size;
    world.pass(polled + interval + 1 * S);
    expect(members()).toBe(1);
    const beats = world.packets(HEARTBEAT, a.id).length;
    world.pass(polled + 345_500 * MS + 1 * S);
    expect(world.packets(HEARTBEAT, a.id)).toHaveLength(beats);
    expect(world.packets(LEAVE_GROUP, a.id)).toEqual([]);
    expect(members()).toBe(0);
  });

  it('of-29: a static member that closed keeps its partition until its session ends', () => {
    const world = desk();
    const session = factOf('of-29').given['session.timeout.ms'] as number;
    const a = diligent(world, 'a', { 'group.instance.id': 'i1', 'session.timeout.ms': session });
    const b = diligent(world, 'b', { 'session.timeout.ms': session });
    world.start(a.id, 0);
    world.pass(1 * S);
    world.turn(a, (ctx) => a.consumer?.close(ctx));
    world.start(b.id, 2 * S);
    expect(world.packets(LEAVE_GROUP, a.id)).toEqual([]);
    world.pass(44 * S);
    expect(ownedBy(b)).toEqual([]);
    world.pass(50 * S);
    expect(ownedBy(b)).toEqual([0]);
  });
});

describe('reading', () => {
  it('of-32: the position moves when poll returns records, not when they arrive', () => {
    const world = desk();
    world.fill(100, numbers(5));
    const a = world.member('a', { ...MANUAL, 'max.poll.records': 2 });
    world.start(a.id, 1 * S);
    world.pass(2 * S);
    const owned = a.consumer?.state.owned[0];
    expect(owned?.buffer?.mids).toHaveLength(expectedRecords());
    expect(owned?.position).toBe(expected('of-32', 0)['position']);
    world.turn(a, (ctx) => a.take(ctx));
    expect(a.consumer?.state.owned[0]?.position).toBe(expected('of-32', 1)['position']);
  });

  function expectedRecords(): number {
    return factOf('of-32').steps[0]?.do['records'] as number;
  }

  it('of-35: latest misses what was produced before the first position look-up', () => {
    const world = desk();
    world.fill(100, numbers(5));
    const a = diligent(world, 'a', { 'auto.offset.reset': 'latest' });
    world.start(a.id, 1 * S);
    // after subscribing, before the assignment is complete
    world.fill(1001, [5]);
    world.pass(5 * S);
    expect(a.consumer?.state.owned[0]?.position).toBe(expected('of-35', 2)['position']);
    expect(a.offsets).toEqual([]);
    world.fill(6_000, [6]);
    world.pass(7 * S);
    expect(a.offsets).toEqual([6]);
  });

  it('rc-14: seek to the failed offset before the next poll is a retry in place', () => {
    const { given } = factOf('rc-14');
    const manual = { 'enable.auto.commit': false, 'auto.offset.reset': 'earliest', 'max.poll.records': 1 };
    const one = createOffsetsCase({ ...given, ...manual, group: 'g' });
    const delivered: unknown[] = [];
    let [failures, committed] = [0, -1];
    for (let polls = 0; polls < 6; polls += 1) {
      const answer = one.do({ verb: 'poll' }) as { records: unknown[]; position: number };
      delivered.push(...answer.records);
      if (answer.records[0] === 'm1' && failures < 2) {
        failures += 1;
        one.do({ verb: 'seek', offset: answer.position - 1 });
      } else if (answer.records.length > 0) {
        committed = (one.do({ verb: 'commitSync' }) as { committed: number }).committed;
      }
    }
    expect({ delivered, committed }).toMatchObject(expected('rc-14', 0));
  });
});
