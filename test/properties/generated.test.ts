/**
 * Properties over generated systems. Counts are small by default and full in the deep tests; seeds that once failed
 * are pinned in test/regressions/seeds.json and always run. SPILLWAY_SEED=n runs one seed alone, SPILLWAY_COUNT=n so many.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { buildWorld, type BuildOptions } from '#sim/run/build.ts';
import type { World } from '#sim/run/world.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { Kind, ProcessState } from '#sim/trace/vocabulary.ts';
import { parsed } from '../support/scenario-files.ts';
import { describeSeed, generateScenario } from './generated-scenario.ts';

const pinned = new URL('../regressions/seeds.json', import.meta.url);
const regressions = existsSync(pinned)
  ? (JSON.parse(readFileSync(pinned, 'utf8')) as { seed: number }[]).map(({ seed }) => seed)
  : [];
const only = process.env['SPILLWAY_SEED'];
const count = Number(process.env['SPILLWAY_COUNT'] ?? (process.env['SPILLWAY_DEEP'] ? 1500 : 60));
const seeds =
  only === undefined
    ? [...regressions, ...Array.from({ length: count }, (_, i) => 1000 + i)]
    : [Number(only)];

function worldOf(document: unknown, options: BuildOptions = {}): World {
  return buildWorld(parsed(JSON.stringify(document)), options);
}

function rowsOf(world: World): Row[] {
  return world
    .trace()
    .blocks.flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)));
}

/** Runs `property` for every seed; a failure names the seed and the command that replays it. */
function forSeeds(property: (seed: number) => void): void {
  for (const seed of seeds) {
    try {
      property(seed);
    } catch (error) {
      if (error instanceof Error) error.message = `${describeSeed(seed)}\n${error.message}`;
      throw error;
    }
  }
}

describe('generated systems', () => {
  it('[RUN-18] are one run however they are run: chunks, levels, checkpoint and restore, fork', () => {
    forSeeds((seed) => {
      const document = generateScenario(seed);
      const straight = worldOf(document);
      straight.advance();
      const { digest } = straight.report();
      const chunked = worldOf(document, { level: 'none' });
      const fork = worldOf(document, { level: 'none' });
      const middle = Math.floor(straight.events / 2);
      chunked.advance({ events: middle });
      const checkpoint = chunked.checkpoint();
      while (chunked.advance({ events: 501 }) === null);
      expect(chunked.digest()).toBe(digest);
      fork.restore(checkpoint);
      fork.advance();
      expect(fork.digest()).toBe(digest);
      chunked.restore(checkpoint);
      chunked.advance();
      expect(chunked.digest()).toBe(digest);
      expect(chunked.verdicts()).toEqual(straight.verdicts());
    });
  });

  it('[RUN-19] conserve what is produced: it is in the log, refused, under way, or lost with its producer', () => {
    forSeeds((seed) => {
      const world = worldOf(generateScenario(seed));
      const stopped = world.advance();
      const rows = rowsOf(world);
      const ended = new Set<number>();
      for (const row of rows) if (row.kind === Kind.append || row.kind === Kind.refuse) ended.add(row.lid);
      const crashes = rows.filter((row) => row.kind === Kind.process && row.a === ProcessState.crashed);
      for (const row of rows) {
        if (row.kind !== Kind.produce || ended.has(row.lid)) continue;
        const died = crashes.some((crash) => crash.entity === row.entity && crash.at >= row.at);
        const unacknowledged =
          world.parts.kernel.entity(row.entity) !== undefined &&
          hasNoAcks(world, row.entity, crashes, row.at);
        expect(
          died || unacknowledged || stopped !== 'quiescent',
          `event ${row.lid} of ${row.seq} is nowhere`,
        ).toBe(true);
      }
    });
  });

  it('[RUN-21] are over when they are called quiescent: nothing comes of waiting two minutes more', () => {
    const telling = new Set<number>([
      Kind.produce,
      Kind.append,
      Kind.deliver,
      Kind.effect,
      Kind.handled,
      Kind.commit,
      Kind.member,
      Kind.assign,
    ]);
    forSeeds((seed) => {
      const world = worldOf(generateScenario(seed));
      if (world.advance() !== 'quiescent') return;
      const { kernel, recorder } = world.parts;
      const before = recorder.records;
      const until = world.now + 120_000_000;
      while (kernel.step(until));
      const rows = rowsOf(world);
      // the Java client commits its positions every interval, whether or not they have moved
      const committed = new Map(
        rows
          .filter((row) => row.kind === Kind.commit && row.seq < before)
          .map((row) => [`${row.a} ${row.b} ${row.c}`, row.d]),
      );
      const repeats = (row: Row): boolean =>
        row.kind === Kind.commit && committed.get(`${row.a} ${row.b} ${row.c}`) === row.d;
      const after = rows.filter((row) => row.seq >= before && telling.has(row.kind) && !repeats(row));
      expect(after.slice(0, 3)).toEqual([]);
    });
  });

  it('[RUN-20] keep streams apart: another consumer changes nobody else’s arrivals and items', () => {
    forSeeds((seed) => {
      const document = generateScenario(seed) as {
        services: object;
        carry: { kafka: { consume: object } };
        faults: unknown[];
      };
      document.faults = [];
      const more = structuredClone(document);
      Object.assign(more.services, {
        audit: { on: { 'order.placed': [{ work: { exponential: '3ms' } }, 'settle'] } },
      });
      Object.assign(more.carry.kafka.consume, {
        audit: { topics: ['orders'], group: 'audit', config: { 'auto.offset.reset': 'earliest' } },
      });
      const alone = arrivals(document);
      const together = arrivals(more);
      expect(together.made).toEqual(alone.made);
      for (const [key, amount] of alone.amounts)
        expect(together.amounts.get(key) ?? amount, key).toBe(amount);
    });
  });
});

/** With acks=0 nobody learns that the broker was down: a broker's crash is the named fault. */
function hasNoAcks(world: World, entity: number, crashes: readonly Row[], at: number): boolean {
  const name = world.parts.entityNames[entity] ?? '';
  const brokers = crashes.filter((crash) =>
    (world.parts.entityNames[crash.entity] ?? '').startsWith('kafka'),
  );
  return name.startsWith('checkout') && brokers.some((crash) => crash.at >= at - 60_000_000);
}

/** When each source made its arrivals, and what the orders came to: key and total of every first effect. */
function arrivals(document: unknown): { made: (number | undefined)[]; amounts: Map<string, number> } {
  const world = worldOf(document);
  world.advance();
  const { names, keys, events } = world.parts.catalog;
  const made = new Map<string, number[]>();
  const amounts = new Map<string, number>();
  for (const row of rowsOf(world)) {
    const owner = world.parts.entityNames[row.entity] ?? '';
    if (row.kind === Kind.produce && owner.startsWith('checkout')) {
      const item = events.item.data[row.lid] as number;
      made.set(`${owner} ${String(item)}`, [row.at]);
    }
    if (row.kind === Kind.effect && names.list[row.a] === 'cards.charge') {
      const key = `${names.list[keys.prefix.data[row.b] as number] ?? ''}${String(keys.number.data[row.b])}`;
      amounts.set(key, row.value);
    }
  }
  return { made: [...made.values()].map(([at]) => at), amounts };
}
