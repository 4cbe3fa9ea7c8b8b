/** Exact units, names of steps, what templates become: the meaning of right files. */
import { describe, expect, test } from 'vitest';
import { changed, parsed, problemsAfter } from './scenario-files.ts';
import type { Json } from '#sim/scenario/json-text.ts';
import type { Step } from '#sim/scenario/program.ts';
import { createReport } from '#sim/scenario/report.ts';
import type { Scenario } from '#sim/scenario/scenario.ts';
import {
  readDistribution,
  readDrift,
  readDuration,
  readGap,
  readRatio,
  readSize,
} from '#sim/scenario/units.ts';

const place = '/services/payment/on/order.placed';

function exactly<T>(read: (report: ReturnType<typeof createReport>) => T): T {
  const report = createReport();
  const value = read(report);
  expect(report.problems).toEqual([]);
  return value;
}

describe('units are exact integers', () => {
  test.each([
    ['1us', 1],
    ['250ms', 250_000],
    ['12.5s', 12_500_000],
    ['0.000001s', 1],
    ['2h', 7_200_000_000],
    ['3min', 180_000_000],
    ['7d', 604_800_000_000],
    ['-1.5s', -1_500_000],
  ])('%s is %d µs', (text, micros) => {
    expect(exactly((report) => readDuration(report, '', text))).toBe(micros);
  });

  test.each([
    ['600B', 600],
    ['1kB', 1000],
    ['1KiB', 1024],
    ['1.5MiB', 1_572_864],
  ])('%s is %d bytes', (text, bytes) => {
    expect(exactly((report) => readSize(report, '', text, 1e9))).toBe(bytes);
  });

  test.each([
    ['5/s', 200_000, 1],
    ['3/s', 1_000_000, 3],
    ['1000/min', 60_000, 1],
    ['0.5/s', 2_000_000, 1],
    ['7/d', 86_400_000_000, 7],
  ])('%s is a gap of %d/%d µs', (text, num, den) => {
    expect(exactly((report) => readGap(report, '', text))).toEqual({ num, den });
  });

  test.each([
    [0.1, 1, 10],
    [0.02, 1, 50],
    [1e-7, 1, 10_000_000],
    [1, 1, 1],
    [0, 0, 1],
    [0.333333333, 333_333_333, 1_000_000_000],
  ])('the probability %d is %d/%d', (value, num, den) => {
    expect(exactly((report) => readRatio(report, '', value))).toEqual({ num, den });
  });

  test('a drift of 200ppm is 1/5000', () => {
    expect(exactly((report) => readDrift(report, '', '200ppm'))).toEqual({ num: 1, den: 5000 });
    expect(exactly((report) => readDrift(report, '', '-0.5ppm'))).toEqual({ num: -1, den: 2_000_000 });
  });

  test.each([
    ['40ms', { kind: 'constant', value: 40_000 }],
    [{ exponential: '40ms' }, { kind: 'exponential', mean: 40_000 }],
    [{ uniform: ['10ms', '90ms'] as [string, string] }, { kind: 'uniform', min: 10_000, max: 90_000 }],
    [{ lognormal: { median: '40ms', p99: '400ms' } }, { kind: 'lognormal', median: 40_000, p99: 400_000 }],
    [{ pareto: { min: '10ms', shape: 1.5 } }, { kind: 'pareto', min: 10_000, shape: 1.5, max: null }],
    [{ empirical: ['3ms', '1ms'] }, { kind: 'empirical', values: [3_000, 1_000] }],
  ])('%j', (words, meant) => {
    expect(exactly((report) => readDistribution(report, '', words))).toEqual(meant);
  });
});

function stepsOf(scenario: Scenario, service: string): Step[] {
  const found = scenario.services.find(({ name }) => name === service);
  const lists =
    found?.driven.by === 'on' ? found.driven.handlers.map((handler) => handler.do) : [found?.driven.do ?? []];
  const flatten = (steps: readonly Step[]): Step[] =>
    steps.flatMap((step) => [
      step,
      ...(step.verb === 'transaction' || step.verb === 'when' ? flatten(step.do) : []),
    ]);
  return lists.flatMap(flatten);
}

const shop: Json = { kind: 'database', tables: { orders: { unique: ['key', ['day', 'seat']] }, outbox: {} } };

describe('names of steps', () => {
  const program: Json = [
    { work: '1ms' },
    { publish: 'payment.completed' },
    {
      transaction: 'shop',
      do: [
        { insert: 'orders', key: '{order.id}', values: { total: '{order.total}' } },
        { insert: 'outbox', key: '{event.id}' },
        { when: { nth: 1 }, do: [{ insert: 'outbox', key: 'x', as: 'more' }] },
      ],
    },
    { transaction: 'shop', as: 'again', do: [{ update: 'orders', key: '{order.id}', set: { total: 7 } }] },
    { publish: 'payment.completed', as: 'second' },
    { when: { delivery: { gt: 2 } }, do: [{ publish: 'payment.completed' }, 'settle', 'stop'] },
    'settle',
  ];
  const scenario = parsed(changed({ '/faults': [], '/stores/shop': shop, [place]: program }));

  test('verbs, counted where not named; a transaction is a prefix, a condition is none', () => {
    expect(stepsOf(scenario, 'payment').map((step) => step.name)).toEqual([
      'work',
      'publish',
      'transaction',
      'transaction/insert',
      'transaction/insert-2',
      'transaction/when',
      'transaction/more',
      'again',
      'again/update',
      'second',
      'when',
      'publish-2',
      'settle',
      'stop',
      'settle-2',
    ]);
  });

  test('a crash point is service/step, with the type between where two types have such a step', () => {
    const text = changed({
      '/faults': [],
      '/stores/shop': shop,
      [place]: program,
      '/services/payment/on/payment.completed': ['settle'],
    });
    const points = stepsOf(parsed(text), 'payment').map((step) => step.point);
    expect(points).toContain('payment/publish');
    expect(points).toContain('payment/order.placed/settle');
    expect(points).toContain('payment/payment.completed/settle');
    expect(points).not.toContain('payment/settle');
  });

  test('a fault may say the long name, and must where the short one is ambiguous', () => {
    const both = { '/services/payment/on/payment.completed': ['settle'] };
    const fault = (after: string): Json => ({ crash: 'payment', when: { after } });
    const long = parsed(changed({ '/faults/0': fault('payment/order.placed/charge') }));
    expect(long.faults[0]).toMatchObject({ trigger: { point: 'payment/charge' } });
    expect(problemsAfter({ ...both, '/faults/0': fault('payment/settle') })).toEqual([
      '#/faults/0/when/after: Several event types have a step "payment/settle". Write payment/order.placed/settle or payment/payment.completed/settle.',
    ]);
  });

  test('two steps of one name are a problem', () => {
    const twice: Json = [
      { work: '1ms', as: 'charge' },
      { work: '1ms', as: 'charge' },
      { publish: 'payment.completed', as: 'publish-2' },
      { publish: 'payment.completed' },
      { publish: 'payment.completed' },
    ];
    expect(problemsAfter({ [place]: twice, '/faults': [] })).toEqual([
      `#${place}/1/as: Two steps here are called "charge". Name one of them otherwise with \`as\`.`,
      `#${place}/4: Two steps here are called "publish-2". Name one of them otherwise with \`as\`.`,
    ]);
  });

  test('tables, unique keys and columns', () => {
    expect(scenario.stores.find(({ name }) => name === 'shop')).toMatchObject({
      latency: { kind: 'constant', value: 1000 },
      tables: [
        { name: 'orders', effect: 'shop.orders', unique: [['key'], ['day', 'seat']] },
        { name: 'outbox', effect: 'shop.outbox', unique: [] },
      ],
    });
    expect(stepsOf(scenario, 'payment')[3]).toMatchObject({
      verb: 'insert',
      store: 'shop',
      table: 'orders',
      key: [{ field: 'order.id' }],
      values: [{ column: 'total', value: [{ field: 'order.total' }] }],
      onConflict: 'fail',
    });
  });
});

describe('templates and conditions', () => {
  test('text, fields, attributes of the event and columns of a row', () => {
    const program: Json = [
      { read: 'shop.orders', key: '{order.id}', into: 'row' },
      {
        when: { missing: 'row' },
        do: [{ insert: 'shop.orders', key: '{order.id}', values: { total: '{order.total}' } }],
      },
      { when: { all: [{ field: 'row.total', gt: 100 }, { probability: 0.25 }] }, do: ['stop'] },
      { call: 'cards.charge', key: 'a {order.id}-{event.id}/{row.total}', as: 'charge' },
      'settle',
    ];
    const steps = stepsOf(
      parsed(changed({ '/faults': [], '/stores/shop': shop, [place]: program })),
      'payment',
    );
    expect(steps.find((step) => step.verb === 'call')).toMatchObject({
      key: [
        { text: 'a ' },
        { field: 'order.id' },
        { text: '-' },
        { event: 'id' },
        { text: '/' },
        { row: 'row', column: 'total' },
      ],
    });
    const conditions = steps.flatMap((step) => (step.verb === 'when' ? [step.condition] : []));
    expect(conditions).toEqual([
      { kind: 'found', row: 'row', found: false },
      {
        kind: 'all',
        of: [
          { kind: 'field', operand: { row: 'row', column: 'total' }, compare: 'gt', value: 100 },
          { kind: 'probability', probability: { num: 1, den: 4 } },
        ],
      },
    ]);
  });

  test('a column that nothing writes, a row that hides a field, two comparisons', () => {
    const read = (into: string): Json => ({ read: 'shop.orders', key: '{order.id}', into });
    const lines = problemsAfter({
      '/stores/shop': shop,
      [place]: [
        read('order'),
        read('row'),
        { call: 'cards.charge', key: '{row.totl}', as: 'charge' },
        { insert: 'shop.orders', key: 'x', values: { total: 1 } },
        { fail: 'permanent', if: { field: 'order.id', eq: 'a', ne: 'b' } },
        { fail: 'permanent', if: { field: 'order.id' } },
      ],
    });
    expect(lines).toEqual([
      `#${place}/0/into: \`order\` would hide what order.placed has. Choose another name.`,
      `#${place}/2/key: Nothing writes a column "totl" for \`row\`. Did you mean \`total\`?`,
      `#${place}/4/if: There are several comparisons. Use exactly one of eq, ne, lt, lte, gt, gte.`,
      `#${place}/5/if: A comparison is missing. Use exactly one of eq, ne, lt, lte, gt, gte.`,
    ]);
  });
});

test('every kind of fault, goal and check becomes data', () => {
  const scenario = parsed(
    changed({
      '/stores/shop': shop,
      '/services/payment/onError': {
        retry: { in: 'place', deliveries: 3, backoff: { first: '100ms', max: '1s' }, then: 'drop' },
      },
      '/faults': [
        { pause: 'payment-1', at: '10s', for: '20s' },
        { restart: 'payment', at: '15s' },
        { slow: 'payment-1', by: 4, at: '10s', for: '20s' },
        { partition: [['payment-1'], ['kafka']], at: '10s', for: '15s' },
        { latency: 'kafka', by: { exponential: '200ms' }, at: '5s' },
        { drop: 'response', of: 'cards.charge', nth: 2 },
        {
          deploy: 'payment',
          on: { 'order.placed': ['settle'] },
          consume: { 'max.poll.records': 1 },
          at: '20s',
        },
        {
          crash: 'kafka-1',
          when: { kind: 'commit', match: { group: 'payment', entity: 'payment-1' }, nth: 4 },
        },
      ],
      '/checks': [
        'progress',
        { outbox: { table: 'shop.orders', event: 'order.placed', per: 'order.id' } },
        { 'effect-once': { effect: 'shop.orders', per: 'order.id', required: true }, as: 'rows' },
        { progress: { window: '30s', maxDeliveries: 5, groups: ['payment'] }, as: 'patient' },
      ],
      '/expect': { rows: { verdict: 'invalid', anomalies: ['lost', 'duplicate'] } },
      '/goal': {
        all: [
          { lost: { eq: 0 } },
          { duplicate: { of: 'cards.charge', lte: 1 } },
          { seen: 'assign' },
          { verdict: { rows: 'valid' } },
        ],
      },
    }),
  );
  expect(scenario.faults.map(({ fault }) => fault)).toEqual(
    'pause restart slow partition latency drop deploy crash'.split(' '),
  );
  expect(scenario.faults[2]).toMatchObject({ by: { num: 4, den: 1 }, lasts: 20_000_000 });
  expect(scenario.faults[6]).toMatchObject({
    handlers: [{ event: 'order.placed', do: [{ verb: 'settle', point: 'payment/settle' }] }],
    onError: null,
    config: null,
    consumerConfig: { 'max.poll.records': 1 },
  });
  expect(scenario.faults[7]).toMatchObject({
    lasts: null,
    trigger: {
      by: 'record',
      kind: 'commit',
      match: [
        { field: 'entity', value: 'payment-1' },
        { field: 'group', value: 'payment' },
      ],
      nth: 4,
    },
  });
  expect(scenario.checks.map((check) => check.id)).toEqual(['outbox', 'patient', 'progress', 'rows']);
  expect(scenario.expect).toEqual([{ check: 'rows', verdict: 'invalid', anomalies: ['duplicate', 'lost'] }]);
  expect(scenario.goal).toEqual([
    { term: 'anomaly', anomaly: 'lost', of: null, compare: 'eq', value: 0 },
    { term: 'anomaly', anomaly: 'duplicate', of: 'cards.charge', compare: 'lte', value: 1 },
    { term: 'seen', kind: 'assign' },
    { term: 'verdict', check: 'rows', verdict: 'valid' },
  ]);
  expect(scenario.services.find(({ name }) => name === 'payment')?.onError).toEqual({
    do: 'retry',
    in: 'place',
    deliveries: 3,
    backoff: { first: 100_000, factor: 2, max: 1_000_000 },
    then: 'drop',
  });
});

test('defaults', () => {
  const text = JSON.stringify({ version: 1, services: { clock: { every: '1s', do: [{ work: '1ms' }] } } });
  expect(parsed(text)).toMatchObject({
    seed: 1,
    horizon: 600_000_000,
    on: null,
    faults: [],
    goal: null,
    services: [{ instances: 1, startAt: 0, concurrency: 1, restart: 1_000_000, onError: { do: 'poll-on' } }],
  });
});
