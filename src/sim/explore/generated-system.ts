/**
 * Random systems and faults from one seed: what properties are tried on and what `fuzz` runs. Every choice is drawn from
 * the seed, so the seed is the whole description. What came later (clusters, retention, transactions) is drawn from
 * streams of its own, so that a seed that once failed still means the same small system; see `Ambition`.
 */
import type { Json, JsonObject } from '#sim/explore/document.ts';
import { createStreamTable, sequentialSource, streamRow } from '#sim/kernel/random.ts';
import { integerBetween } from '#sim/kernel/uniform.ts';

/** `small`: one node, no retention, no transactions. `large` may have any of them. */
export type Ambition = 'small' | 'large';

type Open = Record<string, Json>;

class Choices {
  private readonly table;
  private readonly row: number;

  constructor(seed: number, stream: string) {
    this.table = createStreamTable(seed);
    this.row = streamRow(this.table, stream);
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

function latency(choose: Choices): Json {
  return choose.of<Json>([
    '0us',
    '15ms',
    { exponential: '30ms' },
    { uniform: ['5ms', '60ms'] },
    { lognormal: { median: '20ms', p99: '900ms' } },
    { pareto: { min: '5ms', shape: 1.3, max: '20s' } },
    { empirical: ['1ms', '50ms', '400ms'] },
  ]);
}

function handler(choose: Choices): Json[] {
  const charge: Open = { call: 'cards.charge', as: 'charge', key: '{order.id}', amount: '{order.total}' };
  if (choose.chance(40)) charge['timeout'] = choose.of(['50ms', '1s']);
  if (choose.chance(30)) charge['idempotencyKey'] = '{order.id}';
  const steps: Json[] = [charge];
  if (choose.chance(50)) steps.push({ publish: 'payment.completed', wait: choose.of(['none', 'confirm']) });
  if (choose.chance(30)) steps.push({ work: { exponential: '20ms' } });
  if (choose.chance(30)) {
    steps.push({
      transaction: 'shop',
      do: [{ insert: 'orders', key: '{order.id}', onConflict: choose.of(['ignore', 'fail', 'rollback']) }],
    });
  }
  if (choose.chance(15)) steps.push({ fail: choose.of(['transient', 'crash']), if: { probability: 0.1 } });
  const settle = choose.of<Json>(['settle', { commit: 'positions' }, { commit: 'async' }]);
  if (choose.chance(80)) steps.splice(choose.chance(70) ? steps.length : 0, 0, settle);
  return steps;
}

function faults(choose: Choices, instances: number): Json[] {
  const made: Json[] = [];
  for (let i = choose.integer(0, 4); i > 0; i -= 1) {
    const target = choose.of(['payment', `payment-${choose.integer(1, instances)}`, 'checkout-1', 'kafka']);
    const time: Open = choose.chance(60)
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
export function generateSystem(seed: number, ambition: Ambition = 'large'): JsonObject {
  const small = generateSmall(seed);
  return ambition === 'small' ? small : enlarge(small, new Choices(seed, 'ambition'));
}

function generateSmall(seed: number): JsonObject {
  const choose = new Choices(seed, 'scenario');
  const instances = choose.integer(1, 4);
  const producer: Open = choose.of<Open>([
    {},
    { acks: 'all' },
    { acks: '1', 'enable.idempotence': false },
    { acks: '0', 'enable.idempotence': false },
  ]);
  if (choose.chance(40)) producer['linger.ms'] = choose.of([0, 20, 200]);
  if (choose.chance(30)) producer['batch.size'] = choose.of([0, 700, 5000]);
  const consumer: Open = {
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
    stores: storesOf(choose),
    services: servicesOf(choose, instances, producer),
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

function storesOf(choose: Choices): JsonObject {
  return {
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
  };
}

function servicesOf(choose: Choices, instances: number, producer: Open): JsonObject {
  return {
    checkout: {
      instances: choose.integer(1, 2),
      every: choose.of<Json>([
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
      onError: choose.of<Json>([
        'poll-on',
        'crash',
        'seek-back',
        { retry: { in: 'place', deliveries: 3, backoff: '100ms', then: 'drop' } },
      ]),
    },
  };
}

interface Generated {
  readonly brokers: { readonly kafka: { readonly topics: Readonly<Record<string, Open>> } };
  readonly services: Readonly<Record<'checkout' | 'payment', Open & { readonly on: Open }>>;
  readonly faults: readonly Json[];
}

/** The same system on a larger stage: several nodes, logs that forget, a transaction around output and offset. */
function enlarge(document: JsonObject, choose: Choices): JsonObject {
  const { brokers, services, faults: made } = document as unknown as Generated;
  const kafka: Open = {};
  const orders: Open = { ...brokers.kafka.topics['orders'] };
  const struck = [...made];
  if (choose.chance(45)) {
    kafka['nodes'] = 3;
    orders['replication.factor'] = choose.of([2, 3]);
    orders['config'] = {
      'min.insync.replicas': choose.of([1, 2]),
      'unclean.leader.election.enable': choose.chance(30),
    };
    for (let i = choose.integer(0, 3); i > 0; i -= 1) struck.push(nodeFault(choose));
  }
  if (choose.chance(25)) {
    const retention = { 'retention.ms': choose.of([2000, 15000]), 'segment.ms': choose.of([500, 4000]) };
    orders['config'] = { ...(orders['config'] as Open | undefined), ...retention };
    kafka['config'] = { 'log.retention.check.interval.ms': choose.of([500, 5000]) };
  }
  const payment: Open = { ...services.payment };
  if (choose.chance(30)) {
    payment['on'] = { 'order.placed': transaction(choose) };
    payment['config'] = {
      'transactional.id': 'payment-{instance}',
      'transaction.timeout.ms': choose.of([3000, 20000]),
    };
  }
  return {
    ...document,
    brokers: {
      kafka: { ...brokers.kafka, ...kafka, topics: { ...brokers.kafka.topics, orders } } as unknown as Json,
    },
    services: { ...services, payment } as unknown as Json,
    faults: struck,
  };
}

function nodeFault(choose: Choices): Json {
  const node = `kafka-${choose.integer(1, 3)}`;
  const at = `${choose.integer(1, 30_000)}ms`;
  const lasts = `${choose.of([400, 5_000, 25_000])}ms`;
  const others = ['kafka-1', 'kafka-2', 'kafka-3'].filter((one) => one !== node);
  return choose.of<Json>([
    { crash: node, at, for: lasts },
    { pause: node, at, for: lasts },
    { restart: node, at },
    { partition: [[node], others], at, for: lasts },
  ]);
}

function transaction(choose: Choices): Json[] {
  const charge: Json = { call: 'cards.charge', as: 'charge', key: '{order.id}', amount: '{order.total}' };
  const within: Json[] = [{ publish: 'payment.completed', wait: choose.of(['none', 'confirm']) }, 'settle'];
  if (choose.chance(20)) within.push({ fail: 'transient', if: { probability: 0.1 } });
  const whole: Json = { transaction: 'kafka', do: within };
  return choose.chance(50) ? [charge, whole] : [whole, charge];
}
