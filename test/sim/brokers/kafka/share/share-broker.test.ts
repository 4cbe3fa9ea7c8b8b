/** Share groups as a broker answers them: membership, fetches that acquire, acknowledgements, locks, sessions, restarts. */
import { describe, expect, it } from 'vitest';
import { intern, nameOf } from '#sim/base/names.ts';
import { brokerSettings } from '#sim/brokers/kafka/broker-settings.ts';
import { resolveBrokerConfig } from '#sim/brokers/kafka/config.ts';
import type { Metadata } from '#sim/brokers/kafka/metadata.ts';
import { PRODUCE } from '#sim/brokers/kafka/protocol.ts';
import { KafkaShareBroker } from '#sim/brokers/kafka/share/kafka-share-broker.ts';
import * as protocol from '#sim/brokers/kafka/share/share-protocol.ts';
import type { ShareSettings } from '#sim/brokers/kafka/share/share-state.ts';
import { assignSimple } from '#sim/brokers/kafka/share/simple-assignor.ts';
import { RESET, START } from '#sim/kernel/entity.ts';
import { ORDINARY_CLASS } from '#sim/kernel/queue.ts';
import { addEvent, addMessage } from '#sim/messaging/catalog.ts';
import { Probe, smallWorld } from '../../../../support/small-world.ts';

const S = 1_000_000;
const ROUND_TRIP = 1000;
const usual = {
  lockDuration: 30 * S,
  sessionTimeout: 45 * S,
  heartbeatInterval: 5 * S,
  reset: 'earliest' as const,
};
const share: ShareSettings = { deliveries: 5, locks: 2000, maxGroupSize: 2, usual, groups: new Map() };

/** A node that leads the one partition of topic `t` (row 0) and coordinates every group but `elsewhere`. */
function shareWorld(settings: Partial<ShareSettings> = {}) {
  const world = smallWorld();
  const { kernel, catalog } = world;
  const node = kernel.entityCount;
  const topic = intern(catalog.names, 't');
  const metadata: Metadata = {
    partitions: [{ topic, topicName: 't', partition: 0, leader: node }],
    rowsOf: new Map([['t', [0]]]),
    nodes: [node, 999],
    coordinatorOf: (group) => (group === 'elsewhere' ? 999 : node),
  };
  const defaults = resolveBrokerConfig({}, '4.2');
  if (!defaults.ok) throw new Error('the defaults are in order');
  const parts = { catalog, metadata, node, settings: brokerSettings(defaults.value.values) };
  const broker = new KafkaShareBroker(parts, { ...share, ...settings });
  world.add(broker, 'kafka-1');
  kernel.tell(node, START);
  const clock = world.add(new Probe(), 'clock');
  const probes = new Map<number, Probe>();
  let correlations = 0;
  const ask = (client: number, kind: number, data: unknown): number => {
    correlations += 1;
    kernel.self = client;
    kernel.cause = -1;
    kernel.send(node, kind, correlations, 0, 0, 0, 0, data);
    return correlations;
  };
  const pass = (time: number): void => {
    const until = kernel.now + time;
    kernel.post(until, ORDINARY_CLASS, clock, clock, 20);
    world.run(until);
  };
  const heard = (client: number, correlation: number): unknown =>
    probes.get(client)?.state.heard.find(({ kind, a }) => kind >= 128 && a === correlation)?.data;
  const answer = <T>(client: number, kind: number, data: unknown): T => {
    const correlation = ask(client, kind, data);
    pass(ROUND_TRIP);
    return heard(client, correlation) as T;
  };
  return {
    ...world,
    broker,
    node,
    ask,
    pass,
    heard,
    answer,
    client(name: string): number {
      const probe = new Probe();
      const id = world.add(probe, name);
      probes.set(id, probe);
      return id;
    },
    /** Appends so many records, one batch. */
    produce(client: number, count: number): void {
      const mids = Int32Array.from({ length: count }, () =>
        addMessage(catalog, addEvent(catalog, intern(catalog.names, 'event'), 0, 1, -1, -1, -1), 0),
      );
      const batches = [{ partition: 0, mids, baseSequence: -1, bytes: 100 * count }];
      answer(client, PRODUCE, { acks: -1, producerId: -1, producerEpoch: -1, batches });
    },
    beat: (client: number, request: Partial<protocol.ShareGroupHeartbeatRequest>) =>
      answer<protocol.ShareGroupHeartbeatResponse>(client, protocol.SHARE_GROUP_HEARTBEAT, {
        group: 'g',
        memberId: `m${client}`,
        memberEpoch: 0,
        entity: client,
        ...request,
      }),
    request: (
      client: number,
      more: Partial<protocol.ShareFetchRequest> = {},
    ): protocol.ShareFetchRequest => ({
      group: 'g',
      memberId: `m${client}`,
      entity: client,
      acknowledgements: [],
      maxWait: 500_000,
      minBytes: 1,
      maxBytes: 50_000_000,
      maxRecords: 500,
      batchSize: 500,
      strict: true,
      partitions: [0],
      ...more,
    }),
    /** Outcomes of what was settled, in the trace's order. */
    settled: (): string[] => world.rows('settled').map((row) => nameOf(catalog.names, row.f)),
  };
}

type ShareWorld = ReturnType<typeof shareWorld>;

function fetch(world: ShareWorld, client: number, more: Partial<protocol.ShareFetchRequest> = {}) {
  const sent = world.request(client, more);
  return world.answer<protocol.ShareFetchResponse | undefined>(client, protocol.SHARE_FETCH, sent);
}

function offsets(response: protocol.ShareFetchResponse | undefined): readonly number[] | undefined {
  return response?.partitions.flatMap((part) => part.offsets);
}

function accept(first: number, last = first): protocol.ShareAcknowledgement[] {
  return [{ partition: 0, first, last, type: 'accept' }];
}

describe('membership', () => {
  it('[KAFKA-SHARE-13] a join is answered with epoch and assignment, and every member may have the same partition', () => {
    const world = shareWorld();
    const [a, b, c] = [world.client('a'), world.client('b'), world.client('c')];
    expect(world.beat(a, { topics: ['t'] })).toEqual({
      error: 'NONE',
      memberEpoch: 1,
      heartbeatInterval: 5 * S,
      assignment: [0],
    });
    expect(world.beat(b, { topics: ['t'] })).toMatchObject({ memberEpoch: 2, assignment: [0] });
    expect(world.beat(a, { memberEpoch: 1 })).toMatchObject({ memberEpoch: 2, assignment: null });
    expect(world.beat(a, { memberEpoch: 1 }).error).toBe('NONE');
    expect(world.beat(a, { memberEpoch: 3 }).error).toBe('FENCED_MEMBER_EPOCH');
    expect(world.beat(c, { topics: ['t'] }).error).toBe('GROUP_MAX_SIZE_REACHED');
    expect(world.beat(c, { memberEpoch: 1 }).error).toBe('UNKNOWN_MEMBER_ID');
    expect(world.beat(c, {}).error).toBe('INVALID_REQUEST');
    expect(world.beat(c, { group: 'elsewhere', topics: ['t'] }).error).toBe('NOT_COORDINATOR');
    expect(world.beat(b, { memberEpoch: -1 })).toMatchObject({ error: 'NONE', memberEpoch: -1 });
  });

  it('[KAFKA-SHARE-13] a member not heard of for the session timeout is removed', () => {
    const world = shareWorld();
    const a = world.client('a');
    world.beat(a, { topics: ['t'] });
    world.pass(44 * S);
    expect(world.broker.state.share.groups.get('g')?.members.size).toBe(1);
    world.pass(2 * S);
    expect(world.broker.state.share.groups.get('g')?.members.size).toBe(0);
    expect(world.beat(a, { memberEpoch: 1 }).error).toBe('UNKNOWN_MEMBER_ID');
  });
});

describe('[KAFKA-SHARE-13] the simple assignor', () => {
  const rows = new Map([['t', [0, 1, 2, 3, 4, 5]]]);
  const members = (count: number, had: readonly (readonly number[])[] = []) =>
    Array.from({ length: count }, (_, i) => ({ id: `m${i}`, topics: ['t'], had: had[i] ?? [] }));

  it.each([1, 2, 3, 4, 5, 6, 7, 11, 12, 13, 25])(
    '%i members are all busy, none by more than one',
    (count) => {
      const target = assignSimple(members(count), rows);
      const sizes = [...target.values()].map((own) => own.length);
      const sharers = [0, 1, 2, 3, 4, 5].map(
        (row) => [...target.values()].filter((own) => own.includes(row)).length,
      );
      expect(Math.min(...sizes)).toBeGreaterThan(0);
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      expect(Math.max(...sharers)).toBe(Math.ceil(count / 6));
      expect(Math.min(...sharers)).toBeGreaterThan(0);
    },
  );

  it('moves no more than it must', () => {
    const before = assignSimple(members(2), rows);
    const after = assignSimple(members(3, [...before.values()]), rows);
    for (const [id, own] of before) {
      expect(after.get(id)?.every((row) => own.includes(row))).toBe(true);
    }
    expect([...after.values()].map((own) => own.length)).toEqual([2, 2, 2]);
  });
});

describe('fetches', () => {
  it('[KAFKA-SHARE-1] two members get different records of one partition', () => {
    const world = shareWorld();
    const [a, b] = [world.client('a'), world.client('b')];
    world.produce(a, 6);
    expect(offsets(fetch(world, a, { maxRecords: 2 }))).toEqual([0, 1]);
    expect(offsets(fetch(world, b, { maxRecords: 2 }))).toEqual([2, 3]);
    const told = world.rows('acquire').map((row) => [row.d, row.e, row.f]);
    expect(told).toEqual([
      [0, a, 1],
      [1, a, 1],
      [2, b, 1],
      [3, b, 1],
    ]);
  });

  it('[KAFKA-SHARE-7] who waits gets what is released, at once and with the next delivery count', () => {
    const world = shareWorld();
    const [a, b] = [world.client('a'), world.client('b')];
    world.produce(a, 1);
    fetch(world, a);
    const parked = world.ask(b, protocol.SHARE_FETCH, world.request(b));
    world.pass(ROUND_TRIP);
    expect(world.heard(b, parked)).toBeUndefined();
    const release = [{ partition: 0, first: 0, last: 0, type: 'release' as const }];
    world.answer(a, protocol.SHARE_ACKNOWLEDGE, world.request(a, { acknowledgements: release }));
    world.pass(ROUND_TRIP);
    expect(world.heard(b, parked)).toMatchObject({ partitions: [{ offsets: [0], deliveries: [2] }] });
  });

  it('acknowledges what came before with the next fetch, and is answered when its wait is over', () => {
    const world = shareWorld();
    const a = world.client('a');
    world.produce(a, 2);
    fetch(world, a);
    const parked = world.ask(a, protocol.SHARE_FETCH, world.request(a, { acknowledgements: accept(0, 1) }));
    world.pass(499_000);
    expect(world.heard(a, parked)).toBeUndefined();
    world.pass(3000);
    expect(world.heard(a, parked)).toEqual({
      acknowledged: [{ partition: 0, error: 'NONE' }],
      partitions: [],
    });
    expect(world.rows('commit').map((row) => row.d)).toEqual([2]);
  });

  it('[KAFKA-SHARE-15] a group begins at the end of the log unless it says earliest', () => {
    const world = shareWorld({ usual: { ...usual, reset: 'latest' } });
    const a = world.client('a');
    world.produce(a, 3);
    world.ask(a, protocol.SHARE_FETCH, world.request(a));
    world.pass(ROUND_TRIP);
    world.produce(a, 1);
    world.pass(ROUND_TRIP);
    expect(world.rows('acquire').map((row) => row.d)).toEqual([3]);
    expect(world.rows('position').map((row) => row.d)).toEqual([3]);
  });
});

describe('locks and sessions', () => {
  it('[KAFKA-SHARE-11] a lock that ends frees its record, and the late acknowledgement is refused', () => {
    const world = shareWorld();
    const [a, b] = [world.client('a'), world.client('b')];
    world.produce(a, 1);
    fetch(world, a);
    world.pass(31 * S);
    expect(world.settled()).toEqual(['expired']);
    expect(offsets(fetch(world, b))).toEqual([0]);
    const late = world.answer<protocol.ShareAcknowledgeResponse>(
      a,
      protocol.SHARE_ACKNOWLEDGE,
      world.request(a, { acknowledgements: accept(0) }),
    );
    expect(late.acknowledged).toEqual([{ partition: 0, error: 'INVALID_RECORD_STATE' }]);
  });

  it('[KAFKA-SHARE-12] a connection that ends gives its records back without counting the delivery, time and again', () => {
    const world = shareWorld();
    const a = world.client('a');
    world.produce(a, 1);
    for (let n = 0; n < 7; n += 1) {
      const got = fetch(world, a);
      expect(got?.partitions[0]?.deliveries).toEqual([1]);
      world.kernel.tell(world.node, RESET, a);
    }
    expect(new Set(world.settled())).toEqual(new Set(['returned']));
  });

  it('[KAFKA-SHARE-12] so does closing', () => {
    const world = shareWorld();
    const [a, b] = [world.client('a'), world.client('b')];
    world.produce(a, 2);
    fetch(world, a);
    const closing = world.request(a, { acknowledgements: accept(0), closes: true });
    world.answer(a, protocol.SHARE_ACKNOWLEDGE, closing);
    expect(world.settled()).toEqual(['accepted', 'returned']);
    expect(fetch(world, b)?.partitions[0]).toMatchObject({ offsets: [1], deliveries: [1] });
  });

  it('[KAFKA-SHARE-14] a restarted leader has the state again, without what was acquired', () => {
    const world = shareWorld();
    const a = world.client('a');
    world.produce(a, 3);
    fetch(world, a);
    world.answer(a, protocol.SHARE_ACKNOWLEDGE, world.request(a, { acknowledgements: accept(1) }));
    world.hosts.crash(world.node, 'fault', 0);
    world.pass(S);
    world.hosts.start(world.node, 'fault');
    world.pass(S);
    expect(world.settled()).toEqual(['accepted', 'returned', 'returned']);
    expect(fetch(world, a)?.partitions[0]).toMatchObject({ offsets: [0, 2], deliveries: [1, 1] });
  });
});
