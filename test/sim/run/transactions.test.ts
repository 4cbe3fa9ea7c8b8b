/** Transactions from the handler's step to the log and back: what holds wherever the process dies, stands still or is fenced. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nameOf } from '#sim/base/names.ts';
import { buildWorld } from '#sim/run/build.ts';
import type { World } from '#sim/run/world.ts';
import { rowAt, type Row } from '#sim/trace/block.ts';
import { BrokerTransactionState, Kind, type KindName } from '#sim/trace/vocabulary.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import { parsed } from '../../support/scenario-files.ts';

type Json = Record<string, unknown>;

interface File {
  seed: number;
  brokers: { kafka: Json & { version?: string; nodes?: number; config?: Json } };
  services: Record<string, Json & { config?: Json; on?: Json }>;
  carry: { kafka: { consume: Record<string, { config: Json }> } };
  faults: Json[];
}

function file(name: string, change: (file: File) => void = () => undefined): string {
  const read = JSON.parse(readFileSync(`scenarios/transactions/${name}.json`, 'utf8')) as File;
  change(read);
  return JSON.stringify(read);
}

function ran(text: string): World {
  const world = buildWorld(parsed(text));
  world.advance();
  return world;
}

function verdicts(world: World): Record<string, string> {
  const { verdicts: judged } = world.report();
  return Object.fromEntries(judged.map(({ id, verdict }) => [id, verdict]));
}

function rows(world: World, kind: KindName): Row[] {
  return world
    .trace()
    .blocks.flatMap((block) => Array.from({ length: block.count }, (_, row) => rowAt(block, row)))
    .filter((row) => row.kind === Kind[kind]);
}

/** Codes with which a step of this name ended. */
function failures(world: World, point: string): string[] {
  return rows(world, 'step')
    .filter(({ a, d }) => nameOf(world.trace().header.catalog.names, a) === point && d === 1)
    .map(({ e }) => nameOf(world.trace().header.catalog.names, e));
}

const POINTS = ['planner/transaction', 'planner/transaction/publish', 'planner/transaction/settle'];
const VERSIONS = ['4.0', '4.0.0-SNAPSHOT'];
const ALL_WELL = {
  'no-loss': 'valid',
  'effect-once': 'valid',
  'key-order': 'valid',
  'commit-safety': 'valid',
  progress: 'valid',
};

describe.each(VERSIONS)('consume, transform, produce on %s', (version) => {
  const struck = (fault: Json, more: (read: File) => void = () => undefined): World =>
    ran(
      file('crash-in-transaction', (read) => {
        read.brokers.kafka.version = version;
        read.faults = [fault];
        more(read);
      }),
    );
  const moments: { before?: string; after?: string; nth: number }[] = POINTS.flatMap((point) => [
    { before: point, nth: 3 },
    { after: point, nth: 4 },
  ]);

  const at = moments.map((when) => ({
    when,
    at: when.before ? `before ${when.before}` : `after ${when.after ?? ''}`,
  }));

  it.each(at)('[KAFKA-COORDINATOR-2] has each effect once when the process dies $at', ({ when }) => {
    expect(verdicts(struck({ crash: 'planner', when, for: '5s' }))).toEqual(ALL_WELL);
  });

  it.each(at)('[KAFKA-CLIENT-65] and when it stands still longer than its session $at', ({ when }) => {
    const world = struck({ pause: 'planner', when, for: '25s' });
    expect(verdicts(world)).toMatchObject({ 'no-loss': 'valid', 'effect-once': 'valid' });
  });

  it('[KAFKA-CLIENT-65] and when it learns late that it is no member any more', () => {
    const cut = { partition: [['planner-1'], ['kafka-1']], direction: 'both', at: '9160ms', for: '13016ms' };
    expect(verdicts(struck(cut))).toMatchObject({ 'no-loss': 'valid', 'effect-once': 'valid' });
  });

  it('[KAFKA-COORDINATOR-7] [KAFKA-CLIENT-64] and when the broker dies', () => {
    for (const time of ['3s', '5.003s', '7.77s']) {
      const world = struck({ crash: 'kafka-1', at: time, for: '3s' });
      expect(verdicts(world)).toMatchObject({ 'no-loss': 'valid', 'effect-once': 'valid' });
    }
  });

  it('[KAFKA-CLIENT-62] and on several nodes', () => {
    for (const crashed of ['kafka-1', 'kafka-2', 'kafka-3']) {
      const world = struck({ crash: crashed, at: '5s', for: '4s' }, (read) => {
        read.brokers.kafka.nodes = 3;
        read.brokers.kafka.config = { 'default.replication.factor': 3, 'min.insync.replicas': 2 };
      });
      expect(verdicts(world)).toMatchObject({ 'no-loss': 'valid', 'effect-once': 'valid' });
    }
  });
});

describe('the producer', () => {
  it('[KAFKA-CLIENT-60] waits with its first transaction until its id is initialised', () => {
    const world = ran(file('crash-in-transaction'));
    const first = rows(world, 'brokerTransaction')[0];
    expect(first).toMatchObject({ a: BrokerTransactionState.initialized });
    const begun = rows(world, 'step').find(
      ({ a }) => nameOf(world.trace().header.catalog.names, a) === 'planner/transaction/publish',
    );
    expect(begun?.at).toBeGreaterThan(first?.at ?? Infinity);
  });

  it('[KAFKA-CLIENT-61] learns that it is fenced, once and for all', () => {
    const world = ran(
      file('zombie-fenced', (read) => {
        read.services['planner'] = { ...read.services['planner'], onError: 'poll-on' };
        read.faults = [
          { pause: 'planner', when: { after: 'planner/transaction/settle', nth: 20 }, for: '16s' },
        ];
      }),
    );
    const codes = failures(world, 'planner/transaction');
    expect(codes.length).toBeGreaterThan(0);
    expect(new Set(codes)).toEqual(new Set(['PRODUCER_FENCED']));
    expect(verdicts(world)).toMatchObject({ 'effect-once': 'valid', 'no-phantom-effect': 'valid' });
  });

  it('[KAFKA-CLIENT-61] is refused by the group whose member it no longer is', () => {
    const world = ran(
      file('zombie-fenced', (read) => {
        for (const name of ['planner', 'replacement'])
          read.services[name] = { ...read.services[name], config: { 'transactional.id': '{instance}' } };
        read.faults = [
          { pause: 'planner', when: { after: 'planner/transaction/publish', nth: 20 }, for: '25s' },
        ];
      }),
    );
    expect(failures(world, 'planner/transaction')).toEqual(['UNKNOWN_MEMBER_ID']);
    expect(verdicts(world)).toMatchObject({ 'effect-once': 'valid' });
  });

  it('[KAFKA-CLIENT-63] aborts what a failed step leaves behind, and ends an empty transaction in silence', () => {
    const failing = (steps: unknown[]): World =>
      ran(
        file('crash-in-transaction', (read) => {
          read.faults = [];
          read.services['planner'] = {
            ...read.services['planner'],
            onError: 'seek-back',
            on: { 'order.placed': [{ transaction: 'kafka', do: steps }] },
          };
        }),
      );
    const publish = { publish: 'shipment.requested', wait: 'confirm' };
    const fail = { fail: 'transient', if: { nth: 7 } };
    const late = failing([publish, fail, 'settle']);
    expect(rows(late, 'marker').filter(({ d }) => d === 0)).toHaveLength(1);
    expect(verdicts(late)).toEqual(ALL_WELL);
    const early = failing([fail, publish, 'settle']);
    expect(rows(early, 'marker').filter(({ d }) => d === 0)).toEqual([]);
    expect(verdicts(early)).toEqual(ALL_WELL);
  });
});

describe('what a file may say', () => {
  const told = (change: (read: File) => void): string[] => {
    const result = parseScenario(file('crash-in-transaction', change));
    const found = result.ok ? result.value.warnings : result.problems;
    return found.map(({ sentence, hint }) => `${sentence} ${hint ?? ''}`);
  };
  const steps = (read: File, list: unknown[]): void => {
    read.services['planner'] = { ...read.services['planner'], on: { 'order.placed': list } };
    read.faults = [];
  };

  it('nothing is wrong with the file itself', () => {
    expect(told(() => undefined)).toEqual([]);
  });

  it('a transaction takes a transactional.id, and is of the broker in use', () => {
    const without = told((read) => {
      read.services['planner'] = { ...read.services['planner'], config: {} };
    });
    expect(without.join()).toContain('has no transactional.id');
    expect(without.join()).toContain('planner-{instance}');
  });

  it('of a broker that is not in use, or of another family, there is none', () => {
    const other = told((read) => {
      Object.assign(read.brokers, { second: { kind: 'kafka', topics: { orders: { partitions: 1 } } } });
      steps(read, [{ transaction: 'second', do: ['settle'] }]);
    });
    expect(other.join()).toContain('is not the broker in use');
  });

  it('a transactional producer publishes nowhere else, and has no transaction in a transaction', () => {
    const outside = told((read) => steps(read, [{ publish: 'shipment.requested' }, 'settle']));
    expect(outside.join()).toContain('sends nothing outside of a transaction');
    const nested = told((read) =>
      steps(read, [{ transaction: 'kafka', do: [{ transaction: 'kafka', do: ['settle'] }] }]),
    );
    expect(nested.join()).toContain('one transaction at a time');
    const stopped = told((read) => steps(read, [{ transaction: 'kafka', do: ['settle', 'stop'] }]));
    expect(stopped.join()).toContain('`stop` cannot stand inside');
  });

  it('what the broker cannot take back is a warning, and so is an id that instances share', () => {
    const call = { call: 'parcels.send', key: '{order.id}' };
    expect(told((read) => steps(read, [{ transaction: 'kafka', do: [call, 'settle'] }])).join()).toContain(
      'does not cover `call`',
    );
    const shared = told((read) => {
      read.services['planner'] = { ...read.services['planner'], config: { 'transactional.id': 'planner' } };
    });
    expect(shared.join()).toContain('each that starts fences the others');
  });
});
