/** The share consumer in a run: what its two modes do, and what a crash, a long handler and a slow program lead to. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import { buildWorld } from '#sim/run/build.ts';
import { describeScenario } from '#sim/run/describe.ts';
import type { World } from '#sim/run/world.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { Kind, Outcome, type KindName } from '#sim/trace/vocabulary.ts';
import { parsed } from '../../../../support/scenario-files.ts';

const file = new URL('../../../../../scenarios/groups/share-group-slow-record.json', import.meta.url);
const text = readFileSync(file, 'utf8');

interface Change {
  readonly steps?: readonly unknown[];
  readonly config?: Readonly<Record<string, unknown>>;
  readonly group?: Readonly<Record<string, unknown>>;
  readonly broker?: Readonly<Record<string, unknown>>;
  readonly onError?: unknown;
  readonly instances?: number;
  readonly limit?: number;
  readonly faults?: readonly unknown[];
  readonly horizon?: string;
  readonly nodes?: number;
  readonly partitions?: number;
}

const charge = { call: 'cards.charge', as: 'charge', key: '{order.id}', amount: '{order.total}' };

/** Runs that file's system otherwise. */
function run(change: Change): World {
  const document = JSON.parse(text) as {
    horizon: string;
    faults?: readonly unknown[];
    brokers: {
      kafka: {
        config?: object;
        nodes?: number;
        topics: { orders: { partitions: number } };
        groups: { payment: { config: object } };
      };
    };
    carry: { kafka: { consume: { payment: { config: object } } } };
    services: {
      checkout: { limit: number };
      payment: { on: Record<string, unknown>; onError: unknown; instances: number };
    };
  };
  const { payment, checkout } = document.services;
  payment.on['order.placed'] = change.steps ?? [charge, 'settle'];
  payment.onError = change.onError ?? 'crash';
  payment.instances = change.instances ?? 1;
  checkout.limit = change.limit ?? 5;
  document.horizon = change.horizon ?? '10min';
  document.faults = change.faults ?? [];
  document.brokers.kafka.config = change.broker ?? {};
  document.brokers.kafka.nodes = change.nodes ?? 1;
  document.brokers.kafka.topics.orders.partitions = change.partitions ?? 1;
  Object.assign(document.brokers.kafka.groups.payment.config, change.group);
  document.carry.kafka.consume.payment.config = change.config ?? { 'share.acknowledgement.mode': 'explicit' };
  const world = buildWorld(parsed(JSON.stringify(document)));
  world.advance();
  return world;
}

function rows(world: World, kind: KindName): Row[] {
  return world
    .trace()
    .blocks.flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)))
    .filter((row) => row.kind === Kind[kind]);
}

function outcomes(world: World): string[] {
  return rows(world, 'settled').map((row) => nameOf(world.parts.catalog.names, row.f));
}

/** Numbers of the deliveries of each record, in order. */
function deliveries(world: World): number[][] {
  const found: number[][] = [];
  for (const row of rows(world, 'deliver')) (found[row.d] ??= []).push(row.f);
  return found;
}

describe('implicit acknowledgement', () => {
  const config = { 'share.acknowledgement.mode': 'implicit' };

  it('[KAFKA-SHARE-18] the next poll() accepts what the last one returned', () => {
    const world = run({ steps: [charge], config });
    expect(outcomes(world)).toEqual(Array.from({ length: 5 }, () => 'accepted'));
    expect(world.verdicts().find(({ id }) => id === 'no-loss')?.verdict).toBe('valid');
  });

  it('[KAFKA-SHARE-18] also what its handler failed on', () => {
    const steps = [{ fail: 'transient', if: { field: 'order.id', eq: 'order-2' } }, charge];
    const world = run({ steps, config, onError: 'poll-on' });
    expect(outcomes(world)).toEqual(Array.from({ length: 5 }, () => 'accepted'));
    expect(world.verdicts().find(({ id }) => id === 'no-loss')?.verdict).toBe('invalid');
  });
});

describe('explicit acknowledgement', () => {
  it('[KAFKA-SHARE-18] poll() throws while a record of the last one is not acknowledged', () => {
    const steps = [charge, { when: { field: 'order.id', ne: 'order-2' }, do: ['settle'] }];
    const world = run({ steps, horizon: '20s' });
    const ends = rows(world, 'process').map((row) => nameOf(world.parts.catalog.names, row.b));
    expect(ends.filter((reason) => reason === 'IllegalStateException').length).toBeGreaterThan(1);
  });

  it('[KAFKA-SHARE-5] what fails and is given back is delivered five times, then archived', () => {
    const steps = [{ fail: 'transient', if: { field: 'order.id', eq: 'order-2' } }, charge, 'settle'];
    const world = run({ steps, onError: 'nack' });
    expect(deliveries(world)).toEqual([[1], [1, 2, 3, 4, 5], [1], [1], [1]]);
    expect(outcomes(world).filter((outcome) => outcome === 'archived')).toHaveLength(1);
  });

  it('[KAFKA-SHARE-3] what is rejected is never delivered again', () => {
    const poison = { when: { field: 'order.id', eq: 'order-2' }, do: [{ reject: {} }, 'stop'] };
    const world = run({ steps: [poison, charge, 'settle'] });
    expect(deliveries(world)).toEqual([[1], [1], [1], [1], [1]]);
    expect(outcomes(world).filter((outcome) => outcome === 'rejected')).toHaveLength(1);
  });

  it('[KAFKA-SHARE-11] a handler longer than the lock loses its record to another, and is told so', () => {
    const slow = { when: { field: 'order.id', eq: 'order-2' }, do: [{ work: '40s' }] };
    const world = run({ steps: [slow, charge, 'settle'], instances: 2, onError: 'poll-on', horizon: '100s' });
    expect(outcomes(world)).toContain('expired');
    const codes = rows(world, 'step').map((row) =>
      row.e < 0 ? '' : nameOf(world.parts.catalog.names, row.e),
    );
    expect(codes).toContain('INVALID_RECORD_STATE');
    expect(world.verdicts().find(({ id }) => id === 'effect-once')?.verdict).toBe('invalid');
  });

  it('[KAFKA-SHARE-3] who renews its lock keeps it', () => {
    const steps = [
      {
        when: { field: 'order.id', eq: 'order-2' },
        do: [{ work: '20s' }, { extend: '30s' }, { work: '20s' }],
      },
      charge,
      'settle',
    ];
    const world = run({ steps, instances: 2 });
    expect(outcomes(world)).not.toContain('expired');
    expect(outcomes(world)).toContain('renewed');
    expect(world.verdicts().map(({ id, verdict }) => [id, verdict])).toContainEqual(['effect-once', 'valid']);
  });

  it('[KAFKA-SHARE-12] a record that kills its process is never archived: those deliveries do not count', () => {
    const steps = [{ fail: 'crash', if: { field: 'order.id', eq: 'order-2' } }, charge, 'settle'];
    const world = run({ steps, horizon: '20s' });
    const second = deliveries(world)[1] ?? [];
    expect(second.length).toBeGreaterThan(5);
    expect(new Set(second)).toEqual(new Set([1]));
    expect(outcomes(world)).not.toContain('archived');
  });

  it('[KAFKA-SHARE-17] who does not poll for max.poll.interval.ms leaves, and joins with its next poll()', () => {
    const slow = { when: { field: 'order.id', eq: 'order-2' }, do: [{ work: '15s' }] };
    const config = { 'share.acknowledgement.mode': 'explicit', 'max.poll.interval.ms': 10_000 };
    const world = run({ steps: [slow, charge, 'settle'], config });
    const states = rows(world, 'machine')
      .filter((row) => nameOf(world.parts.catalog.names, row.a) === 'share-member')
      .map((row) => nameOf(world.parts.catalog.names, row.d));
    expect(states).toEqual(['unjoined', 'joining', 'stable', 'stale', 'joining', 'stable']);
    expect(deliveries(world)).toEqual([[1], [1], [1], [1], [1]]);
  });
});

describe('what the program and the world do to it', () => {
  it('[KAFKA-SHARE-14] a broker that is away for a while costs no record', () => {
    const faults = [{ crash: 'kafka', at: '1s', for: '3s' }];
    const world = run({ faults, limit: 40, instances: 2, onError: 'poll-on' });
    expect(world.verdicts().find(({ id }) => id === 'no-loss')?.verdict).toBe('valid');
    const done = rows(world, 'handled').filter((row) => row.b === Outcome.ok);
    expect(new Set(done.map((row) => row.lid)).size).toBe(40);
  });

  it('[KAFKA-SHARE-14] asks a node that does not lead yet again after a pause, not at once', () => {
    const faults = [
      { crash: 'kafka-2', at: '1s', for: '2s' },
      { pause: 'payment-2', at: '2s', for: '35s' },
      { crash: 'kafka-1', at: '4s', for: '1s' },
    ];
    const world = run({ faults, nodes: 2, partitions: 4, instances: 3, limit: 40, onError: 'poll-on' });
    expect(world.verdicts().find(({ id }) => id === 'no-loss')?.verdict).toBe('valid');
    expect(world.events).toBeLessThan(10_000);
  });

  it('[KAFKA-SHARE-13] a new member takes part at its first heartbeat, and nobody stands still', () => {
    const world = run({ instances: 3, limit: 60 });
    const members = new Set(rows(world, 'deliver').map((row) => row.entity));
    expect(members.size).toBe(3);
  });

  it('is one run through checkpoint and restore', () => {
    const change = { instances: 2, limit: 20, onError: 'nack' };
    const steps = [{ fail: 'transient', if: { field: 'order.id', eq: 'order-2' } }, charge, 'settle'];
    const straight = run({ ...change, steps });
    const document = straight.parts.again();
    document.advance({ events: Math.floor(straight.events / 2) });
    const checkpoint = document.checkpoint();
    document.advance();
    document.restore(checkpoint);
    document.advance();
    expect(document.digest()).toBe(straight.digest());
  });
});

it("[KAFKA-SHARE-16] the inspector shows the group's settings, and none that a share consumer refuses", () => {
  const scenario = parsed(text);
  const world = buildWorld(scenario);
  const { entityNames, packets } = world.parts;
  const told = describeScenario(scenario, scenario.seed, entityNames, packets);
  const config = told.services.find(({ name }) => name === 'payment')?.consumerConfig ?? [];
  const names = config.map(({ name }) => name);
  expect(config.find(({ name }) => name === 'share.auto.offset.reset')).toMatchObject({
    value: 'earliest',
    default: 'latest',
    written: true,
    modelled: true,
  });
  expect(names).toContain('share.acknowledgement.mode');
  expect(names).toContain('share.record.lock.duration.ms');
  expect(names).not.toContain('auto.offset.reset');
});
