/** Topics that are given partitions while they are in use, in whole runs of the two published scenarios and variants of them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import { buildWorld } from '#sim/run/build.ts';
import type { World } from '#sim/run/world.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { Kind, type KindName } from '#sim/trace/vocabulary.ts';

const SECOND = 1_000_000;
const KEYS = 'added-partitions-move-keys';
const LATEST = 'new-partition-read-from-latest';

interface Changes {
  readonly consume?: Readonly<Record<string, unknown>>;
  readonly producer?: Readonly<Record<string, unknown>>;
  readonly broker?: Readonly<Record<string, unknown>>;
  readonly topic?: Readonly<Record<string, unknown>>;
  readonly faults?: readonly unknown[];
}

interface Document {
  brokers: { kafka: Record<string, unknown> & { topics: { orders: Record<string, unknown> } } };
  carry: { kafka: { consume: Record<string, { config: Record<string, unknown> }> } };
  services: { checkout: { config: Record<string, unknown> } };
  faults: unknown[];
}

function textOf(name: string, changes: Changes): string {
  const document = JSON.parse(readFileSync(`scenarios/log/${name}.json`, 'utf8')) as Document;
  for (const entry of Object.values(document.carry.kafka.consume))
    Object.assign(entry.config, changes.consume);
  Object.assign(document.services.checkout.config, changes.producer);
  Object.assign(document.brokers.kafka, changes.broker);
  Object.assign(document.brokers.kafka.topics.orders, changes.topic);
  if (changes.faults !== undefined) document.faults = [...changes.faults];
  return JSON.stringify(document);
}

function worldOf(name: string, changes: Changes = {}): World {
  const parsed = parseScenario(textOf(name, changes));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return buildWorld(parsed.value);
}

function runOf(name: string, changes: Changes = {}): World {
  const world = worldOf(name, changes);
  while (world.advance() === null);
  return world;
}

function rows(world: World, kind: KindName): Row[] {
  return world
    .trace()
    .blocks.flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)))
    .filter((row) => row.kind === Kind[kind]);
}

function statusOf(world: World, check: string): string {
  return world.verdicts().find(({ checker }) => checker === check)?.verdict ?? 'absent';
}

/** Partitions, each once, in the order of the records. */
function partitionsOf(found: readonly Row[]): number[] {
  return [...new Set(found.map(({ b }) => b))];
}

describe('CreatePartitions', () => {
  it('[KAFKA-GROWTH-1] adds empty partitions and leaves what was written where it is', () => {
    const world = runOf(KEYS);
    const [grown, ...others] = rows(world, 'partitions');
    expect(others).toEqual([]);
    expect([grown?.b, grown?.c, grown?.d]).toEqual([6, 2, -1]);
    expect(grown?.at).toBe(20 * SECOND);
    const appends = rows(world, 'append');
    const before = appends.filter(({ at }) => at <= 20 * SECOND);
    expect(partitionsOf(before).sort()).toEqual([0, 1]);
    for (const partition of [2, 3, 4, 5]) expect(appends.find(({ b }) => b === partition)?.c).toBe(0);
    expect(statusOf(world, 'no-loss')).toBe('valid');
  });

  it('[KAFKA-GROWTH-1] refuses what is no increase, and nothing changes', () => {
    const again = { kind: 'partitions', nth: 1 };
    const world = runOf(KEYS, {
      faults: [
        { alter: 'kafka/orders', partitions: 6, at: '20s' },
        { alter: 'kafka/orders', partitions: 4, when: again },
      ],
    });
    const found = rows(world, 'partitions');
    expect(found.map(({ b, c }) => [b, c])).toEqual([
      [6, 2],
      [4, 6],
    ]);
    expect(nameOf(world.parts.catalog.names, found[1]?.d ?? -1)).toBe('INVALID_PARTITIONS');
    expect(partitionsOf(rows(world, 'append'))).toHaveLength(6);
  });

  it('[KAFKA-GROWTH-1] is not asked for the same or less by a file: Kafka’s refusal is the problem', () => {
    const problems = (partitions: number): string => {
      const parsed = parseScenario(
        textOf(KEYS, { faults: [{ alter: 'kafka/orders', partitions, at: '1s' }] }),
      );
      return parsed.ok ? '' : parsed.problems.map(({ sentence }) => sentence).join();
    };
    expect(problems(3)).toBe('');
    expect(problems(2)).toBe('INVALID_PARTITIONS: Topic already has 2 partition(s).');
    expect(problems(1)).toContain('currently has 2 partition(s); 1 would not be an increase.');
  });

  it('[KAFKA-GROWTH-2] puts the copies on the nodes in turn, and nodes take the lead from epoch 0', () => {
    const world = runOf(KEYS, { broker: { nodes: 3 }, topic: { 'replication.factor': 3 } });
    const leads = rows(world, 'lead');
    const name = (entity: number): string => world.parts.entityNames[entity] ?? '';
    expect(leads.map(({ b, entity }) => [b, name(entity)]).sort()).toEqual([
      [2, 'kafka-3'],
      [3, 'kafka-1'],
      [4, 'kafka-2'],
      [5, 'kafka-3'],
    ]);
    expect(leads.every(({ d, at }) => d === 0 && at > 20 * SECOND && at < 21 * SECOND)).toBe(true);
    expect(statusOf(world, 'no-loss')).toBe('valid');
    const copied = rows(world, 'replicate').filter(({ b }) => b >= 2);
    expect(copied.length).toBeGreaterThan(0);
  });

  it('[KAFKA-GROWTH-2] passes over a replica that does not live', () => {
    const world = runOf(KEYS, {
      broker: { nodes: 3 },
      topic: { 'replication.factor': 3 },
      faults: [
        { crash: 'kafka-3', at: '5s', for: '40s' },
        { alter: 'kafka/orders', partitions: 6, at: '20s' },
      ],
    });
    const name = (entity: number): string => world.parts.entityNames[entity] ?? '';
    const born = rows(world, 'lead').filter(({ b, d }) => b >= 2 && d === 0);
    expect(born.map(({ b, entity }) => [b, name(entity)]).sort()).toEqual([
      [2, 'kafka-1'],
      [3, 'kafka-1'],
      [4, 'kafka-2'],
      [5, 'kafka-1'],
    ]);
    expect(statusOf(world, 'no-loss')).toBe('valid');
  });
});

describe('clients', () => {
  it('[KAFKA-GROWTH-3] a producer spreads keys over what it knows, and knows by age', () => {
    const world = runOf(KEYS);
    const added = rows(world, 'append').filter(({ b }) => b >= 2);
    // metadata.max.age.ms 5 s after the last answer, which was under way at most a few milliseconds
    expect(added[0]?.at).toBeGreaterThan(20 * SECOND);
    expect(added[0]?.at).toBeLessThan(25.5 * SECOND);
    const moved = new Map<number, Set<number>>();
    for (const { b, d } of rows(world, 'append')) moved.set(d, (moved.get(d) ?? new Set()).add(b));
    const counts = [...moved.values()].map(({ size }) => size);
    expect(counts.some((count) => count === 2)).toBe(true);
    expect(Math.max(...counts)).toBe(2);
    expect(statusOf(world, 'key-order')).toBe('invalid');
  });

  it('[KAFKA-GROWTH-3] by default not for five minutes, unless its connection breaks', () => {
    const patient = { producer: { 'metadata.max.age.ms': 300_000 } };
    expect(partitionsOf(rows(runOf(KEYS, patient), 'append'))).toHaveLength(2);
    const restarted = runOf(KEYS, {
      ...patient,
      faults: [
        { alter: 'kafka/orders', partitions: 6, at: '20s' },
        { restart: 'kafka', at: '25s' },
      ],
    });
    const added = rows(restarted, 'append').filter(({ b }) => b >= 2);
    expect(added[0]?.at).toBeGreaterThan(25 * SECOND);
    expect(added[0]?.at).toBeLessThan(28 * SECOND);
  });

  it('[KAFKA-GROWTH-3] a process that starts asks before it sends', () => {
    const world = worldOf(KEYS, {
      producer: { 'metadata.max.age.ms': 300_000 },
      faults: [
        { alter: 'kafka/orders', partitions: 6, at: '20s' },
        { restart: 'checkout-1', at: '25s' },
      ],
    });
    while (world.advance() === null);
    const after = rows(world, 'append').filter(({ at }) => at > 25.1 * SECOND);
    expect(partitionsOf(after).length).toBeGreaterThan(2);
    expect(after.find(({ b }) => b >= 2)?.at).toBeLessThan(27 * SECOND);
  });

  it('[KAFKA-GROWTH-4] in the new protocol the next heartbeat raises the epoch', () => {
    const world = runOf(KEYS, { consume: { 'group.protocol': 'consumer', 'metadata.max.age.ms': 300_000 } });
    const late = rows(world, 'assign').filter(({ c }) => c >= 2);
    expect(new Set(late.map(({ c }) => c))).toEqual(new Set([2, 3, 4, 5]));
    // heartbeats go every five seconds; a partition that the member does not know makes it ask
    for (const { at } of late) expect(at).toBeLessThan(31 * SECOND);
    expect(statusOf(world, 'no-loss')).toBe('valid');
  });

  it('[KAFKA-GROWTH-5] in the classic one the leader joins again, once it knows', () => {
    const world = runOf(KEYS);
    const late = rows(world, 'assign').filter(({ c }) => c >= 2);
    expect(new Set(late.map(({ c }) => c))).toEqual(new Set([2, 3, 4, 5]));
    expect(late.every(({ at }) => at > 20 * SECOND)).toBe(true);
    const patient = runOf(LATEST);
    const [first] = rows(patient, 'assign').filter(({ c }) => c >= 2);
    expect(first?.at).toBeGreaterThan(299 * SECOND);
    expect(first?.at).toBeLessThan(305 * SECOND);
  });

  it('[KAFKA-GROWTH-6] from latest what was written before the group came is passed over; earliest is the repair', () => {
    const world = runOf(LATEST);
    const { names } = world.parts.catalog;
    const begun = rows(world, 'position').filter(({ c }) => c >= 2);
    expect(begun.map(({ e }) => nameOf(names, e))).toEqual(['latest', 'latest']);
    expect(begun.every(({ d }) => d > 0)).toBe(true);
    expect(statusOf(world, 'no-loss')).toBe('invalid');
    expect(statusOf(runOf(LATEST, { consume: { 'auto.offset.reset': 'earliest' } }), 'no-loss')).toBe(
      'valid',
    );
  });
});

describe('a run that grows', () => {
  it('is the same again from any checkpoint', () => {
    const whole = runOf(KEYS);
    for (const until of [19, 21, 24, 26]) {
      const world = worldOf(KEYS);
      world.advance({ until: until * SECOND });
      const other = worldOf(KEYS);
      other.restore(world.checkpoint());
      while (other.advance() === null);
      expect(other.digest()).toBe(whole.digest());
    }
  });
});
