/** What a wrong file is answered with: every problem at once, each with its place, a sentence and a hint. */
import { describe, expect, test } from 'vitest';
import {
  changed,
  parsed,
  problemsAfter,
  problemsOf,
  line,
  scenarioFiles,
  readText,
  wholeFile,
} from './scenario-files.ts';
import type { Json } from '#sim/scenario/json-text.ts';
import { parseScenario } from '#sim/scenario/parse.ts';

const place = '/services/payment/on/order.placed';

/** Files that show what their warning warns of. */
const warned: Readonly<Record<string, RegExp>> = {
  'mail-outside-transaction': /transaction does not cover `call`/,
};

test.each(scenarioFiles())('%s parses without a warning, or with the one that it is about', (path) => {
  const about = Object.entries(warned).find(([name]) => path.endsWith(`/${name}.json`))?.[1];
  const { warnings } = parsed(readText(path));
  expect(warnings).toHaveLength(about === undefined ? 0 : 1);
  if (about !== undefined) expect(warnings[0]?.sentence).toMatch(about);
});

test('the whole file of the format parses to exact plain data', () => {
  const scenario = parsed(wholeFile);
  expect(scenario.horizon).toBe(120_000_000);
  expect(scenario.seed).toBe(7);
  expect(scenario.services.map((service) => service.instanceNames)).toEqual([
    ['checkout-1'],
    ['payment-1', 'payment-2'],
  ]);
  expect(scenario.services[0]?.driven).toMatchObject({
    by: 'every',
    arrivals: { kind: 'poisson', gapMean: { num: 200_000, den: 1 } },
    limit: 100,
    draws: ['order'],
  });
  expect(scenario.faults).toEqual([
    {
      id: 'fault-1',
      fault: 'crash',
      target: { kind: 'service', name: 'payment' },
      trigger: {
        by: 'step',
        side: 'after',
        service: 'payment',
        point: 'payment/charge',
        nth: 3,
        probability: null,
      },
      lasts: 5_000_000,
    },
  ]);
  expect(scenario.checks.map((check) => check.id)).toEqual(['effect-once', 'no-loss']);
  expect(scenario.expect).toEqual([
    { check: 'effect-once', verdict: 'invalid', anomalies: null },
    { check: 'no-loss', verdict: 'valid', anomalies: null },
  ]);
});

describe('every problem at once', () => {
  test('shapes, references and impossible values are named together', () => {
    const lines = problemsAfter({
      '/title': undefined,
      '/titel': 'x',
      '/horizon': '5m',
      '/brokers/kafka/topics/orders/partitions': 0,
      '/carry/kafka/publish/order.placed/topic': 'order',
      '/faults/0/when/after': 'payment/chrge',
      [`${place}/0/key`]: '{order.idd}',
      '/expect/no-los': 'valid',
      '/checks/1/effect-once/effect': 'cards.charg',
    });
    expect(lines).toEqual([
      '#/horizon: Here should stand a duration, not "5m". Minutes are `min`, milliseconds `ms`.',
      '#/brokers/kafka/topics/orders/partitions: A number of partitions is at least 1 here, not 0. For example 6.',
      '#/titel: Unknown key "titel" in a scenario. Did you mean `title`?',
      '#/carry/kafka/publish/order.placed/topic: There is no topic "order". Did you mean `orders`?',
      `#${place}/0/key: There is no field "order.idd" in order.placed. Did you mean \`order.id\`?`,
      '#/faults/0/when/after: There is no step "payment/chrge". Did you mean `payment/charge`?',
      '#/checks/1/effect-once/effect: There is no effect "cards.charg". Did you mean `cards.charge`?',
      '#/expect/no-los: `checks` has no "no-los". Did you mean `no-loss`?',
    ]);
  });

  test('a part with a wrong shape is not also reported as missing', () => {
    const lines = problemsAfter({ [`${place}/0`]: { cal: 'cards.charge', key: 'x', as: 'charge' } });
    expect(lines).toEqual([`#${place}/0/cal: Unknown key "cal" in a step. Did you mean \`call\`?`]);
  });

  test('a file without services still tells its other problems', () => {
    const lines = problemsAfter({ '/services': undefined, '/seed': -1, '/events/order.placed/size': 'big' });
    expect(lines.map((text) => text.slice(0, text.indexOf(':')))).toEqual([
      '#/seed',
      '#/events/order.placed/size',
      '#',
    ]);
  });

  test('the list is bounded and says so', () => {
    const services = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`s${i}`, 1]));
    const lines = problemsAfter({ '/services': services });
    expect(lines).toHaveLength(201);
    expect(lines.at(-1)).toMatch(/^#: There are 80[0-9] more problems\. Repair these first\.$/);
  });
});

describe('a union is judged inside the branch that its keys choose', () => {
  test.each([
    [
      { publish: 'order.placed', wait: '100ms' },
      '/1/wait: Here should stand what to wait for ("none" or "confirm"), not "100ms".',
    ],
    [{ publish: 'order.placed', if: {} }, '/1/if: Unknown key "if" in publish. Known here: wait or as.'],
    [
      { fail: 'permanent', if: { nht: 3 } },
      '/1/if/nht: Unknown key "nht" in a condition. Did you mean `nth`?',
    ],
    [
      { work: { exponental: '8ms' } },
      '/1/work/exponental: Unknown key "exponental" in a distribution of durations. Did you mean `exponential`?',
    ],
    [
      { work: { lognormal: { median: '8ms' } } },
      '/1/work/lognormal: Median and p99 needs `p99`. For example "250ms" or "5s".',
    ],
    [
      { as: 'x' },
      '/1: A step needs one of call, transaction, insert, update, read, publish, commit, seek, nack, reject, extend, work or one of 3 more. For example "settle" or {"publish":"order.placed"}.',
    ],
    ['setle', '/1: Here should stand a step, not "setle". Did you mean `settle`?'],
    ['publish', '/1: Here should stand a step, not "publish". Write { "publish": … }, an object.'],
    [7, '/1: Here should stand a step, not 7. For example "settle" or {"publish":"order.placed"}.'],
  ])('%j', (step, expected) => {
    expect(problemsAfter({ [`${place}/1`]: step }).map((text) => text.trim())).toEqual([
      `#${place}${expected}`,
    ]);
  });
});

describe('what the format means but no model does yet is told so', () => {
  test.each([
    [
      `${place}/1`,
      { forward: 'retry-5s' },
      `#${place}/1/forward: "forward" is not modelled yet. Steps so far`,
    ],
    [
      '/services/relay',
      { relay: {} },
      '#/services/relay/relay: "relay" is not modelled yet. Services so far',
    ],
    ['/stores/kv', { kind: 'key-value' }, '#/stores/kv/kind: "key-value" is not modelled yet. Stores so far'],
    [
      '/brokers/mq',
      { kind: 'sqs', queues: {} },
      '#/brokers/mq/kind: "sqs" is not modelled yet. Brokers so far',
    ],
    [
      '/faults/-',
      { skew: 'payment-1', by: '-1s' },
      '#/faults/1/skew: "skew" is not modelled yet. Faults so far',
    ],
    ['/checks/-', 'money-conserved', '#/checks/2: "money-conserved" is not modelled yet. Checks so far'],
    [
      '/services/payment/onError',
      { retry: { in: 'place', deliveries: 3, then: 'deadLetter' } },
      '#/services/payment/onError/retry/then: "deadLetter" is not modelled yet. So far',
    ],
  ])('%s', (pointer, value, expected) => {
    const lines = problemsAfter({ [pointer]: value });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });
});

describe('impossible values', () => {
  test.each([
    ['/seed', -1, 'A seed is at least 0 here, not -1.'],
    ['/seed', 1.5, 'Here should stand a seed, not 1.5.'],
    ['/horizon', '40d', '"40d" is too long: at most 30 days here.'],
    ['/horizon', '0s', 'A run needs some time: the horizon is zero.'],
    ['/services/payment/instances', 0, 'A number of instances is at least 1 here, not 0.'],
    ['/services/payment/instances', 1_000_000, 'A number of instances is at most 1000 here'],
    ['/services/payment/startAt', '1.5us', '"1.5us" is finer than a microsecond.'],
    ['/services/payment/startAt', '-1s', 'A duration is not negative.'],
    ['/services/checkout/every', { poisson: '0/s' }, 'The rate "0/s" is zero.'],
    ['/services/checkout/every', { poisson: '-5/s' }, 'A rate is above zero.'],
    [
      '/services/checkout/every',
      { constant: '2000000/s' },
      'The rate "2000000/s" is too high: at most 1000000/s.',
    ],
    ['/services/checkout/every', '0ms', '"0ms" is no time at all: above zero here.'],
    ['/services/checkout/limit', 0, 'A count from 1 is at least 1 here, not 0.'],
    ['/events/order.placed/size', '0B', '"0B" is not a whole number of bytes above zero.'],
    ['/events/order.placed/size', '9GB', '"9GB" is too large'],
    ['/events/order.placed/fields', { id: 'id' }, '"id" cannot be a name in fields.'],
    ['/data/order/total', { integer: [9, 1] }, 'The lower bound is above the upper one.'],
    [
      '/stores/cards/operations/charge/latency',
      { uniform: ['9ms', '1ms'] },
      'The lower bound is above the upper one.',
    ],
    [
      '/stores/cards/operations/charge/latency',
      { lognormal: { median: '9ms', p99: '1ms' } },
      'The median is above the 99th',
    ],
    [
      '/stores/cards/operations/charge/fails',
      [{ error: 'X', definite: true }],
      'A way to fail has either `rate` or `nth`.',
    ],
    [
      '/stores/cards/operations/charge/fails',
      [{ error: 'X', nth: 1, definite: true, happens: true }],
      'A definite failure never happens',
    ],
    [
      '/stores/cards/operations/charge/fails',
      [{ error: 'X', nth: 1, definite: false }],
      'A failure that is not definite needs `happens`.',
    ],
    [
      '/stores/cards/operations/charge/fails',
      [{ error: 'X', rate: 1.5, definite: true }],
      'A probability is at most 1 here, not 1.5.',
    ],
    [
      '/stores/cards/operations/charge/fails',
      [{ error: 'X', rate: 1e-12, definite: true }],
      '1e-12 has more than 9 decimals.',
    ],
    [
      '/services/payment/onError',
      { retry: { in: 'place', deliveries: 0, then: 'drop' } },
      'A number of deliveries is at least 1',
    ],
    ['/brokers/kafka/topics/..', {}, 'A topic cannot be called ...'],
  ])('%s = %j', (pointer, value, expected) => {
    const lines = problemsAfter({ [pointer]: value });
    expect(lines.join('\n')).toContain(expected);
    expect(lines.every((text) => text.startsWith(`#${pointer}`))).toBe(true);
  });
});

describe('references', () => {
  test.each([
    ['/on', 'kafa', 'There is no broker "kafa". Did you mean `kafka`?'],
    ['/carry/kafka/consume/payment/topics', ['ordrs'], 'There is no topic "ordrs". Did you mean `orders`?'],
    [
      '/carry/kafka/consume/paymnt',
      { topics: ['orders'], group: 'g' },
      'There is no service "paymnt". Did you mean `payment`?',
    ],
    ['/carry/kafka/consume/checkout', { topics: ['orders'], group: 'g' }, '`checkout` handles no events.'],
    [
      '/carry/kafka/publish/order.plced',
      { topic: 'orders' },
      'There is no event type "order.plced". Did you mean `order.placed`?',
    ],
    [
      '/carry/kafka/publish/order.placed/key',
      '{order.name}',
      'There is no field "order.name" in order.placed.',
    ],
    [`${place}/0/call`, 'cards.refund', 'There is no operation "cards.refund".'],
    [`${place}/0/key`, '{event.ident}', 'There is no "event.ident" here. Did you mean `event.id`?'],
    [`${place}/0/key`, '{order.id', 'A brace in "{order.id" has no partner.'],
    [
      `${place}/1/publish`,
      'payment.complete',
      'There is no event type "payment.complete". Did you mean `payment.completed`?',
    ],
    [`${place}/-`, { read: 'cards.charge', key: 'x', into: 'row' }, 'There is no table "cards.charge".'],
    [`${place}/-`, { when: { found: 'row' }, do: ['stop'] }, 'No step before this reads "row".'],
    ['/faults/0/crash', 'paymnt', 'There is no process "paymnt". Did you mean `payment`?'],
    ['/faults/0/crash', 'payment-3', 'There is no process "payment-3". Did you mean `payment-1`?'],
    ['/faults/0/crash', 'cards', '`cards` is a store, which this fault cannot hit yet.'],
    ['/faults/0/when/after', 'paymnt/charge', 'There is no service "paymnt". Did you mean `payment`?'],
    [
      '/faults/0/when',
      { kind: 'commit', match: { grup: 'payment' } },
      'A record of kind commit has no field "grup". Did you mean `group`?',
    ],
    ['/faults/0/when', { kind: 'commit', match: { offset: '3' } }, 'The field `offset` holds a number.'],
    [
      '/faults/-',
      { drop: 'response', of: 'cards.chrge', nth: 2 },
      'There is no operation "cards.chrge". Did you mean `cards.charge`?',
    ],
    [
      '/checks/-',
      { 'no-loss': { groups: ['paymnt'] }, as: 'x' },
      'There is no consumer group "paymnt". Did you mean `payment`?',
    ],
    ['/checks/1/effect-once/per', 'order.idd', 'There is no field "order.idd". Did you mean `order.id`?'],
    [
      '/links',
      [{ between: ['payment', 'kafk'], latency: '5ms' }],
      'There is no service, broker or store "kafk". Did you mean `kafka`?',
    ],
  ])('%s = %j', (pointer, value, expected) => {
    expect(problemsAfter({ [pointer]: value }).join('\n')).toContain(expected);
  });

  test('an event cannot carry what its publisher does not have', () => {
    const lines = problemsAfter({
      '/events/payment.completed/fields/order.total': 'money',
      '/events/order.placed/fields/order.total': undefined,
      [`${place}/0/amount`]: undefined,
    });
    expect(lines.join('\n')).toContain(
      `#${place}/1/publish: \`payment.completed\` carries order.total, which order.placed does not have.`,
    );
  });

  test('a subscription and a route must be there', () => {
    const lines = problemsAfter({ '/carry': undefined });
    expect(lines).toContain(
      '#/services/payment/on: `payment` handles events, but nothing brings it any. Say where from: carry.kafka.consume.payment with topics and group.',
    );
    expect(lines).toContain(
      '#/services/checkout/do/0/publish: No broker in use carries `order.placed`. Say where it goes: carry.kafka.publish.order.placed.',
    );
  });

  test('one name cannot be two things', () => {
    const service = { every: '1s', do: [{ work: '1ms' }] };
    expect(problemsAfter({ '/services/payment-1': service })).toEqual([
      '#/services/payment: The name `payment-1`, which `payment` makes, is taken by a service. Choose another name.',
    ]);
    expect(problemsAfter({ '/services/cards': service })).toEqual([
      '#/stores/cards: The name `cards` is taken by a service. Choose another name.',
    ]);
  });
});

describe('rules of the format', () => {
  test.each([
    ['/services/checkout/do/-', 'settle', '`settle` in a producer: there is no message.'],
    ['/services/checkout/do/-', { commit: 'positions' }, '`commit` in a producer'],
    ['/services/checkout/onError', 'seek-back', '`seek-back` in a producer'],
    [`${place}/-`, { insert: 'orders', key: 'x' }, 'Outside a transaction a table is named with its store.'],
    [`${place}/-`, { transaction: 'cards', do: [{ work: '1ms' }] }, '`cards` is no database.'],
    ['/faults/0/at', '1s', 'A fault has one trigger: `at` or `when`, not both.'],
    ['/faults/0/when', undefined, 'When does this fault strike?'],
    ['/faults/0/when/probability', 0.5, 'A trigger has `nth` or `probability`, not both.'],
    [
      '/faults/0/when/after',
      'payment/charge#after',
      'The side is said by `before` or `after`, not behind a #.',
    ],
    ['/faults/-', { drop: 'response', of: 'cards.charge' }, 'Which response is lost?'],
    ['/faults/-', { deploy: 'payment', at: '1s' }, 'This deploy changes nothing.'],
    ['/faults/-', { partition: [['payment'], ['payment']], at: '1s' }, '`payment` stands on both sides.'],
    ['/checks/-', 'no-loss', 'Two checks are called "no-loss".'],
    ['/expect/no-loss', { verdict: 'valid', anomalies: ['lost'] }, 'Only an invalid verdict has anomalies.'],
    ['/version', 2, 'The file has format version 2; this Spillway knows versions up to 1.'],
  ])('%s = %j', (pointer, value, expected) => {
    expect(problemsAfter({ [pointer]: value }).join('\n')).toContain(expected);
  });

  test('inside a transaction stands only what a database can undo', () => {
    const stores = { kind: 'database', tables: { orders: {} } };
    const step: Json = {
      transaction: 'shop',
      do: [{ insert: 'orders', key: '{order.id}' }, { publish: 'payment.completed' }],
    };
    expect(problemsAfter({ '/stores/shop': stores, [`${place}/1`]: step })).toEqual([
      `#${place}/1/do/1: \`publish\` cannot stand inside a transaction. Inside may stand insert, update, read, work, wait, fail, when; move it behind the transaction.`,
    ]);
  });
});

describe("settings are judged by Kafka's table", () => {
  const consume = '/carry/kafka/consume/payment/config';
  test.each([
    [
      `${consume}/enable.autocommit`,
      true,
      'Kafka has no consumer setting "enable.autocommit". Did you mean `enable.auto.commit`?',
    ],
    [
      `${consume}/linger.ms`,
      5,
      'Kafka has no consumer setting "linger.ms". It is a producer setting: `config` of a service.',
    ],
    [`${consume}/max.poll.records`, 0, 'Value must be at least 1'],
    [`${consume}/enable.auto.commit`, 'ja', 'Expected value to be either true or false'],
    [`${consume}/session.timeout.ms`, 5000, "must lie between the broker's 6000 and 1800000"],
    [
      `${consume}/heartbeat.interval.ms`,
      10000,
      'heartbeat.interval.ms (10000) must be lower than session.timeout.ms (10000)',
    ],
    [`${consume}/auto.offset.reset`, 'first', 'Invalid value first for configuration auto.offset.reset'],
    ['/services/checkout/config', { acks: 1, 'enable.idempotence': true }, 'Must set acks to all'],
    [
      '/services/checkout/config',
      { 'delivery.timeout.ms': 1000 },
      'should be equal to or larger than linger.ms + request.timeout.ms',
    ],
    [
      '/brokers/kafka/topics/orders/config',
      { 'cleanup.policy': 'compress' },
      'String must be one of: compact, delete',
    ],
    [
      '/brokers/kafka/config',
      { 'group.min.session.timeout.ms': 20000 },
      "must lie between the broker's 20000 and 1800000",
    ],
  ])('%s = %j', (pointer, value, expected) => {
    const lines = problemsAfter({ [pointer]: value });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(expected);
  });

  test('known settings without a model, and what Kafka changes of itself, are warnings', () => {
    const scenario = parsed(
      changed({
        '/services/checkout/config': { acks: 1, 'compression.type': 'zstd' },
        '/alerts': [{ name: 'lag', metric: 'kafka_consumergroup_lag', above: 100 }],
      }),
    );
    expect(scenario.warnings.map(line)).toEqual([
      '#/services/checkout/config/compression.type: `compression.type` is known but not modelled: it has no effect here.',
      '#/services/checkout/config/acks: Idempotence is switched off because acks is 1, not all.',
      '#/alerts: Alerts are not modelled yet: these are not evaluated.',
    ]);
  });

  test('a handler that nothing can reach is a warning', () => {
    const text = changed({ '/services/payment/on/payment.completed': ['settle'] });
    expect(parsed(text).warnings.map((warning) => warning.pointer)).toEqual([
      '/services/payment/on/payment.completed',
    ]);
  });
});

describe('files of another kind', () => {
  test.each([
    ['', 'The file is empty.'],
    [' \n', 'The file is empty.'],
    ['[]', 'A scenario is one object, not an empty list.'],
    ['5', 'A scenario is one object, not 5.'],
    ['null', 'A scenario is one object, not null.'],
    ['"x"', 'A scenario is one object, not "x".'],
    ['version: 1\nservices:\n', 'it looks like YAML'],
    ['<!doctype html>', 'it looks like HTML or XML'],
    ['{\0"\0v\0', 'it looks like text in UTF-16 or a binary file'],
    ['\ufffd\ufffd{\0', 'it looks like text in UTF-16'],
    ['{"name":"x","version":"1.0.0","dependencies":{}}', 'a package.json of npm'],
    ['{"rabbit_version":"3.13.0","queues":[],"exchanges":[]}', 'definitions exported from RabbitMQ'],
    ['{"topic":"offsets","version":"x","cases":[]}', 'a recorded conversation with a broker'],
    ['{"version":"3","services":{"db":{"image":"postgres"}}}', 'a Docker Compose file'],
    ['{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}', 'a JSON Schema'],
  ])('%j', (text, expected) => {
    const problems = problemsOf(text);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.pointer).toBe('');
    expect(problems[0]?.sentence).toContain(expected);
  });

  test('a byte order mark is tolerated', () => {
    expect(parseScenario(`\ufeff${wholeFile}`).ok).toBe(true);
  });

  test('fifty megabytes are refused at once', () => {
    const text = `{"version":1,"services":{"a":"${'x'.repeat(50_000_000)}"}}`;
    const before = performance.now();
    expect(problemsOf(text).map((problem) => problem.sentence)).toEqual([
      'The file has 50000033 characters: at most 5000000.',
    ]);
    expect(performance.now() - before).toBeLessThan(100);
  });

  test.each(['[', '{"a":', '[[],'])('depth without end is refused: %s …', (unit) => {
    expect(problemsOf(unit.repeat(100_000)).map((problem) => problem.sentence)).toEqual([
      'The file has more than 64 levels.',
    ]);
  });
});
