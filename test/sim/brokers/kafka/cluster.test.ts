import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clone, difference } from '#sim/base/clone.ts';
import { highWatermark, logEnd } from '#sim/brokers/kafka/partition-log.ts';
import * as protocol from '#sim/brokers/kafka/protocol.ts';
import type { MetadataResponse } from '#sim/brokers/kafka/replication/cluster-protocol.ts';
import { clusterWorld, CONTROLLER_ENTITY, MS, SECOND, type ClusterWorld } from './cluster-world.ts';
import { fetchRequest } from './broker-world.ts';

const { FETCH, METADATA, REPLICA_FETCH } = protocol;

function fetched(
  world: ClusterWorld,
  client: number,
  node: number,
  offset: number,
): protocol.FetchedPartition | undefined {
  const correlation = world.ask(client, node, FETCH, fetchRequest([[0, offset]], { maxWait: 0 }));
  world.pass(5 * MS);
  return (world.heard(client, correlation)?.data as protocol.FetchResponse).partitions[0];
}

function leaderSeen(world: ClusterWorld, client: number, node: number): number | undefined {
  const correlation = world.ask(client, node, METADATA, null);
  world.pass(5 * MS);
  return (world.heard(client, correlation)?.data as MetadataResponse).leaders[0]?.leader;
}

describe('copies', () => {
  it('[KAFKA-REPLICA-1] followers fetch what is written, and the watermark rises with their next fetch', () => {
    const world = clusterWorld();
    const client = world.client();
    expect(world.produce(client, 0, 1, 3, 1 * MS)?.error).toBe('NONE');
    expect(world.rows('highWatermark')).toHaveLength(0);
    world.pass(10 * MS);
    const [rise] = world.rows('highWatermark');
    expect([rise?.c, rise?.d]).toEqual([3, 0]);
    const copies = world.rows('replicate').filter(({ c }) => c === 3);
    expect(copies.map(({ entity }) => entity).sort()).toEqual([1, 2]);
    expect(Math.max(...copies.map(({ at }) => at))).toBeLessThan(rise?.at ?? 0);
    expect(world.mids(1)).toEqual(world.mids(0));
  });

  it('[KAFKA-REPLICA-3] a follower hears of the new watermark when its wait is over', () => {
    const world = clusterWorld();
    world.produce(world.client(), 0, 1, 1, 10 * MS);
    expect([highWatermark(world.copy(0)), highWatermark(world.copy(1))]).toEqual([1, 0]);
    world.pass(500 * MS);
    expect(highWatermark(world.copy(1))).toBe(1);
  });

  it('[KAFKA-REPLICA-5] acks=all is answered when the followers have the records, acks=1 at once', () => {
    const world = clusterWorld();
    const client = world.client();
    const release = world.cutOff(2, [0]);
    expect(world.produce(client, 0, 1)?.error).toBe('NONE');
    expect(world.produce(client, 0, -1)).toBeUndefined();
    release();
    world.pass(SECOND);
    expect(world.rows('highWatermark').at(-1)?.c).toBe(2);
  });

  it('[KAFKA-REPLICA-5] a write that too few are in sync for is refused', () => {
    const world = clusterWorld({ minInSync: 2 });
    const client = world.client();
    world.crash(1);
    world.crash(2);
    world.pass(10 * SECOND);
    expect(world.produce(client, 0, -1)?.error).toBe('NOT_ENOUGH_REPLICAS');
    expect(world.produce(client, 0, 1)?.error).toBe('NONE');
    world.start(1);
    world.pass(3 * SECOND);
    expect(world.produce(client, 0, -1)?.error).toBe('NONE');
  });

  it('[KAFKA-CLUSTER-8] between watermark and log end a reader gets nothing, beyond it is out of range', () => {
    const world = clusterWorld();
    const client = world.client();
    world.cutOff(1, [0]);
    world.produce(client, 0, 1, 3, 20 * MS);
    expect(fetched(world, client, 0, 0)).toBeUndefined();
    expect(fetched(world, client, 0, 2)).toBeUndefined();
    expect(fetched(world, client, 0, 3)).toBeUndefined();
    expect(fetched(world, client, 0, 4)?.error).toBe('OFFSET_OUT_OF_RANGE');
    expect(fetched(world, client, 1, 0)?.error).toBe('NOT_LEADER_OR_FOLLOWER');
  });

  it('[KAFKA-CLUSTER-9] a fetch that means another leader is refused', () => {
    const world = clusterWorld();
    const stranger = world.client();
    const ask = (leaderEpoch: number): string | undefined => {
      const partitions = [{ partition: 0, offset: 0, lastFetchedEpoch: -1, leaderEpoch }];
      const correlation = world.ask(stranger, 0, REPLICA_FETCH, { partitions });
      world.pass(5 * MS);
      const answer = world.heard(stranger, correlation)?.data as
        { partitions: { error: string }[] } | undefined;
      return answer?.partitions[0]?.error;
    };
    expect([ask(-1), ask(1)]).toEqual(['FENCED_LEADER_EPOCH', 'UNKNOWN_LEADER_EPOCH']);
  });
});

describe('life and death', () => {
  it('[KAFKA-CLUSTER-1] [KAFKA-REPLICA-9] a dead leader is followed when its session is over, by the next in sync', () => {
    const world = clusterWorld();
    world.produce(world.client(), 0, -1);
    world.pass(3 * SECOND);
    const heartbeat = world.rows('send').filter(({ entity, a }) => entity === 0 && a === CONTROLLER_ENTITY);
    world.crash(0);
    world.pass(15 * SECOND);
    const [election] = world.rows('elect');
    expect([election?.c, election?.d, election?.e, election?.f]).toEqual([1, 1, 0, 2]);
    expect(election?.at).toBe((heartbeat.at(-1)?.at ?? 0) + 9 * SECOND + MS / 2);
    expect(election?.also).toBe(world.rows('process')[0]?.seq);
    const [lead] = world.rows('lead');
    expect([lead?.entity, lead?.c, lead?.d]).toEqual([1, 1, 1]);
    expect(world.rows('isr').map(({ c, d, e }) => [c, d, e])).toEqual([[0, 0, 2]]);
  });

  it('[KAFKA-CLUSTER-2] [KAFKA-REPLICA-11] a node comes back with its log, cuts what the leader has not, and is in sync again', () => {
    const world = clusterWorld();
    const client = world.client();
    world.produce(client, 0, -1, 2);
    world.cutOff(0, [1, 2]);
    world.produce(client, 0, 1, 3);
    world.crash(0);
    world.pass(12 * SECOND);
    world.produce(client, 1, 1, 1);
    world.start(0);
    expect(world.mids(0)).toHaveLength(5);
    world.network.state.rules = [];
    world.pass(3 * SECOND);
    const [cut] = world.rows('truncate');
    expect([cut?.entity, cut?.c, cut?.d, cut?.e]).toEqual([0, 2, 5, 1]);
    expect(world.mids(0)).toEqual(world.mids(1));
    expect(world.rows('isr').at(-1)).toMatchObject({ c: 0, d: 1, e: 3 });
  });

  it('[KAFKA-CLUSTER-3] whoever is back before its session is over waits for the end of it', () => {
    const world = clusterWorld();
    world.pass(SECOND);
    world.crash(2);
    world.start(2);
    world.pass(7 * SECOND);
    expect(world.nodes[2]?.state.replication?.registered).toBe(false);
    expect(world.rows('isr')).toHaveLength(0);
    world.pass(10 * SECOND);
    expect(world.nodes[2]?.state.replication?.registered).toBe(true);
    expect(world.rows('isr').map(({ c, d }) => [c, d])).toEqual([
      [2, 0],
      [2, 1],
    ]);
    const asked = world
      .rows('send')
      .filter(({ entity, b }) => entity === 2 && (b & 0xff) === (protocol.BROKER_REGISTRATION & 0xff));
    const pauses = asked.slice(1).map(({ at }, i) => at - (asked[i]?.at ?? 0));
    expect(pauses.slice(0, 4)).toEqual([101 * MS, 201 * MS, 401 * MS, 801 * MS]);
  });

  it('[KAFKA-REPLICA-9] [KAFKA-REPLICA-10] without anybody in sync nobody leads, unless unclean elections are allowed', () => {
    const run = (uncleanElection: boolean): ClusterWorld => {
      const world = clusterWorld({ uncleanElection });
      world.crash(1);
      world.crash(2);
      world.pass(12 * SECOND);
      world.produce(world.client(), 0, -1);
      world.crash(0);
      world.start(1);
      world.pass(12 * SECOND);
      return world;
    };
    expect(
      run(false)
        .rows('elect')
        .map(({ c, e }) => [c, e]),
    ).toEqual([[-1, 0]]);
    const unclean = run(true);
    expect(unclean.rows('elect').map(({ c, e }) => [c, e])).toEqual([[1, 1]]);
    expect(unclean.rows('lead').at(-1)?.c).toBe(0);
  });
});

describe('a leader that is cut off', () => {
  it('[KAFKA-CLUSTER-4] goes on confirming acks=1, and follows when it hears of the election', () => {
    const world = clusterWorld();
    const client = world.client();
    world.produce(client, 0, -1);
    const release = world.cutOff(0, [1, 2, CONTROLLER_ENTITY]);
    world.pass(12 * SECOND);
    expect(leaderSeen(world, client, 1)).toBe(1);
    expect(leaderSeen(world, client, 0)).toBe(0);
    expect(world.produce(client, 0, 1)?.error).toBe('NONE');
    expect(world.produce(client, 1, 1)?.error).toBe('NONE');
    release();
    world.pass(30 * SECOND);
    expect(leaderSeen(world, client, 0)).toBe(1);
    expect(world.produce(client, 0, 1)?.error).toBe('NOT_LEADER_OR_FOLLOWER');
    expect(world.mids(0)).toEqual(world.mids(1));
  });

  it('[KAFKA-CLUSTER-6] answers what waited when it gives way, or when the time of the request is over', () => {
    const world = clusterWorld();
    const client = world.client();
    const release = world.cutOff(0, [1, 2, CONTROLLER_ENTITY]);
    const waiting = { acks: -1, producerId: -1, producerEpoch: -1 };
    const batch = { partition: 0, mids: Int32Array.of(), baseSequence: -1, bytes: 10 };
    const batches = [{ ...batch, mids: Int32Array.from([0]) }];
    world.produce(client, 0, 1);
    const short = world.ask(client, 0, protocol.PRODUCE, { ...waiting, timeout: 5 * SECOND, batches });
    const long = world.ask(client, 0, protocol.PRODUCE, { ...waiting, timeout: 300 * SECOND, batches });
    world.pass(6 * SECOND);
    const errorOf = (correlation: number): string | undefined =>
      (world.heard(client, correlation)?.data as protocol.ProduceResponse | undefined)?.results[0]?.error;
    expect([errorOf(short), errorOf(long)]).toEqual(['REQUEST_TIMED_OUT', undefined]);
    world.pass(12 * SECOND);
    release();
    world.pass(60 * SECOND);
    expect(errorOf(long)).toBe('NOT_LEADER_OR_FOLLOWER');
  });

  it('[KAFKA-CLUSTER-5] [KAFKA-REPLICA-8] a laggard leaves the in-sync set when the controller says so, and comes back', () => {
    const world = clusterWorld({ maxLag: 4 * SECOND });
    const client = world.client();
    const release = world.cutOff(2, [0]);
    world.pass(3 * SECOND);
    const correlation = world.ask(client, 0, protocol.PRODUCE, {
      acks: -1,
      producerId: -1,
      producerEpoch: -1,
      batches: [{ partition: 0, mids: Int32Array.from([0]), baseSequence: -1, bytes: 10 }],
    });
    world.produce(client, 0, 1, 1, 0);
    world.pass(6 * SECOND);
    const left = world.rows('isr')[0];
    expect(left).toMatchObject({ c: 2, d: 0, e: 2 });
    const answered = world.heard(client, correlation);
    expect((answered?.at ?? 0) - (left?.at ?? 0)).toBe(MS);
    release();
    world.pass(20 * SECOND);
    expect(world.rows('isr').at(-1)).toMatchObject({ c: 2, d: 1, e: 3 });
    expect(logEnd(world.copy(2))).toBe(logEnd(world.copy(0)));
  });
});

describe('what is committed', () => {
  /** Something happens to a node, and some time goes by, in ms; every node is asked to write now and then. */
  const deed = fc.record({
    do: fc.constantFrom('write', 'write', 'crash', 'start', 'cut', 'heal'),
    node: fc.nat(2),
    acks: fc.constantFrom(1, -1),
    then: fc.constantFrom(1, 3, 400, 12_000, 12_000),
  });
  type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

  /** What was confirmed with acks=all, once everything is whole again. */
  function live(world: ClusterWorld, deeds: readonly Deed[]): number[] {
    const client = world.client();
    const heals: (() => void)[] = [];
    const up = [true, true, true];
    const confirmed: number[] = [];
    for (const { do: what, node, acks, then } of deeds) {
      if (what === 'write') {
        for (const one of [0, 1, 2].filter((id) => up[id])) {
          const result = world.produce(client, one, acks, 1, 3 * MS);
          if (result?.error !== 'NONE' || acks !== -1) continue;
          confirmed.push(world.copy(one).mids.data[result.baseOffset] as number);
        }
      } else if (what === 'crash' && up[node] === true) {
        world.crash(node);
        up[node] = false;
      } else if (what === 'start' && up[node] === false) {
        world.start(node);
        up[node] = true;
      } else if (what === 'cut') {
        heals.push(
          world.cutOff(
            node,
            [0, 1, 2, CONTROLLER_ENTITY].filter((id) => id !== node),
          ),
        );
      } else if (what === 'heal') heals.pop()?.();
      world.pass(then * MS);
    }
    for (const heal of heals) heal();
    up.forEach((isUp, node) => {
      if (!isUp) world.start(node);
    });
    world.pass(200 * SECOND);
    return confirmed;
  }

  function check(deeds: readonly Deed[], uncleanElection: boolean): void {
    const world = clusterWorld({ maxLag: 6 * SECOND, uncleanElection });
    const confirmed = live(world, deeds);
    const [first = [], ...others] = [0, 1, 2].map((node) => world.mids(node));
    for (const other of others) expect(other).toEqual(first);
    expect([0, 1, 2].filter((node) => world.nodes[node]?.state.logs[0] !== null)).toHaveLength(1);
    for (const mid of confirmed) expect(first).toContain(mid);
    let committed = 0;
    for (const { c } of world.rows('highWatermark')) committed = Math.max(committed, c);
    expect(first.length).toBeGreaterThanOrEqual(committed);
  }

  it('[KAFKA-REPLICA-2] [KAFKA-REPLICA-9] what was below the watermark, or confirmed with acks=all, survives every clean election', () => {
    const deeds = fc.array(deed, { minLength: 4, maxLength: 16 });
    fc.assert(
      fc.property(deeds, (all) => check(all, false)),
      { numRuns: 150 },
    );
  });

  it('[KAFKA-REPLICA-10] and does not survive every unclean one', () => {
    const act = (what: string, node: number, then: number): Deed =>
      ({ do: what, node, acks: -1, then }) as Deed;
    const deeds = [act('crash', 1, 1), act('crash', 2, 12_000), act('write', 0, 3), act('crash', 0, 1)];
    const unclean = [...deeds, act('start', 1, 12_000)];
    check(unclean, false);
    expect(() => check(unclean, true)).toThrow();
  });

  it('a copy of the state is the state, in the middle of an election too', () => {
    const world = clusterWorld();
    const client = world.client();
    world.produce(client, 0, -1, 2);
    world.crash(0);
    world.pass(9 * SECOND);
    for (const node of world.nodes) expect(difference(clone(node.state), node.state)).toBeNull();
  });
});
