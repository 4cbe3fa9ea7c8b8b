import { describe, expect, it } from 'vitest';
import { clone, difference } from '#sim/base/clone.ts';
import { nameOf } from '#sim/base/names.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { groupState } from '#sim/brokers/kafka/group.ts';
import type { KindName } from '#sim/trace/vocabulary.ts';
import { brokerWorld, ROUND_TRIP, type BrokerWorld } from './broker-world.ts';

const SECOND = 1_000_000;
const { JOIN_GROUP, SYNC_GROUP, HEARTBEAT, LEAVE_GROUP, OFFSET_COMMIT, OFFSET_FETCH } = protocol;

/** What a client knows of its membership. */
interface Client {
  readonly entity: number;
  readonly name: string;
  id: string;
  generation: number;
}

class GroupWorld {
  readonly world: BrokerWorld;

  constructor(changed: Parameters<typeof brokerWorld>[0] = {}) {
    this.world = brokerWorld({ initialRebalanceDelay: 0, ...changed });
  }

  client(name: string): Client {
    return { entity: this.world.client(name), name, id: '', generation: -1 };
  }

  joinRequest(client: Client, more: Partial<protocol.JoinGroupRequest> = {}): protocol.JoinGroupRequest {
    return {
      group: 'g',
      memberId: client.id,
      groupInstanceId: null,
      clientId: client.name,
      entity: client.entity,
      sessionTimeout: 10 * SECOND,
      rebalanceTimeout: 60 * SECOND,
      protocols: [{ name: 'range', topics: ['t'] }],
      ...more,
    };
  }

  /** Joins with the id that it is given on the way; the answer may still be to come. */
  join(client: Client, more: Partial<protocol.JoinGroupRequest> = {}): number {
    if (client.id === '' && (more.groupInstanceId ?? null) === null) {
      const { entity } = client;
      const request = this.joinRequest(client, more);
      client.id = this.world.answer<protocol.JoinGroupResponse>(entity, JOIN_GROUP, request).memberId;
    }
    const correlation = this.world.ask(client.entity, JOIN_GROUP, this.joinRequest(client, more));
    this.pass(2 * ROUND_TRIP);
    return correlation;
  }

  joined(client: Client, correlation: number): protocol.JoinGroupResponse | undefined {
    const response = this.world.heard(client.entity, correlation)?.data as
      protocol.JoinGroupResponse | undefined;
    if (response?.error === 'NONE') {
      client.id = response.memberId;
      client.generation = response.generation;
    }
    return response;
  }

  identity(client: Client): protocol.HeartbeatRequest {
    return { group: 'g', memberId: client.id, groupInstanceId: null, generation: client.generation };
  }

  sync(
    client: Client,
    assignments: protocol.SyncGroupRequest['assignments'] = [],
  ): protocol.SyncGroupResponse {
    return this.world.answer(client.entity, SYNC_GROUP, { ...this.identity(client), assignments });
  }

  heartbeat(client: Client): string {
    return this.world.answer<protocol.ErrorResponse>(client.entity, HEARTBEAT, this.identity(client)).error;
  }

  commit(client: Client, offset: number, more: Partial<protocol.OffsetCommitRequest> = {}): string {
    const request: protocol.OffsetCommitRequest = {
      ...this.identity(client),
      entity: client.entity,
      offsets: [{ partition: 0, offset }],
      ...more,
    };
    return this.world.answer<protocol.ErrorResponse>(client.entity, OFFSET_COMMIT, request).error;
  }

  committed(client: Client): number {
    const request = { group: 'g', partitions: [0] };
    const { offsets } = this.world.answer<protocol.OffsetFetchResponse>(client.entity, OFFSET_FETCH, request);
    return offsets[0]?.offset ?? -2;
  }

  /** A Stable group of one. */
  stable(name = 'a'): Client {
    const client = this.client(name);
    this.joined(client, this.join(client));
    this.sync(client, [{ memberId: client.id, partitions: [0, 1] }]);
    return client;
  }

  pass(time: number): void {
    this.world.pass(time);
  }

  state(): string | undefined {
    const group = this.world.broker.state.groups.get('g');
    return group === undefined ? undefined : groupState(group);
  }

  get generation(): number | undefined {
    return this.world.broker.state.groups.get('g')?.generation;
  }

  busy(): boolean {
    return this.world.broker.busy(this.world.kernel.now);
  }

  /** A record's names in these fields. */
  told(kind: KindName, ...fields: ('a' | 'b' | 'c' | 'd' | 'e')[]): string[] {
    const { names } = this.world.catalog;
    return this.world.rows(kind).map((row) => fields.map((field) => nameOf(names, row[field])).join(' '));
  }
}

describe('joining', () => {
  it('[KAFKA-GROUP-1] hands ids out that are never used twice', () => {
    const world = new GroupWorld();
    const ids = ['a', 'b', 'a'].map((name) => {
      const client = world.client(name);
      world.join(client);
      return client.id;
    });
    expect(ids).toEqual(['a-1', 'b-1', 'a-2']);
  });

  it('[KAFKA-GROUP-16] refuses session timeouts out of bounds and the empty group (gx-01, gx-02)', () => {
    const world = new GroupWorld();
    const client = world.client('a');
    const ask = (more: Partial<protocol.JoinGroupRequest>): string =>
      world.world.answer<protocol.JoinGroupResponse>(
        client.entity,
        JOIN_GROUP,
        world.joinRequest(client, more),
      ).error;
    expect(ask({ sessionTimeout: 5_999_000 })).toBe('INVALID_SESSION_TIMEOUT');
    expect(ask({ sessionTimeout: 1_800_001_000 })).toBe('INVALID_SESSION_TIMEOUT');
    expect(ask({ sessionTimeout: 6_000_000 })).toBe('MEMBER_ID_REQUIRED');
    expect(ask({ group: '' })).toBe('INVALID_GROUP_ID');
    expect(ask({ group: 'elsewhere' })).toBe('NOT_COORDINATOR');
    expect(ask({ memberId: 'stranger', group: 'none' })).toBe('UNKNOWN_MEMBER_ID');
  });

  it('[KAFKA-GROUP-3] a member that comes during the initial delay adds a whole period at its end', () => {
    const world = new GroupWorld({ initialRebalanceDelay: 3 * SECOND });
    const a = world.client('a');
    const b = world.client('b');
    const first = world.join(a);
    world.pass(2 * SECOND);
    world.join(b);
    const began = world.world.broker.state.groups.get('g')?.machine.timers.size;
    expect(began).toBe(1);
    world.world.run(5.9 * SECOND);
    expect(world.state()).toBe('PreparingRebalance');
    world.world.run(6.1 * SECOND);
    expect(world.state()).toBe('CompletingRebalance');
    expect(world.joined(a, first)?.members).toHaveLength(2);
  });

  it('[KAFKA-GROUP-9] the most votes among the protocols that all support win, whoever leads', () => {
    const world = new GroupWorld({ initialRebalanceDelay: 3 * SECOND });
    const protocols = (...names: string[]): Partial<protocol.JoinGroupRequest> => ({
      protocols: names.map((name) => ({ name, topics: ['t'] })),
    });
    const [a, b, c] = [world.client('a'), world.client('b'), world.client('c')];
    const first = world.join(a, protocols('sticky', 'range', 'roundrobin'));
    world.join(b, protocols('range', 'sticky'));
    world.join(c, protocols('range', 'sticky'));
    world.world.run(10 * SECOND);
    expect(world.joined(a, first)).toMatchObject({ error: 'NONE', protocol: 'range', leader: a.id });
  });

  it('[KAFKA-GROUP-7] members that only heartbeat are out after the rebalance timeout, parked ones do not expire', () => {
    const world = new GroupWorld();
    const a = world.stable();
    const b = world.client('b');
    const waiting = world.join(b);
    for (let i = 0; i < 59; i += 1) {
      world.pass(SECOND - ROUND_TRIP);
      expect(world.heartbeat(a)).toBe('REBALANCE_IN_PROGRESS');
    }
    expect(world.world.heard(b.entity, waiting)).toBeUndefined();
    world.pass(2 * SECOND);
    expect(world.joined(b, waiting)).toMatchObject({ error: 'NONE', leader: b.id, generation: 2 });
    expect(world.heartbeat(a)).toBe('UNKNOWN_MEMBER_ID');
    expect(world.told('member', 'c')).toEqual(['joined', 'joined', 'evicted']);
  });

  it('[KAFKA-GROUP-5] the first join of a new member is given up after five minutes', () => {
    const world = new GroupWorld();
    const patient = { rebalanceTimeout: 900 * SECOND };
    const a = world.client('a');
    world.joined(a, world.join(a, patient));
    world.sync(a);
    const b = world.client('b');
    const waiting = world.join(b, patient);
    for (let i = 0; i < 299; i += 1) {
      world.pass(SECOND - ROUND_TRIP);
      world.heartbeat(a);
    }
    expect(world.world.heard(b.entity, waiting)).toBeUndefined();
    world.pass(2 * SECOND);
    expect(world.joined(b, waiting)?.error).toBe('UNKNOWN_MEMBER_ID');
    expect(world.told('member', 'c')).toEqual(['joined', 'joined', 'expired']);
  });

  it('[KAFKA-GROUP-13] a static leader comes back: no rebalance, same assignment, and it must not assign', () => {
    const world = new GroupWorld();
    const old = world.client('a');
    const instance = { groupInstanceId: 'i' };
    world.joined(old, world.join(old, instance));
    world.world.answer(old.entity, SYNC_GROUP, {
      ...world.identity(old),
      ...instance,
      assignments: [{ memberId: old.id, partitions: [1] }],
    });
    const back = world.client('a again');
    const response = world.joined(back, world.join(back, instance));
    expect(response).toMatchObject({ error: 'NONE', generation: 1, leader: back.id, skipAssignment: true });
    const sync = { ...world.identity(back), ...instance, assignments: [] };
    expect(world.world.answer(back.entity, SYNC_GROUP, sync)).toEqual({ error: 'NONE', partitions: [1] });
    const late = { ...world.identity(old), ...instance };
    expect(world.world.answer(old.entity, HEARTBEAT, late)).toEqual({ error: 'FENCED_INSTANCE_ID' });
    expect(world.told('member', 'c', 'e')).toEqual(['joined -', 'fenced FENCED_INSTANCE_ID', 'rejoined -']);
  });
});

describe('the states of a group', () => {
  it('[KAFKA-GROUP-2] are recorded as they change', () => {
    const world = new GroupWorld();
    const a = world.stable();
    world.world.answer(a.entity, LEAVE_GROUP, world.identity(a));
    expect(world.told('machine', 'b', 'c', 'd')).toEqual([
      '- init Empty',
      'Empty REBALANCE PreparingRebalance.InitialDelay',
      'PreparingRebalance.InitialDelay JOINED CompletingRebalance',
      'CompletingRebalance ASSIGNED Stable',
      'Stable REBALANCE PreparingRebalance.AwaitingJoins',
      'PreparingRebalance.AwaitingJoins JOINED Empty',
    ]);
    expect(world.generation).toBe(2);
  });

  it('[KAFKA-GROUP-11] a follower that never syncs is out after the rebalance timeout, though it heartbeats', () => {
    const world = new GroupWorld({ initialRebalanceDelay: 3 * SECOND });
    const [a, b] = [world.client('a'), world.client('b')];
    const joins = [world.join(a), world.join(b)] as const;
    world.world.run(10 * SECOND);
    world.joined(a, joins[0]);
    world.joined(b, joins[1]);
    world.sync(a, [{ memberId: a.id, partitions: [0] }]);
    for (let i = 0; i < 58; i += 1) {
      world.pass(SECOND - 2 * ROUND_TRIP);
      expect([world.heartbeat(a), world.heartbeat(b)]).toEqual(['NONE', 'NONE']);
    }
    world.pass(5 * SECOND);
    expect(world.heartbeat(b)).toBe('UNKNOWN_MEMBER_ID');
    expect(world.heartbeat(a)).toBe('REBALANCE_IN_PROGRESS');
  });

  it('[KAFKA-GROUP-4] an expiry is caused by the last thing that was heard', () => {
    const world = new GroupWorld();
    const a = world.stable();
    world.pass(4 * SECOND);
    world.heartbeat(a);
    const heard = world.world.kernel.now;
    world.world.run(60 * SECOND);
    const [expired] = world.world
      .rows('member')
      .filter(({ c }) => nameOf(world.world.catalog.names, c) === 'expired');
    expect(expired?.at).toBe(heard + 10 * SECOND - ROUND_TRIP / 2);
    const cause = world.world.rows('send').find(({ seq }) => seq === expired?.cause);
    expect(cause).toMatchObject({ entity: a.entity, b: HEARTBEAT });
  });

  it('[KAFKA-GROUP-6] accepted commits keep a session as heartbeats do', () => {
    const world = new GroupWorld();
    const a = world.stable();
    for (let i = 0; i < 5; i += 1) {
      world.pass(8 * SECOND);
      expect(world.commit(a, i)).toBe('NONE');
    }
  });
});

describe('commits', () => {
  it('[KAFKA-GROUP-19] are stored as given: backwards, past the end, last one wins', () => {
    const world = new GroupWorld();
    const a = world.stable();
    for (const offset of [3, 1, 50]) {
      expect(world.commit(a, offset)).toBe('NONE');
      expect(world.committed(a)).toBe(offset);
    }
    const [first] = world.world.rows('commit');
    expect(first).toMatchObject({ c: 0, d: 3, e: a.entity, f: 1 });
    const request = { group: 'g', partitions: [0, 1] };
    const { offsets } = world.world.answer<protocol.OffsetFetchResponse>(a.entity, OFFSET_FETCH, request);
    expect(offsets).toEqual([
      { partition: 0, offset: 50, committed: world.world.rows('commit').at(-1)?.seq },
      { partition: 1, offset: -1, committed: -1 },
    ]);
  });

  it('[KAFKA-GROUP-19] of an expired member are refused and recorded with the reason', () => {
    const world = new GroupWorld();
    const a = world.stable();
    world.commit(a, 1);
    world.pass(30 * SECOND);
    expect(world.commit(a, 2)).toBe('UNKNOWN_MEMBER_ID');
    expect(world.committed(a)).toBe(1);
    expect(world.told('commitRefused', 'a', 'b')).toEqual(['g UNKNOWN_MEMBER_ID']);
    expect(world.world.rows('commitRefused')[0]).toMatchObject({ c: a.entity, d: 1, e: 2 });
  });

  it('[KAFKA-GROUP-19] by state: the old generation passes while a rebalance is prepared, the new one not yet (of-20)', () => {
    const world = new GroupWorld();
    const a = world.stable();
    const b = world.client('b');
    const waiting = world.join(b);
    expect(world.state()).toBe('PreparingRebalance');
    expect(world.commit(a, 1)).toBe('NONE');
    const again = world.join(a);
    world.joined(a, again);
    world.joined(b, waiting);
    expect(world.state()).toBe('CompletingRebalance');
    expect(world.commit(b, 2)).toBe('REBALANCE_IN_PROGRESS');
    expect(world.commit({ ...a, generation: 1 }, 2)).toBe('ILLEGAL_GENERATION');
    expect(world.committed(a)).toBe(1);
  });

  it('[KAFKA-GROUP-20] from outside of any generation pass only while nobody is a member (of-34)', () => {
    const world = new GroupWorld();
    const loner = world.client('loner');
    expect(world.commit(loner, 1)).toBe('NONE');
    expect(world.committed(loner)).toBe(1);
    const a = world.stable();
    expect(world.commit(loner, 2)).toBe('UNKNOWN_MEMBER_ID');
    expect(world.commit(loner, 2, { group: 'none', generation: 4 })).toBe('GROUP_ID_NOT_FOUND');
    expect(world.committed(a)).toBe(1);
  });
});

describe('what stays', () => {
  it('[KAFKA-GROUP-8] the first member leads; when it goes, the longest-standing other does', () => {
    const world = new GroupWorld();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => world.client(name)) as [Client, Client, Client];
    const first = world.join(a);
    world.joined(a, first);
    const waiting = [world.join(b), world.join(c)];
    world.joined(a, world.join(a));
    for (const [i, one] of [b, c].entries()) world.joined(one, waiting[i] ?? -1);
    const leader = () => world.world.broker.state.groups.get('g')?.leader;
    expect(leader()).toBe(a.id);
    world.world.answer(a.entity, protocol.LEAVE_GROUP, world.identity(a));
    const again = [world.join(b), world.join(c)];
    for (const [i, one] of [b, c].entries()) world.joined(one, again[i] ?? -1);
    expect(leader()).toBe(b.id);
  });

  it('[KAFKA-GROUP-21] committed offsets do, however long nobody is a member', () => {
    const world = new GroupWorld();
    const loner = world.client('loner');
    expect(world.commit(loner, 3)).toBe('NONE');
    world.pass(8 * 24 * 3600 * SECOND);
    expect(world.committed(loner)).toBe(3);
  });
});

describe('a coordinator that dies', () => {
  it('[KAFKA-GROUP-22] comes back with groups and offsets as last stored, and lets living members go on', () => {
    const world = new GroupWorld();
    const a = world.stable();
    world.commit(a, 7);
    world.world.hosts.crash(world.world.node, 'test', 0);
    expect(world.world.answer(a.entity, HEARTBEAT, world.identity(a))).toBeUndefined();
    world.world.hosts.start(world.world.node, 'test');
    world.pass(ROUND_TRIP);
    expect(world.busy()).toBe(true);
    expect(world.heartbeat(a)).toBe('NONE');
    expect(world.busy()).toBe(false);
    expect(world.committed(a)).toBe(7);
    expect(world.sync(a)).toEqual({ error: 'NONE', partitions: [0, 1] });
    expect(world.told('machine', 'b', 'c', 'd').at(-1)).toBe('- load Stable');
  });

  it('[KAFKA-GROUP-22] forgets a rebalance that was going on', () => {
    const world = new GroupWorld();
    const a = world.stable();
    const b = world.client('b');
    world.join(b);
    expect(world.state()).toBe('PreparingRebalance');
    world.world.hosts.crash(world.world.node, 'test', 0);
    world.world.hosts.start(world.world.node, 'test');
    world.pass(ROUND_TRIP);
    expect([world.state(), world.generation]).toEqual(['Stable', 1]);
    expect(world.heartbeat(a)).toBe('NONE');
    const retry = world.world.answer<protocol.JoinGroupResponse>(b.entity, JOIN_GROUP, world.joinRequest(b));
    expect(retry.error).toBe('UNKNOWN_MEMBER_ID');
  });

  it('[KAFKA-GROUP-22] gives members that died meanwhile a whole session', () => {
    const world = new GroupWorld();
    const a = world.stable();
    world.world.hosts.crash(world.world.node, 'test', 0);
    world.world.hosts.crash(a.entity, 'test', 0);
    world.world.hosts.start(world.world.node, 'test');
    const back = world.world.kernel.now;
    world.world.run(back + 9.9 * SECOND);
    expect([world.state(), world.busy()]).toEqual(['Stable', true]);
    world.world.run(back + 10.1 * SECOND);
    expect([world.state(), world.busy()]).toEqual(['Empty', false]);
  });
});

describe('a member that dies', () => {
  it('stays a member until its session ends, and the broker is busy until then', () => {
    const world = new GroupWorld();
    const a = world.stable();
    expect(world.busy()).toBe(false);
    world.world.hosts.crash(a.entity, 'test', 0);
    world.pass(5 * SECOND);
    expect([world.state(), world.busy()]).toEqual(['Stable', true]);
    world.pass(6 * SECOND);
    expect([world.state(), world.busy()]).toEqual(['Empty', false]);
  });

  it('is not answered in its next life for what it asked in the last one', () => {
    const world = new GroupWorld();
    world.stable();
    const b = world.client('b');
    const waiting = world.join(b);
    world.world.hosts.crash(b.entity, 'test', 0);
    world.world.hosts.start(b.entity, 'test');
    world.pass(120 * SECOND);
    expect(world.world.heard(b.entity, waiting)).toBeUndefined();
  });
});

describe('the coordinator as plain data', () => {
  it('goes on from a copy of its state as from the state itself', () => {
    const world = new GroupWorld();
    const a = world.stable();
    world.join(world.client('b'));
    const copy = clone(world.world.broker.state);
    expect(difference(copy, world.world.broker.state)).toBeNull();
    const again = world.join(a);
    const answered = world.joined(a, again);
    world.world.broker.state = copy;
    const once = world.join(a);
    expect({ ...world.joined(a, once) }).toEqual({ ...answered });
  });

  it('[KAFKA-GROUP-18] several members leave at once and the group rebalances once', () => {
    const world = new GroupWorld({ initialRebalanceDelay: 3 * SECOND });
    const clients = ['a', 'b', 'c'].map((name) => world.client(name));
    const joins = clients.map((client) => world.join(client));
    world.world.run(10 * SECOND);
    clients.forEach((client, i) => world.joined(client, joins[i] as number));
    const [a, b, c] = clients as [Client, Client, Client];
    for (const client of clients) world.sync(client);
    const request = {
      ...world.identity(a),
      members: [b.id, 'stranger', c.id].map((memberId) => ({ memberId, groupInstanceId: null })),
    };
    expect(world.world.answer(a.entity, LEAVE_GROUP, request)).toEqual({
      error: 'NONE',
      members: [
        { memberId: b.id, error: 'NONE' },
        { memberId: 'stranger', error: 'UNKNOWN_MEMBER_ID' },
        { memberId: c.id, error: 'NONE' },
      ],
    });
    expect(world.told('machine', 'c').filter((event) => event === 'REBALANCE')).toHaveLength(2);
    expect(world.heartbeat(a)).toBe('REBALANCE_IN_PROGRESS');
  });
});
