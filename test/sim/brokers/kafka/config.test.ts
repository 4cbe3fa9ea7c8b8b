/** [KAFKA-CONFIG-1] Names, defaults and refusals of Kafka's configuration, as recorded and as the 4.0 guide changes them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  CONFIG_KINDS,
  defaultOf,
  resolveBrokerConfig,
  resolveConsumerConfig,
  resolveGroupConfig,
  resolveProducerConfig,
  resolveShareConsumerConfig,
  resolveTopicConfig,
  settingsOf,
  type ConfigKind,
  type WrittenConfig,
} from '#sim/brokers/kafka/config.ts';

interface Case {
  readonly id: string;
  readonly given: { readonly set?: WrittenConfig };
  readonly steps: readonly {
    readonly do: { kind: ConfigKind; name: string };
    readonly expect: Record<string, unknown>;
  }[];
}

function casesOf(topic: string): Case[] {
  const url = new URL(`../../../conformance/recordings/kafka/${topic}.json`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { cases: Case[] }).cases;
}

describe('recorded defaults of 4.0.0-SNAPSHOT', () => {
  test.each(casesOf('defaults').map((recorded) => [recorded.id, recorded] as const))('%s', (_, { steps }) => {
    for (const step of steps) {
      expect(defaultOf(step.do.kind, step.do.name, '4.0.0-SNAPSHOT')).toEqual(step.expect);
    }
  });
});

describe('recorded producers', () => {
  const recorded = casesOf('producer').filter(({ id }) => id.startsWith('pcfg-'));
  test.each(recorded.map((found) => [found.id, found] as const))('%s', (_, { given, steps }) => {
    const resolved = resolveProducerConfig(given.set ?? {}, '4.0.0-SNAPSHOT');
    const wanted = steps[0]?.expect ?? {};
    if (!resolved.ok) expect({ error: resolved.problems[0]?.error }).toEqual(wanted);
    else expect(resolved.value.values).toMatchObject(wanted);
  });
});

describe('what 4.0 has otherwise than the snapshot', () => {
  test.each([
    ['producer', 'linger.ms', 0, 5],
    ['topic', 'message.timestamp.after.max.ms', 9_223_372_036_854_775_808, 3_600_000],
    ['broker', 'log.message.timestamp.after.max.ms', 9_223_372_036_854_775_808, 3_600_000],
    ['broker', 'num.recovery.threads.per.data.dir', 1, 2],
  ] as const)('%s %s: %s, then %s', (kind, name, snapshot, release) => {
    expect(defaultOf(kind, name, '4.0.0-SNAPSHOT')?.default).toBe(snapshot);
    expect(defaultOf(kind, name, '4.0')?.default).toBe(release);
  });

  test('message.format.version is gone', () => {
    expect(defaultOf('topic', 'message.format.version', '4.0')).toBeNull();
    expect(defaultOf('topic', 'message.format.version', '4.0.0-SNAPSHOT')?.default).toBe('3.0-IV1');
  });

  test('segments of less than a megabyte are refused', () => {
    expect(resolveTopicConfig({ 'segment.bytes': 1000 }, '4.0.0-SNAPSHOT').ok).toBe(true);
    expect(resolveTopicConfig({ 'segment.bytes': 1000 }, '4.0').ok).toBe(false);
  });

  test('six requests in flight are refused, where the snapshot switched idempotence off', () => {
    const set = { 'max.in.flight.requests.per.connection': 6 };
    const snapshot = resolveProducerConfig(set, '4.0.0-SNAPSHOT');
    expect(snapshot.ok && snapshot.value.values['enable.idempotence']).toBe(false);
    const release = resolveProducerConfig(set, '4.0');
    expect(release.ok ? [] : release.problems.map(({ message }) => message)).toEqual([
      'To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. Current value is 6.',
    ]);
    expect(resolveProducerConfig({ ...set, 'enable.idempotence': false }, '4.0').ok).toBe(true);
  });
});

describe('every row of the table', () => {
  const rows = CONFIG_KINDS.flatMap((kind) =>
    (['4.0', '4.0.0-SNAPSHOT', '4.2'] as const).flatMap((version) => settingsOf(kind, version)),
  );

  test('has a name, a known type and a meaning of one sentence', () => {
    const types = ['BOOLEAN', 'INT', 'SHORT', 'LONG', 'DOUBLE', 'STRING', 'LIST', 'CLASS', 'PASSWORD'];
    for (const row of rows) {
      expect(row.name).toMatch(/^[a-z][A-Za-z0-9.]*$/);
      expect(types).toContain(row.type);
      expect(row.meaning).toMatch(/^[A-Z].*\.$/);
    }
    expect(rows.length).toBeGreaterThan(500);
  });

  test("its default keeps the row's own type and bounds", () => {
    const resolve = {
      producer: resolveProducerConfig,
      consumer: resolveConsumerConfig,
      topic: resolveTopicConfig,
      broker: resolveBrokerConfig,
      group: resolveGroupConfig,
    };
    for (const kind of CONFIG_KINDS) {
      for (const row of settingsOf(kind, '4.0')) {
        // Naming transactional.id asks for transactions, whatever its value; null is its absence.
        if (row.default === undefined || row.default === null) continue;
        const resolved = resolve[kind]({ [row.name]: row.default }, '4.0');
        expect(resolved.ok, `${kind} ${row.name}`).toBe(true);
      }
    }
  });
});

describe('types as in a properties file', () => {
  test('texts stand for numbers and booleans, numbers for words', () => {
    const resolved = resolveProducerConfig(
      { 'linger.ms': ' 20 ', 'enable.idempotence': 'FALSE', acks: 1 },
      '4.0',
    );
    expect(resolved.ok && resolved.value.values).toMatchObject({
      'linger.ms': 20,
      'enable.idempotence': false,
      acks: '1',
    });
  });

  test.each([
    [{ 'batch.size': 1.5 }, 'Not a number of type INT'],
    [{ 'batch.size': 3_000_000_000 }, 'Not a number of type INT'],
    [{ 'batch.size': 'many' }, 'Not a number of type INT'],
    [{ 'batch.size': -1 }, 'Value must be at least 0'],
    [{ acks: 'some' }, 'String must be one of: all, -1, 0, 1'],
    [{ acks: null }, 'entry must be non null'],
  ] as const)('%j', (set, wanted) => {
    const resolved = resolveProducerConfig(set, '4.0');
    expect(resolved.ok ? '' : resolved.problems[0]?.message).toContain(wanted);
  });

  test('delivery.timeout.ms is raised where nobody wrote it', () => {
    const resolved = resolveProducerConfig({ 'request.timeout.ms': 200_000 }, '4.0');
    expect(resolved.ok && resolved.value.values['delivery.timeout.ms']).toBe(200_005);
    expect(resolved.ok && resolved.value.warnings).toHaveLength(1);
  });

  test('assignors go by their short names too; there are no others than those of the clients', () => {
    const warnings = (set: WrittenConfig) => {
      const resolved = resolveConsumerConfig(set, '4.0');
      return resolved.ok ? resolved.value.warnings.length : -1;
    };
    expect(warnings({})).toBe(0);
    expect(warnings({ 'partition.assignment.strategy': ['range'] })).toBe(0);
    expect(warnings({ 'partition.assignment.strategy': 'cooperative-sticky' })).toBe(0);
    expect(warnings({ 'partition.assignment.strategy': 'rnage' })).toBe(-1);
  });
});

describe('settings of the two group protocols', () => {
  const faults = (set: WrittenConfig, version: '4.0' | '4.0.0-SNAPSHOT' = '4.0') => {
    const resolved = resolveConsumerConfig(set, version);
    return resolved.ok
      ? resolved.value.warnings.map(({ name }) => name)
      : resolved.problems.map(({ message }) => message);
  };

  test('[KAFKA-CLIENT-56] the consumer protocol refuses what the coordinator decides; the snapshot ignored it', () => {
    for (const name of ['session.timeout.ms', 'heartbeat.interval.ms']) {
      const set = { 'group.protocol': 'consumer', [name]: 20_000 };
      expect(faults(set)).toEqual([`${name} cannot be set when group.protocol=CONSUMER`]);
      expect(faults(set, '4.0.0-SNAPSHOT')).toEqual([name]);
    }
    expect(faults({ 'group.protocol': 'CONSUMER', 'group.remote.assignor': 'range' })).toEqual([]);
  });

  test('[KAFKA-CLIENT-56] group.remote.assignor belongs to the consumer protocol', () => {
    expect(faults({ 'group.remote.assignor': 'range' })).toEqual([
      'group.remote.assignor cannot be set when group.protocol=CLASSIC',
    ]);
    expect(faults({ 'group.protocol': 'share' })).toHaveLength(1);
  });
});

describe('share groups, in 4.2', () => {
  test('[KAFKA-SHARE-16] their settings stand in the table of 4.2 alone, with its defaults', () => {
    expect(defaultOf('consumer', 'share.acknowledgement.mode', '4.2')?.default).toBe('implicit');
    expect(defaultOf('consumer', 'share.acknowledgement.mode', '4.0')).toBeNull();
    expect(defaultOf('broker', 'group.share.partition.max.record.locks', '4.0')?.default).toBe(200);
    expect(defaultOf('broker', 'group.share.partition.max.record.locks', '4.2')?.default).toBe(2000);
    expect(defaultOf('broker', 'group.share.max.groups', '4.2')).toBeNull();
    expect(defaultOf('group', 'share.auto.offset.reset', '4.2')?.default).toBe('latest');
  });

  test.each([
    'auto.offset.reset',
    'enable.auto.commit',
    'group.instance.id',
    'isolation.level',
    'session.timeout.ms',
    'group.protocol',
  ])('[KAFKA-SHARE-16] a share consumer refuses %s', (name) => {
    const resolved = resolveShareConsumerConfig({ [name]: 'x' }, '4.2');
    expect(!resolved.ok && resolved.problems.map(({ message }) => message)).toContain(
      `${name} cannot be set when using a share group`,
    );
  });

  test("[KAFKA-SHARE-16] a group keeps the broker's bounds, and what it does not say is the broker's", () => {
    const usual = resolveGroupConfig({}, '4.2', { 'group.share.record.lock.duration.ms': 20_000 });
    expect(usual.ok && usual.value.values['share.record.lock.duration.ms']).toBe(20_000);
    expect(resolveGroupConfig({ 'share.record.lock.duration.ms': 61_000 }, '4.2').ok).toBe(false);
    expect(resolveGroupConfig({ 'share.auto.offset.reset': 'none' }, '4.2').ok).toBe(false);
    expect(resolveBrokerConfig({ 'group.share.record.lock.duration.ms': 10_000 }, '4.2').ok).toBe(false);
  });
});
