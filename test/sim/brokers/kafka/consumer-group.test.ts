/** Groups of the new protocol, as the coordinator answers them; beside the recorded conversations c8-*. */
import { describe, expect, it } from 'vitest';
import { consumerGroupState } from '#sim/brokers/kafka/consumer-group.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import { brokerWorld, type BrokerWorld } from './broker-world.ts';

const S = 1_000_000;
type Request = Partial<protocol.ConsumerGroupHeartbeatRequest>;

function beat(world: BrokerWorld, client: number, request: Request): protocol.ConsumerGroupHeartbeatResponse {
  return world.answer(client, protocol.CONSUMER_GROUP_HEARTBEAT, {
    group: 'g',
    memberId: 'a',
    memberEpoch: 0,
    groupInstanceId: null,
    clientId: 'c',
    entity: client,
    ...request,
  });
}

const joining: Request = {
  memberEpoch: 0,
  rebalanceTimeout: 30 * S,
  topics: ['t'],
  owned: [],
  serverAssignor: 'range',
};

function group(world: BrokerWorld) {
  const found = world.broker.state.consumerGroups.get('g');
  if (found === undefined) throw new Error('no such group');
  return found;
}

/** `a` has both partitions, then `b` joins. */
function pair(world: BrokerWorld): [a: number, b: number] {
  const [a, b] = [world.client('a'), world.client('b')];
  beat(world, a, joining);
  beat(world, a, { memberEpoch: 1, owned: [0, 1] });
  expect(beat(world, b, { ...joining, memberId: 'b' })).toMatchObject({ memberEpoch: 2, assignment: [] });
  return [a, b];
}

function commit(world: BrokerWorld, client: number, memberId: string, generation: number): string {
  const answer = world.answer<protocol.ErrorResponse>(client, protocol.OFFSET_COMMIT, {
    group: 'g',
    memberId,
    groupInstanceId: null,
    generation,
    entity: client,
    offsets: [{ partition: 0, offset: 5 }],
  });
  return answer.error;
}

describe('consumer groups', () => {
  it('[KAFKA-CONSUMERGROUP-1] a join is answered with epoch, interval and assignment; -1 leaves', () => {
    const world = brokerWorld();
    const a = world.client('a');
    expect(beat(world, a, joining)).toEqual({
      error: 'NONE',
      memberId: 'a',
      memberEpoch: 1,
      heartbeatInterval: 5 * S,
      assignment: [0, 1],
    });
    expect(beat(world, a, { memberEpoch: -1 })).toMatchObject({ error: 'NONE', memberEpoch: -1 });
    expect(group(world).members.size).toBe(0);
    const named = beat(world, a, { ...joining, memberId: '' });
    expect(named.memberId).toMatch(/^c-\d+$/);
  });

  it('[KAFKA-CONSUMERGROUP-2] the state follows from the epochs (gx-05)', () => {
    const world = brokerWorld();
    const [a, b] = pair(world);
    const states = [consumerGroupState(group(world))];
    beat(world, a, { memberEpoch: 1 });
    beat(world, a, { memberEpoch: 1, owned: [0] });
    beat(world, b, { memberId: 'b', memberEpoch: 2 });
    states.push(consumerGroupState(group(world)));
    beat(world, b, { memberId: 'b', memberEpoch: -1 });
    states.push(consumerGroupState(group(world)));
    beat(world, a, { memberEpoch: -1 });
    states.push(consumerGroupState(group(world)));
    expect(states).toEqual(['Reconciling', 'Stable', 'Assigning', 'Empty']);
  });

  it('[KAFKA-CONSUMERGROUP-3] only another subscription raises the epoch, not its order', () => {
    const world = brokerWorld();
    const a = world.client('a');
    beat(world, a, { ...joining, topics: ['t', 'far'] });
    expect(beat(world, a, { memberEpoch: 1, topics: ['far', 't'] }).memberEpoch).toBe(1);
    expect(beat(world, a, { memberEpoch: 1, topics: ['t'], owned: [0, 1, 2] })).toMatchObject({
      memberEpoch: 1,
      assignment: [0, 1],
    });
    expect(group(world).epoch).toBe(2);
  });

  it('[KAFKA-CONSUMERGROUP-4] most votes choose the assignor; it must be one of the configured', () => {
    const world = brokerWorld();
    const a = world.client('a');
    const refused = beat(world, a, { ...joining, serverAssignor: 'sticky' });
    expect(refused.error).toBe('UNSUPPORTED_ASSIGNOR');
    expect(world.broker.state.consumerGroups.has('g')).toBe(false);
    expect(beat(world, a, { ...joining, serverAssignor: 'uniform' }).assignment).toEqual([0, 1]);
  });

  it('[KAFKA-CONSUMERGROUP-6] [KAFKA-CONSUMERGROUP-8] a partition goes over only when its owner no longer reports it; nobody else waits', () => {
    const world = brokerWorld();
    const [a, b] = pair(world);
    expect(group(world).members.get('b')?.state).toBe('UNRELEASED_PARTITIONS');
    expect(beat(world, b, { memberId: 'b', memberEpoch: 2 }).assignment).toBeNull();
    expect(beat(world, a, { memberEpoch: 1 }).assignment).toEqual([0]);
    expect(group(world).members.get('a')).toMatchObject({ state: 'UNREVOKED_PARTITIONS', epoch: 1 });
    expect(beat(world, a, { memberEpoch: 1, owned: [0, 1] })).toMatchObject({
      memberEpoch: 1,
      assignment: null,
    });
    expect(beat(world, b, { memberId: 'b', memberEpoch: 2 }).assignment).toBeNull();
    expect(beat(world, a, { memberEpoch: 1, owned: [0] }).memberEpoch).toBe(2);
    expect(beat(world, b, { memberId: 'b', memberEpoch: 2 }).assignment).toEqual([1]);
  });

  it('[KAFKA-CONSUMERGROUP-5] who says everything anew is told everything anew', () => {
    const world = brokerWorld();
    const a = world.client('a');
    beat(world, a, joining);
    expect(beat(world, a, { memberEpoch: 1, owned: [0, 1] }).assignment).toBeNull();
    const full = { memberEpoch: 1, owned: [0, 1], topics: ['t'], rebalanceTimeout: 30 * S };
    expect(beat(world, a, full).assignment).toEqual([0, 1]);
  });

  it('[KAFKA-CONSUMERGROUP-7] [KAFKA-CONSUMERGROUP-9] the rebalance timeout evicts, the session expires', () => {
    const world = brokerWorld();
    const [a, b] = pair(world);
    beat(world, a, { memberEpoch: 1 });
    world.pass(20 * S);
    beat(world, a, { memberEpoch: 1 });
    beat(world, b, { memberId: 'b', memberEpoch: 2 });
    world.pass(11 * S);
    expect([...group(world).members.keys()]).toEqual(['b']);
    expect(beat(world, a, { memberEpoch: 1 }).error).toBe('UNKNOWN_MEMBER_ID');
    expect(beat(world, b, { memberId: 'b', memberEpoch: 2 })).toMatchObject({
      memberEpoch: 3,
      assignment: [0, 1],
    });
    world.pass(44 * S);
    expect(group(world).members.size).toBe(1);
    world.pass(2 * S);
    expect(group(world).members.size).toBe(0);
  });

  it('[KAFKA-CONSUMERGROUP-10] the epoch before is good with a subset of what it has, else it is fenced', () => {
    const world = brokerWorld();
    const [a] = pair(world);
    beat(world, a, { memberEpoch: 1 });
    beat(world, a, { memberEpoch: 1, owned: [0] });
    expect(beat(world, a, { memberEpoch: 1, owned: [0] })).toMatchObject({ error: 'NONE', memberEpoch: 2 });
    expect(beat(world, a, { memberEpoch: 1, owned: [0, 1] }).error).toBe('FENCED_MEMBER_EPOCH');
    expect(beat(world, a, { memberEpoch: 1 }).error).toBe('FENCED_MEMBER_EPOCH');
    expect(beat(world, a, { memberEpoch: 3 }).error).toBe('FENCED_MEMBER_EPOCH');
    expect(beat(world, a, { ...joining, owned: [0] }).error).toBe('INVALID_REQUEST');
    expect(beat(world, a, { memberEpoch: -3 }).error).toBe('INVALID_REQUEST');
    expect(beat(world, a, { memberId: 'nobody', memberEpoch: 2 }).error).toBe('UNKNOWN_MEMBER_ID');
  });

  it('[KAFKA-CONSUMERGROUP-11] a static member that says it will be back keeps its partitions for the next process', () => {
    const world = brokerWorld();
    const a = world.client('a');
    beat(world, a, { ...joining, groupInstanceId: 'i' });
    const second: Request = { ...joining, memberId: 'a2', groupInstanceId: 'i' };
    expect(beat(world, a, second).error).toBe('UNRELEASED_INSTANCE_ID');
    expect(beat(world, a, { memberEpoch: -2, groupInstanceId: 'i' }).memberEpoch).toBe(-2);
    expect(consumerGroupState(group(world))).toBe('Reconciling');
    expect(beat(world, a, second)).toMatchObject({ error: 'NONE', memberEpoch: 1, assignment: [0, 1] });
    expect(group(world)).toMatchObject({ epoch: 1, targetEpoch: 1 });
    expect(beat(world, a, { memberEpoch: 1, groupInstanceId: 'i' }).error).toBe('FENCED_INSTANCE_ID');
    expect(beat(world, a, { memberEpoch: 1, groupInstanceId: 'j' }).error).toBe('UNKNOWN_MEMBER_ID');
    expect(consumerGroupState(group(world))).toBe('Stable');
  });

  it('[KAFKA-CONSUMERGROUP-12] a commit needs the present epoch, in whatever state the group is', () => {
    const world = brokerWorld();
    const [a, b] = pair(world);
    expect(commit(world, a, 'a', 1)).toBe('NONE');
    expect(commit(world, b, 'b', 1)).toBe('STALE_MEMBER_EPOCH');
    expect(commit(world, b, 'b', -1)).toBe('STALE_MEMBER_EPOCH');
    expect(commit(world, b, 'nobody', 1)).toBe('UNKNOWN_MEMBER_ID');
    const ask = (memberEpoch: number) =>
      world.answer<protocol.OffsetFetchResponse>(a, protocol.OFFSET_FETCH, {
        group: 'g',
        memberId: 'a',
        memberEpoch,
        partitions: [0],
      });
    expect(ask(0).error).toBe('STALE_MEMBER_EPOCH');
    expect(ask(1).offsets[0]?.offset).toBe(5);
  });

  it('[KAFKA-CONSUMERGROUP-13] a restarted coordinator has group, epochs and target, and waits a whole session', () => {
    const world = brokerWorld();
    const [a, b] = pair(world);
    beat(world, a, { memberEpoch: 1 });
    world.pass(5 * S);
    world.hosts.crash(world.node, 'power', 0);
    world.hosts.start(world.node, 'test');
    world.pass(S);
    expect(group(world).members.get('a')).toMatchObject({ state: 'UNREVOKED_PARTITIONS', epoch: 1 });
    expect(beat(world, a, { memberEpoch: 1, owned: [0] }).memberEpoch).toBe(2);
    world.pass(43 * S);
    expect(group(world).members.size).toBe(2);
    expect(beat(world, b, { memberId: 'b', memberEpoch: 2 }).assignment).toEqual([1]);
  });

  it('[KAFKA-CONSUMERGROUP-14] a name has a group of one protocol; an empty one gives way', () => {
    const world = brokerWorld();
    const a = world.client('a');
    expect(beat(world, a, { memberEpoch: 4 }).error).toBe('GROUP_ID_NOT_FOUND');
    beat(world, a, joining);
    const join = (memberId: string) =>
      world.answer<protocol.JoinGroupResponse>(a, protocol.JOIN_GROUP, {
        group: 'g',
        memberId,
        groupInstanceId: null,
        clientId: 'k',
        entity: a,
        sessionTimeout: 10 * S,
        rebalanceTimeout: 60 * S,
        protocols: [{ name: 'range', topics: ['t'] }],
      });
    expect(join('').error).toBe('INCONSISTENT_GROUP_PROTOCOL');
    expect(commit(world, a, 'a', 1)).toBe('NONE');
    beat(world, a, { memberEpoch: -1 });
    const handedOut = join('');
    expect(handedOut.error).toBe('MEMBER_ID_REQUIRED');
    expect(world.broker.state.consumerGroups.has('g')).toBe(false);
    const { offsets } = world.answer<protocol.OffsetFetchResponse>(a, protocol.OFFSET_FETCH, {
      group: 'g',
      partitions: [0],
    });
    expect(offsets[0]?.offset).toBe(5);
    expect(beat(world, a, joining).error).toBe('NONE');
  });

  it('[KAFKA-CONSUMERGROUP-15] group.consumer.max.size holds for newcomers only', () => {
    const world = brokerWorld({ consumerMaxGroupSize: 1 });
    const a = world.client('a');
    beat(world, a, joining);
    expect(beat(world, a, { ...joining, memberId: 'b' }).error).toBe('GROUP_MAX_SIZE_REACHED');
    expect(beat(world, a, { memberEpoch: 1 }).error).toBe('NONE');
  });
});
