/** What the clients make of leaders that move, in whole runs of the published scenarios. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import { buildWorld } from '#sim/run/build.ts';
import type { World } from '#sim/run/world.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { Kind, type KindName } from '#sim/trace/vocabulary.ts';

function runOf(name: string): World {
  const parsed = parseScenario(readFileSync(`scenarios/replication/${name}.json`, 'utf8'));
  if (!parsed.ok) throw new Error('the scenario is in order');
  const world = buildWorld(parsed.value);
  while (world.advance() === null);
  return world;
}

function rows(world: World, kind: KindName): Row[] {
  const { blocks } = world.trace();
  return blocks
    .flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)))
    .filter((row) => row.kind === Kind[kind]);
}

describe('a producer', () => {
  it('[KAFKA-CLUSTER-7] goes on with the new leader, and nothing is refused', () => {
    const world = runOf('leader-dies-acks-all');
    const [lead] = rows(world, 'lead');
    const next = rows(world, 'append').find(({ e }) => e === lead?.d);
    expect(next?.entity).toBe(lead?.entity);
    expect((next?.at ?? 0) - (lead?.at ?? 0)).toBeLessThan(3_000_000);
    expect(rows(world, 'refuse')).toHaveLength(0);
    expect(rows(world, 'confirm')).toHaveLength(200);
  });

  it('[KAFKA-CLUSTER-7] sends the last of what was in flight first, unless it is idempotent', () => {
    const numbers = (world: World): number[] => {
      const { events, messages } = world.parts.catalog;
      return rows(world, 'append').map(
        ({ mid }) => events.n.data[messages.lid.data[mid] as number] as number,
      );
    };
    const isSorted = (list: readonly number[]): boolean =>
      list.every((one, i) => i === 0 || one > (list[i - 1] ?? 0));
    expect(isSorted(numbers(runOf('retries-in-order')))).toBe(true);
    const mixed = numbers(runOf('retries-reorder'));
    const turn = mixed.findIndex((one, i) => i > 0 && one < (mixed[i - 1] ?? 0));
    expect(mixed[turn - 1]).toBe((mixed[turn] ?? 0) + 1);
  });

  it('[KAFKA-REPLICA-5] waits until enough are in sync again, within its delivery timeout', () => {
    const world = runOf('one-copy-refused');
    const { names } = world.parts.catalog;
    const codes = new Set(rows(world, 'retry').map(({ c }) => nameOf(names, c)));
    expect(codes).toContain('NOT_ENOUGH_REPLICAS');
    expect(rows(world, 'refuse')).toHaveLength(0);
  });
});

describe('a consumer', () => {
  it('[KAFKA-CLUSTER-10] goes back to where the logs part', () => {
    const world = runOf('unclean-election');
    const { names } = world.parts.catalog;
    const [lead] = rows(world, 'lead');
    const back = rows(world, 'position').filter(({ e }) => nameOf(names, e) === 'truncation');
    expect(back).toHaveLength(1);
    expect(back[0]?.d).toBe(lead?.c);
    expect(back[0]?.f).toBeGreaterThan(lead?.c ?? 0);
  });

  it('[KAFKA-CLUSTER-7] reads on from the next leader, everything once', () => {
    const world = runOf('leader-dies-acks-all');
    const offsets = rows(world, 'deliver').map(({ d }) => d);
    expect(offsets).toEqual(Array.from({ length: 200 }, (_, offset) => offset));
  });
});
