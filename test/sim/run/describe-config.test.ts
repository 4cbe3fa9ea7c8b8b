import { describe, expect, it } from 'vitest';
import { parseScenario } from '#sim/scenario/parse.ts';
import { describeConfig } from '#sim/run/describe-config.ts';
import { CONFIG_KINDS, settingsOf } from '#sim/brokers/kafka/config.ts';
import { scenarioFiles } from '../../support/scenario-files.ts';

describe('settings in the inspector', () => {
  it.each(CONFIG_KINDS)(
    'every one that a model acts on is there, with default, meaning and bounds: %s',
    (kind) => {
      const rows = new Map(describeConfig(kind, {}, '4.2').map((row) => [row.name, row]));
      for (const setting of settingsOf(kind, '4.2')) {
        if (!setting.modelled) continue;
        const row = rows.get(setting.name);
        expect(row?.meaning, setting.name).toMatch(/\.$/);
        expect(row?.value, setting.name).toBe(row?.default);
        const bounded = setting.min !== null || setting.max !== null || setting.words !== null;
        expect(row?.bounds !== '', setting.name).toBe(bounded);
      }
    },
  );

  it('bounds read as Kafka means them', () => {
    const bounds = (kind: 'producer' | 'topic', name: string) =>
      describeConfig(kind, {}, '4.0').find((row) => row.name === name)?.bounds;
    expect(bounds('topic', 'min.cleanable.dirty.ratio')).toBe('0 to 1');
    expect(bounds('topic', 'segment.bytes')).toBe('at least 1048576');
    expect(bounds('topic', 'cleanup.policy')).toBe('compact, delete');
    expect(bounds('producer', 'acks')).toBe('all | -1 | 0 | 1');
  });
});

describe("a value outside of them is refused in Kafka's words when the file is read", () => {
  const healthy = scenarioFiles().find(({ name }) => name === 'healthy')?.text ?? '';

  function problemsWith(config: object, topic: object = {}): string[] {
    const file = JSON.parse(healthy) as {
      services: Record<string, { config?: object }>;
      brokers: Record<string, { topics: Record<string, { config?: object }> }>;
    };
    const checkout = file.services['checkout'];
    const orders = file.brokers['kafka']?.topics['orders'];
    if (checkout === undefined || orders === undefined) throw new Error('another file');
    checkout.config = config;
    orders.config = topic;
    const result = parseScenario(JSON.stringify(file));
    if (!result.ok) return result.problems.map(({ sentence }) => sentence);
    return result.value.warnings.map(({ sentence }) => `warning: ${sentence}`);
  }

  it('explicit idempotence with acks=1, without retries, or with six requests in flight', () => {
    const explicit = { 'enable.idempotence': true };
    expect(problemsWith({ ...explicit, acks: '1' })).toEqual([
      'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
    ]);
    expect(problemsWith({ ...explicit, retries: 0 })).toEqual([
      'Must set retries to non-zero when using the idempotent producer.',
    ]);
    expect(problemsWith({ ...explicit, 'max.in.flight.requests.per.connection': 6 })).toHaveLength(1);
  });

  it('implicit idempotence goes silently, which the file says as a warning', () => {
    expect(problemsWith({ acks: '1' })).toEqual([
      'warning: Idempotence is switched off because acks is 1, not all.',
    ]);
    expect(problemsWith({ retries: 0 })).toEqual([
      'warning: Idempotence is switched off because retries is 0.',
    ]);
    expect(problemsWith({ acks: 'all' })).toEqual([]);
  });

  it('bounds of topics, and a delivery timeout that is too short', () => {
    expect(problemsWith({}, { 'segment.bytes': 1000 })).toEqual([
      'Invalid value 1000 for configuration segment.bytes: Value must be at least 1048576.',
    ]);
    expect(problemsWith({}, { 'min.cleanable.dirty.ratio': 2 })).toHaveLength(1);
    expect(problemsWith({}, { 'cleanup.policy': 'shrink' })).toHaveLength(1);
    expect(problemsWith({ 'delivery.timeout.ms': 1000 })).toEqual([
      'delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms.',
    ]);
  });

  it('what no model acts on is a warning', () => {
    expect(problemsWith({}, { 'segment.index.bytes': 4096 })).toEqual([
      'warning: `segment.index.bytes` is known but not modelled: it has no effect here.',
    ]);
    expect(problemsWith({}, { 'retention.ms': 60_000, 'cleanup.policy': 'compact,delete' })).toEqual([]);
  });
});

describe('tombstones', () => {
  function problemsOf(event: object, route: object): string[] {
    const result = parseScenario(
      JSON.stringify({
        version: 1,
        title: 'Tombstones',
        data: { customer: { id: 'sequence', name: { choice: ['Ada'] } } },
        events: { deleted: { tombstone: true, ...event } },
        brokers: {
          kafka: { kind: 'kafka', topics: { customers: { config: { 'cleanup.policy': 'compact' } } } },
        },
        on: 'kafka',
        carry: {
          kafka: {
            publish: { deleted: { topic: 'customers', ...route } },
            consume: { view: { topics: ['customers'], group: 'view' } },
          },
        },
        services: {
          crm: { every: '1s', limit: 1, do: [{ publish: 'deleted' }] },
          view: { on: { deleted: ['settle'] } },
        },
        checks: ['no-loss'],
      }),
    );
    return result.ok ? [] : result.problems.map(({ pointer, sentence }) => `${pointer}: ${sentence}`);
  }

  it('carry their key alone', () => {
    const id = { 'customer.id': 'id' };
    expect(problemsOf({ fields: id }, { key: '{customer.id}' })).toEqual([]);
    expect(problemsOf({ fields: { ...id, 'customer.name': 'text' } }, { key: '{customer.id}' })).toEqual([
      '/events/deleted/fields/customer.name: `deleted` is a tombstone: `customer.name` cannot be read from it.',
    ]);
    expect(problemsOf({ fields: id }, { key: 'c-{customer.id}' })).toHaveLength(1);
    expect(problemsOf({ fields: id }, {})).toEqual([
      '/carry/kafka/publish/deleted: `deleted` is a tombstone and goes out without a key.',
    ]);
  });
});
