import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import { JOIN_GROUP, type JoinGroupRequest } from '#sim/brokers/kafka/protocol.ts';
import { desk, MANUAL, MS, numbers, S, type Desk, type Member } from './group-desk.ts';

const COOPERATIVE = { 'partition.assignment.strategy': ['cooperative-sticky'] };
const STICKY = { 'partition.assignment.strategy': ['sticky'] };

function ownedBy(member: Member): number[] {
  return (member.consumer?.state.owned ?? []).map(({ row }) => row).sort((a, b) => a - b);
}

function revoked(world: Desk): number[][] {
  return world.rows('revoke').map(({ c, d, e }) => [c, d, e]);
}

/** Programs that handle everything at once. */
function diligent(world: Desk, name: string, written = {}): Member {
  const member = world.member(name, { ...MANUAL, ...written });
  member.onReady = (ctx) => member.drain(ctx);
  return member;
}

/** Every JoinGroup that the coordinator got, as it came. */
function joins(world: Desk): JoinGroupRequest[] {
  const seen: JoinGroupRequest[] = [];
  world.gate.intercept = (event) => {
    if (event.kind === JOIN_GROUP) seen.push(event.data as JoinGroupRequest);
    return false;
  };
  return seen;
}

describe('cooperative members', () => {
  it('[KAFKA-CLIENT-36] keep what is not taken away; what is moves in a second rebalance', () => {
    const world = desk(6);
    const a = diligent(world, 'a', COOPERATIVE);
    const b = diligent(world, 'b', COOPERATIVE);
    world.start(a.id, 10 * MS);
    world.pass(1 * S);
    expect(ownedBy(a)).toEqual([0, 1, 2, 3, 4, 5]);
    world.start(b.id, 1 * S);
    world.pass(20 * S);
    expect(ownedBy(a)).toEqual([0, 1, 2]);
    expect(ownedBy(b)).toEqual([3, 4, 5]);
    expect(revoked(world)).toEqual([3, 4, 5].map((partition) => [partition, a.id, 2]));
    const taken = world.rows('assign').filter(({ d }) => d === b.id);
    expect(taken.map(({ c, e }) => [c, e])).toEqual([3, 4, 5].map((partition) => [partition, 3]));
    expect(a.consumer?.state.member.generation).toBe(3);
  });

  it('[KAFKA-CLIENT-36] need no second rebalance where a member leaves', () => {
    const world = desk(6);
    const a = diligent(world, 'a', COOPERATIVE);
    const b = diligent(world, 'b', COOPERATIVE);
    world.start(a.id, 10 * MS);
    world.start(b.id, 1 * S);
    world.pass(20 * S);
    world.turn(b, (ctx) => b.consumer?.close(ctx));
    world.pass(40 * S);
    expect(ownedBy(a)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(a.consumer?.state.member.generation).toBe(4);
  });

  it('[KAFKA-CLIENT-36] go on returning records while the others have yet to join', () => {
    const world = desk(2);
    const a = diligent(world, 'a', COOPERATIVE);
    const slow = world.member('b', { ...MANUAL, ...COOPERATIVE });
    slow.onReady = (ctx) => void slow.take(ctx);
    world.start(a.id, 10 * MS);
    world.start(slow.id, 20 * MS);
    world.pass(10 * S);
    expect([ownedBy(a), ownedBy(slow)]).toEqual([[0], [1]]);
    world.fill(10_000, numbers(40));
    world.pass(11 * S);
    // the slow one holds a record of the poll that it is at; a third joins, and waits for it
    world.start(diligent(world, 'c', COOPERATIVE).id, 11 * S);
    world.pass(16 * S);
    expect(a.consumer?.state.member.state).toBe('preparing_rebalance');
    const before = a.delivered.length;
    world.fill(16_000, numbers(40));
    world.pass(17 * S);
    expect(a.consumer?.state.member.state).toBe('preparing_rebalance');
    expect(a.delivered.length).toBeGreaterThan(before);
  });

  it('[KAFKA-CLIENT-38] read what came while the program worked in their next poll', () => {
    const world = desk(2);
    const a = diligent(world, 'a', COOPERATIVE);
    const slow = world.member('b', { ...MANUAL, ...COOPERATIVE });
    slow.onReady = (ctx) => void slow.take(ctx);
    world.start(a.id, 10 * MS);
    world.start(slow.id, 20 * MS);
    world.fill(10_000, numbers(40));
    world.pass(11 * S);
    const c = diligent(world, 'c', COOPERATIVE);
    world.start(c.id, 11 * S);
    world.pass(16 * S);
    // it has joined, is given records all the same and stays at the first
    a.onReady = (ctx) => void a.take(ctx);
    world.fill(16_000, numbers(40));
    world.pass(17 * S);
    expect(a.consumer?.state.member.unread).toBeNull();
    world.turn(slow, (ctx) => slow.drain(ctx));
    world.pass(18 * S);
    expect(a.consumer?.state.member.unread?.of).toBe('join');
    expect(a.consumer?.state.member.state).toBe('preparing_rebalance');
    slow.onReady = (ctx) => slow.drain(ctx);
    a.onReady = (ctx) => a.drain(ctx);
    world.turn(a, (ctx) => a.drain(ctx));
    world.pass(30 * S);
    expect(a.consumer?.state.member.unread).toBeNull();
    expect([a, slow, c].flatMap(ownedBy).sort()).toEqual([0, 1]);
  });

  it('[KAFKA-CLIENT-37] say what they keep and which generation they come from', () => {
    const world = desk(2);
    const seen = joins(world);
    const a = diligent(world, 'a', COOPERATIVE);
    world.start(a.id, 10 * MS);
    world.pass(1 * S);
    world.start(diligent(world, 'b', COOPERATIVE).id, 1 * S);
    world.pass(20 * S);
    const said = seen.filter(({ clientId }) => clientId === 'a').map(({ protocols }) => protocols[0]);
    expect(said.map((one) => [one?.owned, one?.generation])).toEqual([
      [[], undefined],
      [[], undefined],
      [[0, 1], 1],
      [[0], 2],
    ]);
  });
});

describe('eager members', () => {
  it('[KAFKA-CLIENT-39] of the default list work by range', () => {
    const world = desk(4);
    const seen = joins(world);
    const a = diligent(world, 'a');
    const b = diligent(world, 'b');
    world.start(a.id, 10 * MS);
    world.start(b.id, 1 * S);
    world.pass(20 * S);
    expect(seen[0]?.protocols.map(({ name }) => name)).toEqual(['range', 'cooperative-sticky']);
    expect(a.consumer?.state.member.protocol).toBe('range');
    expect(revoked(world)).toHaveLength(4);
    expect([ownedBy(a), ownedBy(b)]).toEqual([
      [0, 1],
      [2, 3],
    ]);
  });

  it('[KAFKA-CLIENT-37] that are sticky give everything up and get back what they had', () => {
    const world = desk(5);
    const seen = joins(world);
    const members = ['a', 'b', 'c'].map((name) => diligent(world, name, STICKY));
    members.forEach(({ id }, i) => world.start(id, i * 8 * S + 10 * MS));
    world.pass(16 * S);
    const before = members.map(ownedBy);
    world.pass(30 * S);
    members.slice(0, 2).forEach((member, i) => {
      expect(ownedBy(member).every((row) => before[i]?.includes(row))).toBe(true);
    });
    expect(members.flatMap(ownedBy).sort()).toEqual([0, 1, 2, 3, 4]);
    const last = seen.filter(({ clientId }) => clientId === 'a').at(-1)?.protocols[0];
    expect(last?.owned).toEqual([]);
    expect(last?.userData).toEqual({ partitions: before[0], generation: 2 });
    expect(world.rows('revoke').every(({ f }) => nameOf(world.catalog.names, f) === 'rebalance')).toBe(true);
  });
});
