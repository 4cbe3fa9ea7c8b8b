/**
 * Properties over generated systems. Counts are small by default and full in the deep tests; seeds that once failed
 * are pinned in test/regressions/seeds.json and always run. SPILLWAY_SEED=n runs one seed alone, SPILLWAY_COUNT=n so many.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { generateSystem } from '#sim/explore/generated-system.ts';
import { properties, rowsOf } from '#sim/explore/properties.ts';
import { buildWorld } from '#sim/run/build.ts';
import type { World } from '#sim/run/world.ts';
import { Kind } from '#sim/trace/vocabulary.ts';
import { parsed } from '../support/scenario-files.ts';

const pinned = new URL('../regressions/seeds.json', import.meta.url);
const regressions = existsSync(pinned)
  ? (JSON.parse(readFileSync(pinned, 'utf8')) as { seed: number }[]).map(({ seed }) => seed)
  : [];
const only = process.env['SPILLWAY_SEED'];
const count = Number(process.env['SPILLWAY_COUNT'] ?? (process.env['SPILLWAY_DEEP'] ? 1500 : 40));
const seeds =
  only === undefined
    ? [...regressions, ...Array.from({ length: count }, (_, i) => 1000 + i)]
    : [Number(only)];

function worldOf(document: unknown): World {
  return buildWorld(parsed(JSON.stringify(document)));
}

/** Printed with every failure: how to see it again. */
function describeSeed(seed: number): string {
  return `seed ${seed}; replay: SPILLWAY_SEED=${seed} npx vitest run --project slow test/properties/generated.test.ts`;
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
  for (const ambition of ['small', 'large'] as const) {
    it.each(properties.map(({ name, broken }) => ({ name, broken })))(
      `are $name (${ambition})`,
      ({ broken }) => {
        forSeeds((seed) => expect(broken(generateSystem(seed, ambition))).toBeNull());
      },
    );
  }

  it('[RUN-20] keep streams apart: another consumer changes nobody else’s arrivals and items', () => {
    forSeeds((seed) => {
      const document = generateSystem(seed, 'small') as unknown as {
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
