import { describe, expect, it } from 'vitest';
import { lidOf } from '#sim/messaging/catalog.ts';
import {
  INIT_PRODUCER_ID,
  PRODUCE,
  PRODUCE_RESPONSE,
  type KafkaError,
  type ProduceRequest,
} from '#sim/brokers/kafka/protocol.ts';
import { jittered } from '#sim/brokers/kafka/client/exponential-backoff.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import { clientWorld, producerConfig, type ClientWorld, type Process } from './client-world.ts';

const MS = 1000;
/** One message a batch. */
const SINGLE = { 'batch.size': 1 };

interface Shop extends ClientWorld {
  readonly shop: Process & { readonly id: number };
  /** Publishes one event with this key (and its number as token) at a time in ms; -1 = no key. */
  publishAt(ms: number, key: number): void;
  readonly lids: number[];
  /** Which publishes stand in the log of partition `row`, by number. */
  log(row?: number): number[];
  readonly requests: { at: number; request: ProduceRequest }[];
}

function shop(written: WrittenConfig = {}, partitions = 1, recordBytes = 100): Shop {
  const world = clientWorld(partitions, {}, recordBytes);
  const process = world.addProcess('shop-1', { producer: producerConfig(written) });
  const plan: { at: number; key: number }[] = [];
  const lids: number[] = [];
  const requests: Shop['requests'] = [];
  process.turn = (ctx, self) => {
    const due = plan.findIndex(({ at }) => at === ctx.now);
    const [next] = plan.splice(due, 1);
    if (next !== undefined) lids.push(world.publish(ctx, self, next.key, lids.length));
  };
  world.gate.intercept = (event, ctx) => {
    if (event.kind === PRODUCE) requests.push({ at: ctx.now, request: event.data as ProduceRequest });
    return false;
  };
  world.start(process.id);
  return {
    ...world,
    shop: process,
    lids,
    requests,
    publishAt(ms, key) {
      plan.push({ at: ms * MS, key });
      world.at(ms * MS, process.id);
    },
    log(row = 0) {
      const { mids } = world.broker.state.logs[row] as { mids: { data: Int32Array; length: number } };
      return [...mids.data.subarray(0, mids.length)].map((mid) => lids.indexOf(lidOf(world.catalog, mid)));
    },
  };
}

/** Answers the first requests with these errors instead of writing; null lets one through. */
function refuseFirst(world: Shop, errors: readonly (KafkaError | null)[]): void {
  const before = world.gate.intercept;
  let nth = 0;
  world.gate.intercept = (event, ctx) => {
    before(event, ctx);
    if (event.kind !== PRODUCE) return false;
    const error = errors[nth] ?? null;
    nth += 1;
    if (error === null) return false;
    const { batches, acks } = event.data as ProduceRequest;
    const results = batches.map(({ partition }) => ({
      partition,
      error,
      baseOffset: -1,
      duplicate: false,
      appended: -1,
    }));
    if (acks !== 0) ctx.send(event.from, PRODUCE_RESPONSE, event.a, 0, 0, 0, 0, { results });
    return true;
  };
}

function loseAnswers(world: Shop, count: number): void {
  world.network.addRule({
    id: 9,
    from: [0],
    to: null,
    kinds: [PRODUCE_RESPONSE],
    verdict: { do: 'drop' },
    remaining: count,
  });
}

describe('batches', () => {
  it('[KAFKA-CLIENT-1] records of a partition wait linger.ms for others and travel in one batch', () => {
    const world = shop({ 'linger.ms': 5 });
    for (const ms of [100, 102, 104, 106]) world.publishAt(ms, 1);
    world.run(1_000 * MS);
    expect(
      world.requests.map(({ at, request }) => [at, request.batches.map(({ mids }) => mids.length)]),
    ).toEqual([
      [105_500, [3]],
      [111_500, [1]],
    ]);
    expect(world.log()).toEqual([0, 1, 2, 3]);
    expect(world.shop.published).toEqual([0, 1, 2, 3].map((token) => [token, -1, true]));
  });

  it('[KAFKA-CLIENT-1] a full batch goes at once, and takes the first batch of every partition of its node along', () => {
    const world = shop({ 'linger.ms': 1000, 'batch.size': 400 }, 2);
    // keys 0 and 1 fall on different partitions; a batch of 400 bytes holds three records of 100
    for (const key of [0, 1, 2, 3, 4]) world.publishAt(100, key);
    for (let i = 0; i < 3; i += 1) world.publishAt(101, 0);
    world.run(500 * MS);
    const sent = world.requests.filter(({ at }) => at < 500 * MS);
    expect(sent.length).toBeGreaterThan(0);
    expect(sent[0]?.request.batches).toHaveLength(2);
    expect(sent[0]?.at).toBeLessThan(102 * MS);
  });

  it('[KAFKA-CLIENT-2] at most max.in.flight.requests.per.connection requests wait for an answer', () => {
    for (const flights of [1, 2, 5]) {
      const world = shop({ ...SINGLE, 'linger.ms': 0, 'max.in.flight.requests.per.connection': flights });
      for (let i = 0; i < 20; i += 1) world.publishAt(100 + i / 100, 1);
      let open = 0;
      let most = 0;
      world.run(1_000 * MS);
      const events = world
        .rows('send')
        .filter(({ b }) => b === PRODUCE || b === PRODUCE_RESPONSE)
        .map(({ at, b, value }) => (b === PRODUCE ? { at, change: 1 } : { at: value, change: -1 }))
        .sort((a, b) => a.at - b.at || a.change - b.change);
      for (const { change } of events) {
        open += change;
        most = Math.max(most, open);
      }
      expect(most).toBe(flights);
      expect(world.log()).toHaveLength(20);
    }
  });

  it('[KAFKA-CLIENT-3] records without a key stay on one partition until batch.size bytes have gone there (prt-01)', () => {
    const world = shop({ 'linger.ms': 5, 'batch.size': 1000 }, 4);
    for (let i = 0; i < 60; i += 1) world.publishAt(100 + i, -1);
    world.run(1_000 * MS);
    const partitions = world
      .rows('append')
      .sort((a, b) => a.lid - b.lid)
      .map(({ b }) => b);
    const runs: number[] = [];
    partitions.forEach((partition, i) => {
      if (i === 0 || partition !== partitions[i - 1]) runs.push(0);
      runs[runs.length - 1] = (runs[runs.length - 1] as number) + 1;
    });
    expect(runs.length).toBeGreaterThan(1);
    for (const run of runs.slice(0, -1)) expect(run).toBeGreaterThanOrEqual(10);
  });

  it('[KAFKA-CLIENT-4] a record larger than max.request.size is refused without being sent (tim-05)', () => {
    const world = shop({ 'max.request.size': 1000 }, 1, 2000);
    world.publishAt(100, 1);
    world.run(1_000 * MS);
    expect(world.shop.published).toEqual([[0, world.code('MESSAGE_TOO_LARGE'), true]]);
    expect(world.requests).toEqual([]);
  });
});

describe('acknowledgement', () => {
  it('[KAFKA-CLIENT-5] acks=0 reports success when the request leaves, even where the broker writes nothing (rc-08)', () => {
    const world = shop({ acks: '0', 'linger.ms': 0 });
    refuseFirst(world, ['NOT_ENOUGH_REPLICAS']);
    world.publishAt(100, 1);
    world.run(1_000 * MS);
    expect(world.shop.published).toEqual([[0, -1, true]]);
    expect(world.rows('confirm').map(({ at, c }) => [at, c])).toEqual([[100_000, -1]]);
    expect(world.log()).toEqual([]);
  });

  it("[KAFKA-CLIENT-5] acks=1 and acks=all report the broker's refusal (rc-08)", () => {
    for (const acks of ['1', 'all']) {
      const world = shop({ acks, retries: 0, 'linger.ms': 0 });
      refuseFirst(world, ['NOT_ENOUGH_REPLICAS']);
      world.publishAt(100, 1);
      world.run(1_000 * MS);
      expect(world.shop.published).toEqual([[0, world.code('NOT_ENOUGH_REPLICAS'), true]]);
      expect(world.rows('refuse').map(({ c }) => c)).toEqual([1]);
    }
  });

  it('[KAFKA-CLIENT-6] a confirmation names the append that it reports', () => {
    const world = shop({ 'linger.ms': 5 });
    for (let i = 0; i < 4; i += 1) world.publishAt(100, 1);
    world.run(1_000 * MS);
    const appends = new Map(world.rows('append').map(({ seq, lid, c }) => [seq, [lid, c]]));
    const confirms = world.rows('confirm');
    expect(confirms).toHaveLength(4);
    for (const { cause, lid, c } of confirms) expect(appends.get(cause)).toEqual([lid, c]);
  });

  it('[KAFKA-CLIENT-7] an error that is not retriable is final at once', () => {
    const world = shop({ 'linger.ms': 0 });
    refuseFirst(world, ['MESSAGE_TOO_LARGE']);
    world.publishAt(100, 1);
    world.run(1_000 * MS);
    expect(world.requests).toHaveLength(1);
    expect(world.shop.published).toEqual([[0, world.code('MESSAGE_TOO_LARGE'), true]]);
  });
});

describe('retries', () => {
  it('[KAFKA-CLIENT-8] back off from retry.backoff.ms, doubling up to retry.backoff.max.ms (KIP-580)', () => {
    const world = shop({ 'linger.ms': 0 });
    refuseFirst(
      world,
      Array.from({ length: 6 }, () => 'NOT_ENOUGH_REPLICAS' as const),
    );
    world.publishAt(100, 1);
    world.run(10_000 * MS);
    const times = world.requests.map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => (at - (times[i] as number)) / MS);
    // half a millisecond each way on top of 100, 200, 400, 800, 1000, 1000, each of them within 20 %, none above 1000
    expect(gaps).toHaveLength(6);
    for (const [i, pause] of [100, 200, 400, 800, 1000, 1000].entries()) {
      expect(gaps[i]).toBeGreaterThanOrEqual(pause * 0.8 + 1);
      expect(gaps[i]).toBeLessThanOrEqual(Math.min(pause * 1.2, 1000) + 1);
    }
    expect(gaps[0]).not.toBe(101);
    expect(world.shop.published).toEqual([[0, -1, true]]);
  });

  it('[KAFKA-CLIENT-8] the jitter goes over the whole range, and there is none where the pause cannot grow', () => {
    expect([0, 2 ** 31, 2 ** 32 - 1].map((word) => jittered(100, 1000, 1, word))).toEqual([160, 200, 239]);
    expect([0, 2 ** 32 - 1].map((word) => jittered(100, 1000, 9, word))).toEqual([800, 1000]);
    expect(jittered(1000, 1000, 3, 0)).toBe(1000);
  });

  it('[KAFKA-CLIENT-9] a retry is a new copy of the same events', () => {
    const world = shop({ 'linger.ms': 0 });
    refuseFirst(world, ['NOT_ENOUGH_REPLICAS']);
    world.publishAt(100, 1);
    world.run(1_000 * MS);
    const [first, second] = world.requests.map(({ request }) => request.batches[0]?.mids[0] as number);
    expect(first).not.toBe(second);
    expect(lidOf(world.catalog, first as number)).toBe(lidOf(world.catalog, second as number));
    expect(world.rows('retry').map(({ mid, c, d }) => [mid, c, d])).toEqual([
      [second, world.code('NOT_ENOUGH_REPLICAS'), 1],
    ]);
    expect(world.rows('confirm').map(({ mid }) => mid)).toEqual([second]);
  });

  it('[KAFKA-CLIENT-10] without idempotence, requests in flight overtake what is retried (rc-07a) (ord-01)', () => {
    const world = shop({ ...SINGLE, 'enable.idempotence': false, 'linger.ms': 0 });
    refuseFirst(world, ['NOT_ENOUGH_REPLICAS', 'NOT_ENOUGH_REPLICAS']);
    for (let i = 0; i < 6; i += 1) world.publishAt(100, 1);
    world.run(5_000 * MS);
    const log = world.log();
    expect(new Set(log)).toEqual(new Set([0, 1, 2, 3, 4, 5]));
    expect(log.indexOf(0)).toBeGreaterThan(log.indexOf(2));
  });

  it('[KAFKA-CLIENT-10] one request in flight keeps the order without idempotence', () => {
    const world = shop({
      ...SINGLE,
      'enable.idempotence': false,
      'linger.ms': 0,
      'max.in.flight.requests.per.connection': 1,
    });
    refuseFirst(world, ['NOT_ENOUGH_REPLICAS', null, 'NOT_ENOUGH_REPLICAS']);
    for (let i = 0; i < 6; i += 1) world.publishAt(100, 1);
    world.run(5_000 * MS);
    expect(world.log()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it("[KAFKA-CLIENT-11] an idempotent producer keeps order and sequences over retries (rc-07b's contract) (ord-03)", () => {
    for (const failures of [[0], [0, 1], [1], [0, 2], [1, 3, 4]]) {
      const world = shop({ ...SINGLE, 'linger.ms': 0 });
      // a partition that knows nothing of a producer takes any first sequence (id-06), so one goes ahead
      world.publishAt(50, 1);
      world.run(60 * MS);
      refuseFirst(
        world,
        Array.from({ length: 6 }, (_, nth) => (failures.includes(nth) ? 'NOT_ENOUGH_REPLICAS' : null)),
      );
      for (let i = 0; i < 7; i += 1) world.publishAt(100, 1);
      world.run(30_000 * MS);
      expect(world.log(), `failures ${failures.join()}`).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(world.shop.published.map(([token]) => token).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
      expect(world.shop.published.every(([, code]) => code === -1)).toBe(true);
    }
  });

  it('[KAFKA-CLIENT-12] a lost answer doubles the record without idempotence (rc-06a), and not with it (rc-06b)', () => {
    for (const idempotent of [false, true]) {
      const world = shop({
        'enable.idempotence': idempotent,
        'linger.ms': 0,
        'request.timeout.ms': 1000,
        'delivery.timeout.ms': 10_000,
      });
      loseAnswers(world, 1);
      world.publishAt(100, 1);
      world.run(10_000 * MS);
      expect(world.log()).toEqual(idempotent ? [0] : [0, 0]);
      expect(world.shop.published).toEqual([[0, -1, true]]);
      expect(world.rows('confirm').map(({ c, d }) => [c, d])).toEqual([idempotent ? [0, 1] : [1, 0]]);
    }
  });

  it('[KAFKA-CLIENT-13] an overdue request breaks the connection: everything in flight on it is sent again', () => {
    const world = shop({
      ...SINGLE,
      'linger.ms': 0,
      'request.timeout.ms': 1000,
      'delivery.timeout.ms': 10_000,
    });
    loseAnswers(world, 3);
    for (const ms of [100, 200, 300]) world.publishAt(ms, 1);
    world.run(10_000 * MS);
    // the first is overdue at 1100 ms; all three leave again after the same pause
    expect(world.requests.filter(({ at }) => at > 1_100 * MS).map(({ at }) => at < 1_400 * MS)).toEqual([
      true,
      true,
      true,
    ]);
    expect(world.log()).toEqual([0, 1, 2]);
  });
});

describe('giving up', () => {
  const patience = { 'linger.ms': 0, 'request.timeout.ms': 1000, 'delivery.timeout.ms': 3000 };

  it('[KAFKA-CLIENT-14] delivery.timeout.ms ends it; unanswered attempts leave the outcome unknown (tim-01)', () => {
    const world = shop(patience);
    loseAnswers(world, 100);
    world.publishAt(100, 1);
    world.run(20_000 * MS);
    expect(world.shop.published).toEqual([[0, world.code('REQUEST_TIMED_OUT'), false]]);
    expect(world.rows('refuse').map(({ at, c }) => [at, c])).toEqual([[3_100_000, 0]]);
    // it was written all the same
    expect(world.log()).toEqual([0]);
    expect(world.shop.producer?.busy(world.kernel.now)).toBe(false);
  });

  it('[KAFKA-CLIENT-14] what the broker has always refused, or what never left, was certainly not written', () => {
    const refused = shop(patience);
    refuseFirst(
      refused,
      Array.from({ length: 50 }, () => 'NOT_ENOUGH_REPLICAS' as const),
    );
    refused.publishAt(100, 1);
    refused.run(20_000 * MS);
    expect(refused.shop.published).toEqual([[0, refused.code('REQUEST_TIMED_OUT'), true]]);

    const unsent = shop(patience);
    unsent.network.addRule({
      id: 1,
      from: null,
      to: [0],
      kinds: [INIT_PRODUCER_ID],
      verdict: { do: 'drop' },
      remaining: -1,
    });
    unsent.publishAt(100, 1);
    unsent.run(20_000 * MS);
    expect(unsent.shop.published).toEqual([[0, unsent.code('REQUEST_TIMED_OUT'), true]]);
    expect(unsent.requests).toEqual([]);
  });

  it('[KAFKA-CLIENT-15] after a batch was given up the epoch is raised, and what follows is written', () => {
    const world = shop(patience);
    loseAnswers(world, 3);
    world.publishAt(100, 1);
    world.publishAt(6_000, 1);
    world.publishAt(6_100, 1);
    world.run(30_000 * MS);
    expect(world.shop.published.map(([token, code]) => [token, code === -1])).toEqual([
      [0, false],
      [1, true],
      [2, true],
    ]);
    expect(world.log()).toEqual([0, 1, 2]);
    expect(world.requests.at(-1)?.request.producerEpoch).toBe(1);
  });
});

describe('process and broker', () => {
  it('[KAFKA-CLIENT-16] a crash loses what is buffered; the next process is a new session', () => {
    const world = shop({ 'linger.ms': 100 });
    world.publishAt(100, 1);
    world.publishAt(300, 1);
    world.run(250 * MS);
    world.publishAt(350, 1);
    world.run(360 * MS);
    world.hosts.crash(world.shop.id, 'test', 0);
    world.hosts.start(world.shop.id, 'test');
    world.publishAt(400, 1);
    world.run(2_000 * MS);
    expect(world.log()).toEqual([0, 3]);
    const ids = world.requests.map(({ request }) => request.producerId);
    expect(ids[0]).not.toBe(ids[1]);
    expect(world.shop.published.map(([token]) => token)).toEqual([0, 3]);
  });

  it('[KAFKA-CLIENT-17] a broker that restarts costs nothing but time', () => {
    const world = shop({ ...SINGLE, 'linger.ms': 0 });
    for (let i = 0; i < 10; i += 1) world.publishAt(100 + 20 * i, 1);
    world.run(150_250);
    world.hosts.crash(0, 'test', 0);
    world.run(200 * MS);
    world.hosts.start(0, 'test');
    world.run(60_000 * MS);
    expect(world.log()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(world.shop.published.map(([token, code]) => [token, code])).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((token) => [token, -1]),
    );
    expect(world.shop.producer?.busy(world.kernel.now)).toBe(false);
  });

  it('[KAFKA-CLIENT-18] close lets what is buffered go at once', () => {
    const world = shop({ 'linger.ms': 10_000 });
    world.publishAt(100, 1);
    world.run(150 * MS);
    expect(world.shop.producer?.busy(150 * MS)).toBe(true);
    world.shop.turn = (ctx, self) => self.producer?.close(ctx);
    world.at(200 * MS, world.shop.id);
    world.run(250 * MS);
    expect(world.log()).toEqual([0]);
    expect(world.shop.producer?.busy(250 * MS)).toBe(false);
  });
});
