/** buffer.memory and max.block.ms: when send() blocks, who goes on first, and what a send() that waited too long says. */
import { describe, expect, it } from 'vitest';
import { lidOf } from '#sim/messaging/catalog.ts';
import type { WrittenConfig } from '#sim/brokers/kafka/config.ts';
import { PRODUCE, PRODUCE_RESPONSE, type ProduceRequest } from '#sim/brokers/kafka/protocol.ts';
import { clientWorld, producerConfig, type ClientWorld, type Process } from './client-world.ts';

const MS = 1000;
const S = 1000 * MS;
const SEEDS = 30;
/** Room for five batches of one record of 100 bytes. */
const FIVE = { 'buffer.memory': 1000, 'batch.size': 200, 'linger.ms': 0 };

interface Shop extends ClientWorld {
  readonly shop: Process & { readonly id: number };
  readonly lids: number[];
  log(): number[];
  /** Publishes at these times (ms), by number from 0. */
  publishAt(...times: number[]): void;
  readonly sent: number[];
}

/** `deaf`: the broker takes requests in and does nothing until this time. */
function shop(written: WrittenConfig, deaf = 0, recordBytes = 100, partitions = 1): Shop {
  const world = clientWorld(partitions, {}, recordBytes);
  const process = world.addProcess('shop', { producer: producerConfig(written) });
  const lids: number[] = [];
  const sent: number[] = [];
  process.turn = (ctx, self) => lids.push(world.publish(ctx, self, lids.length, lids.length));
  world.gate.intercept = (event, ctx) => {
    if (event.kind !== PRODUCE) return false;
    for (const { mids } of (event.data as ProduceRequest).batches)
      for (const mid of mids) sent.push(lids.indexOf(lidOf(world.catalog, mid)));
    return ctx.now < deaf;
  };
  world.start(process.id);
  return {
    ...world,
    shop: process,
    lids,
    sent,
    log: () =>
      world.broker.state.logs.flatMap((log) =>
        log === null
          ? []
          : [...log.mids.data.subarray(0, log.mids.length)].map((mid) =>
              lids.indexOf(lidOf(world.catalog, mid)),
            ),
      ),
    publishAt: (...times) => {
      for (const ms of times) world.at(ms * MS, process.id);
    },
  };
}

const stateOf = ({ shop: { producer } }: Shop) => {
  if (producer === null) throw new Error('no producer');
  return producer.state;
};

describe('memory', () => {
  it('[KAFKA-CLIENT-70] a batch holds batch.size bytes, however few its records take, until it has ended', () => {
    const world = shop({ ...FIVE, 'linger.ms': 1000 });
    world.publishAt(100);
    world.run(200 * MS);
    expect(stateOf(world).buffered).toBe(200);
    world.run(2 * S);
    expect(world.log()).toEqual([0]);
    expect(stateOf(world).buffered).toBe(0);
  });

  it('[KAFKA-CLIENT-70] a record larger than batch.size holds what it takes', () => {
    const world = shop({ ...FIVE, 'linger.ms': 1000 }, 0, 700);
    world.publishAt(100);
    world.run(100 * MS);
    expect(stateOf(world).buffered).toBe(761);
    world.run(2 * S);
    expect(stateOf(world).buffered).toBe(0);
  });

  it('[KAFKA-CLIENT-71] the send() that finds none blocks until an answer frees some, and is written in its turn', () => {
    const world = shop(FIVE, 2 * S);
    world.publishAt(...Array.from({ length: 9 }, (_, i) => 100 + i));
    world.run(1 * S);
    const { blocked, buffered } = stateOf(world);
    expect(buffered).toBe(1000);
    expect(blocked.map(({ token }) => token)).toEqual([5, 6, 7, 8]);
    world.run(200 * S);
    expect(world.log()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(world.shop.published.every(([, code]) => code === -1)).toBe(true);
    expect(stateOf(world).buffered).toBe(0);
  });

  it('[KAFKA-CLIENT-71] a record for which an open batch has room needs no memory', () => {
    const world = shop({ ...FIVE, 'batch.size': 1000, 'linger.ms': 50 });
    world.publishAt(100, 101, 102);
    world.run(120 * MS);
    expect(stateOf(world).blocked).toEqual([]);
    world.run(1 * S);
    expect(world.log()).toEqual([0, 1, 2]);
  });

  it('[KAFKA-CLIENT-71] nobody overtakes who waits, though there be enough for a smaller one', () => {
    const world = shop(FIVE, 1 * S);
    world.publishAt(...Array.from({ length: 8 }, (_, i) => 100 + i));
    world.run(900 * MS);
    const waiting = stateOf(world).blocked;
    expect(waiting).toHaveLength(3);
    world.run(200 * S);
    expect(world.shop.published.map(([token]) => token)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('[KAFKA-CLIENT-71] while a send() waits for memory nothing lingers', () => {
    // three partitions, one batch each; the fourth record has to wait for one of them
    const written = { 'buffer.memory': 600, 'batch.size': 200, 'linger.ms': 10_000 };
    const world = shop(written, 0, 100, 3);
    world.publishAt(100, 101, 102, 103, 104, 105, 106, 107);
    world.run(10_050 * MS);
    expect(world.log()).toEqual([]);
    world.run(10_200 * MS);
    // none of the later ones has lingered for 10 s of its own
    expect([...world.log()].sort((a, b) => a - b)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].slice(0, world.log().length),
    );
    expect(world.log().length).toBeGreaterThan(4);
  });
});

describe('max.block.ms', () => {
  it('[KAFKA-CLIENT-72] passes: the record is refused for certain, and was never sent', () => {
    const world = shop({ ...FIVE, 'max.block.ms': 3000 }, 20 * S);
    world.publishAt(100, 101, 102, 103, 104, 105);
    world.run(3105 * MS - 1);
    expect(world.shop.published).toEqual([]);
    world.run(3105 * MS);
    expect(world.shop.published).toEqual([[5, world.code('BufferExhaustedException'), true]]);
    world.run(200 * S);
    expect(world.log()).toEqual([0, 1, 2, 3, 4]);
    expect(world.sent).not.toContain(5);
  });

  it('[KAFKA-CLIENT-72] is counted for each send() from its own call', () => {
    const world = shop({ ...FIVE, 'max.block.ms': 1000 }, 20 * S);
    world.publishAt(100, 100, 100, 100, 100, 200, 500);
    world.run(1200 * MS);
    expect(world.shop.published.map(([token]) => token)).toEqual([5]);
    world.run(1500 * MS);
    expect(world.shop.published.map(([token]) => token)).toEqual([5, 6]);
  });

  it('[KAFKA-CLIENT-72] of 0 refuses at once', () => {
    const world = shop({ ...FIVE, 'max.block.ms': 0 }, 20 * S);
    world.publishAt(100, 100, 100, 100, 100, 100);
    world.run(100 * MS);
    expect(world.shop.published).toEqual([[5, world.code('BufferExhaustedException'), true]]);
  });

  it('[KAFKA-CLIENT-73] delivery.timeout.ms begins when the record is in a batch, not while send() blocks', () => {
    const written = {
      ...FIVE,
      'delivery.timeout.ms': 2000,
      'request.timeout.ms': 1000,
      'max.block.ms': 60_000,
    };
    const world = shop(written, 60 * S);
    world.publishAt(100, 100, 100, 100, 100, 100);
    world.run(2200 * MS);
    // the first five are given up at 2.1 s, and only then the sixth begins
    expect(world.shop.published.map(([token]) => token).sort()).toEqual([0, 1, 2, 3, 4]);
    world.run(4000 * MS);
    expect(world.shop.published).toHaveLength(5);
    world.run(4200 * MS);
    expect(world.shop.published.map(([token]) => token).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('[KAFKA-CLIENT-74] what can never have memory is refused at once: a record, or a batch, above buffer.memory', () => {
    const record = shop({ ...FIVE, 'buffer.memory': 700 }, 0, 700);
    record.publishAt(100);
    record.run(1 * S);
    expect(record.shop.published).toEqual([[0, record.code('MESSAGE_TOO_LARGE'), true]]);
    const batch = shop({ 'buffer.memory': 1000 });
    batch.publishAt(100);
    batch.run(1 * S);
    expect(batch.shop.published).toEqual([[0, batch.code('IllegalArgumentException'), true]]);
  });

  it('[KAFKA-CLIENT-71] a crash ends what was blocked with everything else', () => {
    const world = shop(FIVE, 60 * S);
    world.publishAt(...Array.from({ length: 8 }, () => 100));
    world.run(1 * S);
    expect(stateOf(world).blocked).toHaveLength(3);
    world.hosts.crash(world.shop.id, 'test', 2 * S);
    world.run(300 * S);
    expect(world.shop.published).toEqual([]);
    expect(stateOf(world).blocked).toEqual([]);
    expect(stateOf(world).buffered).toBe(0);
  });
});

describe('whatever goes wrong', () => {
  function run(seed: number): Shop {
    let state = (seed * 2654435761 + 12345) >>> 0;
    const pick = (below: number): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const written = {
      acks: ['all', '1', '0'][pick(3)] ?? 'all',
      'enable.idempotence': false,
      'buffer.memory': 600 + pick(800),
      'batch.size': [1, 200, 400][pick(3)] ?? 1,
      'linger.ms': pick(2) * 20,
      'max.block.ms': pick(2_000),
      'request.timeout.ms': 300,
      'delivery.timeout.ms': 320 + pick(3_000),
      retries: pick(2) * 5,
    };
    const world = shop(written, 0, 100, 3);
    for (let i = 0; i < 80; i += 1) world.publishAt(100 + pick(3_000));
    for (let i = 0; i < 4; i += 1) {
      world.run((200 + i * 700 + pick(500)) * MS);
      const to =
        pick(2) === 0
          ? { from: [0], to: null, kinds: [PRODUCE_RESPONSE] }
          : { from: null, to: [0], kinds: [PRODUCE] };
      world.network.addRule({ id: 20 + i, ...to, verdict: { do: 'drop' as const }, remaining: 1 + pick(4) });
    }
    if (pick(2) === 0) {
      world.hosts.crash(0, 'test', 4 * S);
      world.run(4 * S);
      world.hosts.start(0, 'test');
    }
    world.run(60 * S);
    return world;
  }

  it('[KAFKA-CLIENT-70] all memory comes back, and every send() ends once', () => {
    let refused = 0;
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const world = run(seed);
      const told = world.shop.published.map(([token]) => token).sort((a, b) => a - b);
      expect(told, `seed ${seed}`).toEqual(world.lids.map((_, number) => number));
      expect([stateOf(world).buffered, stateOf(world).blocked], `seed ${seed}`).toEqual([0, []]);
      const exhausted = world.code('BufferExhaustedException');
      for (const [token, code] of world.shop.published) {
        if (code !== exhausted) continue;
        refused += 1;
        expect([...world.sent, ...world.log()], `seed ${seed}`).not.toContain(token);
      }
    }
    expect(refused).toBeGreaterThan(0);
  });
});
