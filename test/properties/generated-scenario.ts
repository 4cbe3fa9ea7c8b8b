/**
 * Random systems and faults from one seed: what the properties are tried on. Every choice is drawn from the seed, so
 * the seed is the whole description; `describeSeed` prints the command that replays it.
 */
import { createStreamTable, sequentialSource, streamRow } from '#sim/kernel/random.ts';
import { integerBetween } from '#sim/kernel/uniform.ts';

type Json = Record<string, unknown>;

class Choices {
  private readonly table;
  private readonly row: number;

  constructor(seed: number) {
    this.table = createStreamTable(seed);
    this.row = streamRow(this.table, 'scenario');
  }

  integer(min: number, max: number): number {
    return integerBetween(min, max, sequentialSource(this.table, this.row));
  }

  chance(percent: number): boolean {
    return this.integer(1, 100) <= percent;
  }

  of<T>(options: readonly T[]): T {
    return options[this.integer(0, options.length - 1)] as T;
  }
}

const order = { id: 'sequence', customer: { zipf: { of: 9, s: 1.1 } }, total: { integer: [500, 20000] } };

function latency(choose: Choices): unknown {
  return choose.of([
    '0us',
    '15ms',
    { exponential: '30ms' },
    { uniform: ['5ms', '60ms'] },
    { lognormal: { median: '20ms', p99: '900ms' } },
    { pareto: { min: '5ms', shape: 1.3, max: '20s' } },
    { empirical: ['1ms', '50ms', '400ms'] },
  ]);
}

function handler(choose: Choices): unknown[] {
  const charge: Json = { call: 'cards.charge', as: 'charge', key: '{order.id}', amount: '{order.total}' };
  if (choose.chance(40)) charge['timeout'] = choose.of(['50ms', '1s']);
  if (choose.chance(30)) charge['idempotencyKey'] = '{order.id}';
  const steps: unknown[] = [charge];
  if (choose.chance(50)) steps.push({ publish: 'payment.completed', wait: choose.of(['none', 'confirm']) });
  if (choose.chance(30)) steps.push({ work: { exponential: '20ms' } });
  if (choose.chance(30)) {
    steps.push({
      transaction: 'shop',
      do: [{ insert: 'orders', key: '{order.id}', onConflict: choose.of(['ignore', 'fail', 'rollback']) }],
    });
  }
  if (choose.chance(15)) steps.push({ fail: choose.of(['transient', 'crash']), if: { probability: 0.1 } });
  const settle = choose.of<unknown>(['settle', { commit: 'positions' }, { commit: 'async' }]);
  if (choose.chance(80)) steps.splice(choose.chance(70) ? steps.length : 0, 0, settle);
  return steps;
}

function faults(choose: Choices, instances: number): Json[] {
  const made: Json[] = [];
  for (let i = choose.integer(0, 4); i > 0; i -= 1) {
    const target = choose.of(['payment', `payment-${choose.integer(1, instances)}`, 'checkout-1', 'kafka']);
    const time = choose.chance(60)
      ? { at: `${choose.integer(1, 30_000)}ms` }
      : { when: { [choose.of(['after', 'before'])]: 'payment/charge', nth: choose.integer(1, 20) } };
    const lasts = `${choose.of([1, 400, 5_000, 20_000])}ms`;
    made.push(
      choose.of<Json>([
        { crash: target, ...time, for: lasts },
        { pause: target, ...time, for: lasts },
        { slow: target, by: choose.of([2, 10]), ...time, for: lasts },
        { restart: target, ...time },
        { partition: [['payment'], ['kafka']], ...time, for: lasts },
        { latency: 'kafka', by: { exponential: '80ms' }, ...time, for: lasts },
        { drop: 'response', of: 'cards.charge', nth: choose.integer(1, 20) },
      ]),
    );
  }
  return made;
}

/** A whole file, as an author might have written it. */
export function generateScenario(seed: number): Json {
  const choose = new Choices(seed);
  const instances = choose.integer(1, 4);
  const producer: Json = choose.of([
    {},
    { acks: 'all' },
    { acks: '1', 'enable.idempotence': false },
    { acks: '0', 'enable.idempotence': false },
  ]);
  if (choose.chance(40)) producer['linger.ms'] = choose.of([0, 20, 200]);
  if (choose.chance(30)) producer['batch.size'] = choose.of([0, 700, 5000]);
  const consumer: Json = {
    'enable.auto.commit': choose.chance(40),
    'auto.offset.reset': 'earliest',
    'max.poll.records': choose.of([1, 3, 50, 500]),
    'session.timeout.ms': choose.of([6000, 10000, 30000]),
  };
  if (choose.chance(20)) consumer['max.poll.interval.ms'] = choose.of([2000, 30000]);
  return {
    version: 1,
    title: `Generated from seed ${seed}`,
    question: 'Does every property hold?',
    seed,
    horizon: '3min',
    data: { order },
    events: {
      'order.placed': {
        fields: { 'order.id': 'id', 'order.customer': 'id', 'order.total': 'money' },
        size: '600B',
      },
      'payment.completed': { fields: { 'order.id': 'id' }, size: '300B' },
    },
    brokers: {
      kafka: {
        kind: 'kafka',
        topics: { orders: { partitions: choose.integer(1, 7) }, payments: { partitions: 2 } },
      },
    },
    on: 'kafka',
    carry: {
      kafka: {
        publish: {
          'order.placed': choose.of<Json>([
            { topic: 'orders', key: '{order.id}' },
            { topic: 'orders', key: '{order.customer}' },
            { topic: 'orders' },
          ]),
          'payment.completed': { topic: 'payments', key: '{order.id}' },
        },
        consume: { payment: { topics: ['orders'], group: 'payment', config: consumer } },
      },
    },
    stores: {
      cards: {
        kind: 'external-api',
        operations: {
          charge: {
            latency: latency(choose),
            idempotencyKey: choose.of(['ignored', 'honoured']),
            ...(choose.chance(40)
              ? {
                  fails: [
                    { error: 'UNAVAILABLE', rate: 0.05, definite: true },
                    { error: 'TIMEOUT', rate: 0.03, definite: false, happens: true },
                  ],
                }
              : {}),
          },
        },
      },
      shop: { kind: 'database', latency: '2ms', tables: { orders: { unique: ['key'] } } },
    },
    services: {
      checkout: {
        instances: choose.integer(1, 2),
        every: choose.of<unknown>([
          { poisson: '20/s' },
          { constant: '7/s' },
          { bursty: { rate: '50/s', burst: '1s', pause: '2s' } },
        ]),
        limit: choose.integer(5, 120),
        do: [{ publish: 'order.placed', wait: choose.of(['none', 'confirm']) }],
        config: producer,
      },
      payment: {
        instances,
        on: { 'order.placed': handler(choose) },
        onError: choose.of<unknown>([
          'poll-on',
          'crash',
          'seek-back',
          { retry: { in: 'place', deliveries: 3, backoff: '100ms', then: 'drop' } },
        ]),
      },
    },
    faults: faults(choose, instances),
    checks: [
      'no-loss',
      { 'effect-once': { effect: 'cards.charge', per: 'order.id' } },
      'key-order',
      'commit-safety',
      'exclusive-assignment',
      'progress',
    ],
  };
}

/** Printed with every failure: how to see it again. */
export function describeSeed(seed: number): string {
  return `seed ${seed}; replay: SPILLWAY_SEED=${seed} npx vitest run --project slow test/properties/generated.test.ts`;
}
