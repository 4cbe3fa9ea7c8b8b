/**
 * Claims about Kafka that tutorials make and that do not hold: each is a scenario whose verdict its file states (the golden
 * tests hold it to that); here is what the runs must show besides. The page on Kafka lists all of them.
 */
import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import { keyText } from '#sim/messaging/keys.ts';
import { buildWorld } from '#sim/run/build.ts';
import type { World } from '#sim/run/world.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { kindNames } from '#sim/trace/vocabulary.ts';
import { parsed, scenarioFiles } from '../../../../support/scenario-files.ts';

function ran(name: string): { readonly world: World; rows(kind: string): Row[] } {
  const file = scenarioFiles().find((one) => one.name === name);
  const world = buildWorld(parsed(file?.text ?? ''));
  world.advance();
  return {
    world,
    rows: (kind) =>
      world.parts.recorder
        .blocks()
        .flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)))
        .filter((row) => kindNames[row.kind] === kind),
  };
}

describe('claims that do not hold', () => {
  it('a record that is not committed is delivered once to a living consumer', () => {
    const { rows } = ran('no-commit-no-redelivery');
    const lids = rows('deliver').map(({ lid }) => lid);
    expect(new Set(lids).size).toBe(lids.length);
    expect(rows('commit')).toEqual([]);
  });

  it('a commit covers the failed record before it, also after a restart', () => {
    const { rows } = ran('commit-covers-earlier');
    const failed = rows('handled').filter(({ b }) => b === 1);
    expect(failed).toHaveLength(1);
    expect(rows('deliver').filter(({ lid }) => lid === failed[0]?.lid)).toHaveLength(1);
    expect(rows('position').length).toBeGreaterThan(1);
  });

  it('earliest is asked for the first start alone', () => {
    const { world, rows } = ran('earliest-does-not-reread');
    const { names } = world.parts.catalog;
    const reasons = rows('position').map(({ e }) => nameOf(names, e));
    expect(reasons.filter((reason) => reason === 'earliest')).toHaveLength(3);
    expect(reasons.filter((reason) => reason === 'committed')).toHaveLength(6);
  });

  it('acks=all waits for the slowest copy in sync, not for min.insync.replicas of them', () => {
    const { rows } = ran('acks-all-waits-for-all');
    const announced = new Map(rows('produce').map(({ lid, at }) => [lid, at]));
    const waits = rows('confirm').map(({ lid, at }) => at - (announced.get(lid) ?? at));
    expect(waits).toHaveLength(8);
    expect(Math.min(...waits)).toBeGreaterThan(1_000_000);
  });

  it('records without a key stay together', () => {
    const partitions = ran('keyless-is-sticky')
      .rows('append')
      .map(({ b }) => b);
    expect(partitions).toHaveLength(12);
    expect(new Set(partitions).size).toBe(1);
  });

  it('consumers beyond the partitions are idle', () => {
    const { rows } = ran('idle-consumers');
    const owners = new Map(rows('assign').map(({ b, c, d }) => [`${b}/${c}`, d]));
    expect(new Set(owners.values()).size).toBe(2);
    expect(new Set(rows('deliver').map(({ entity }) => entity)).size).toBe(2);
  });

  it('range gives the first member the remainder of every topic', () => {
    const { rows } = ran('range-is-uneven');
    const last = Math.max(...rows('assign').map(({ e }) => e));
    const counts = new Map<number, number>();
    for (const { d, e } of rows('assign')) if (e === last) counts.set(d, (counts.get(d) ?? 0) + 1);
    expect([...counts.values()].sort()).toEqual([2, 4]);
  });

  it('records outlive retention.ms until somebody looks', () => {
    const { rows } = ran('retention-is-late');
    const written = new Map(rows('append').map(({ lid, at }) => [lid, at]));
    const ages = rows('deliver').map(({ lid, at }) => at - (written.get(lid) ?? at));
    expect(ages).toHaveLength(50);
    expect(Math.min(...ages)).toBeGreaterThan(10_000_000);
  });

  it('a compacted topic shows a late reader some keys more than once', () => {
    const { world, rows } = ran('compaction-keeps-duplicates');
    const { keys, names, events } = world.parts.catalog;
    const read = rows('deliver').map(({ lid }) => keyText(keys, names, events.key.data[lid] ?? -1));
    expect(rows('compacted').length).toBeGreaterThan(10);
    expect(new Set(read).size).toBe(3);
    expect(read.length).toBeGreaterThan(6);
  });

  it('retention.bytes is exceeded in each partition, and by the topic as a whole', () => {
    const { rows } = ran('retention-bytes-is-soft');
    const limit = 2_097_152;
    const found = [0, 1].map((p) => rows('deliver').filter(({ c }) => c === p).length * 65_536);
    for (const bytes of found) expect(bytes).toBeGreaterThan(limit);
    for (const bytes of found) expect(bytes).toBeLessThan(limit + 2 * 1_048_576);
  });
});
