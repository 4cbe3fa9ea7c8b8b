/** Facts that take a whole system: each is a scenario of the repository, or a small one made from such. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { buildWorld } from '#sim/run/build.ts';
import type { World } from '#sim/run/world.ts';
import { kindNames } from '#sim/trace/vocabulary.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { nameOf } from '#sim/base/names.ts';
import { parsed } from '../../../../support/scenario-files.ts';
import { expected, factOf } from './fact.ts';

interface Run {
  readonly world: World;
  readonly verdicts: ReadonlyMap<string, string>;
  rows(kind: string): Row[];
}

function ran(path: string, until?: number): Run {
  const text = readFileSync(new URL(`../../../../../scenarios/${path}.json`, import.meta.url), 'utf8');
  const world = buildWorld(parsed(text));
  world.advance({ until });
  const report = world.report();
  return {
    world,
    verdicts: new Map(report.verdicts.map(({ id, verdict }) => [id, verdict])),
    rows: (kind) =>
      world.parts.recorder
        .blocks()
        .flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)))
        .filter((row) => kindNames[row.kind] === kind),
  };
}

it('tc-14: a crash between output and commit leaves readers of committed records one result', () => {
  const committed = ran('transactions/crash-in-transaction');
  expect(committed.verdicts.get('effect-once')).toBe('valid');
  const { read_committed: once, read_uncommitted: twice } = expected('tc-14', 8) as Record<string, string[]>;
  expect([once?.length, twice?.length]).toEqual([1, 2]);
  // the aborted output stands in the log beside the one that counts
  const announced = committed.rows('append').filter(({ a }) => named(committed, a) === 'shipments');
  const delivered = committed.rows('deliver').filter(({ b }) => named(committed, b) === 'shipments');
  expect(announced.length).toBeGreaterThan(new Set(delivered.map(({ lid }) => lid)).size);
  expect(ran('transactions/crash-without-transaction').verdicts.get('effect-once')).toBe('invalid');
});

function named({ world }: Run, id: number): string {
  return nameOf(world.parts.catalog.names, id);
}

it('tc-15: what is done outside of Kafka is done again', () => {
  const { verdicts } = ran('transactions/mail-outside-transaction');
  expect(verdicts.get('parcel-once')).toBe('valid');
  expect(verdicts.get('mail-once')).toBe('invalid');
  expect(expected('tc-15', 5)['emails']).toBe(2);
});

it('[KAFKA-CLUSTER-7] rc-12: a leader moves, the clients find the new one, nothing is lost or doubled', () => {
  const run = ran('replication/leader-dies-acks-all');
  expect(run.rows('lead').length).toBeGreaterThan(0);
  expect(run.verdicts.get('no-loss')).toBe('valid');
  const confirmed = run.rows('confirm').map(({ lid }) => lid);
  const written = run.rows('append').map(({ lid }) => lid);
  expect(new Set(confirmed).size).toBe(new Set(written).size);
  expect(factOf('rc-12').steps.at(-1)?.expect['records']).toHaveLength(6);
});

it('of-37: lag is the end of the log less the committed offset', () => {
  const lagOf = (end: number, committed: number): number => end - committed;
  const { given } = factOf('of-37');
  expect(lagOf(given['logEndOffset'] as number, given['committed'] as number)).toBe(
    expected('of-37', 0)['lag'],
  );
  const run = ran('retention/slow-consumer', 150_000_000);
  const end = run.rows('append').length;
  const committed =
    run
      .rows('commit')
      .filter(({ a }) => named(run, a) === 'audit')
      .at(-1)?.d ?? 0;
  const told = run.world
    .report()
    .metrics.find(({ name, labels }) => name === 'kafka_consumergroup_lag' && labels['group'] === 'audit');
  expect(end - committed).toBeGreaterThan(100);
  expect(told?.value).toBe(lagOf(end, committed));
});
