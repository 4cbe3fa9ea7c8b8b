/** Azure Event Hubs as a profile of Kafka: what its documentation says, as problems and warnings, and nothing else. */
import { describe, expect, test } from 'vitest';
import { parseScenario } from '#sim/scenario/parse.ts';
import {
  EVENT_HUBS_LIMITS,
  EVENT_HUBS_TIERS,
  EVENT_HUBS_TOPIC_SETTINGS,
} from '#sim/brokers/kafka/config/event-hubs.ts';
import { settingOf } from '#sim/brokers/kafka/config.ts';

interface Changes {
  readonly broker?: object;
  readonly topic?: object;
  readonly size?: string;
  readonly producer?: object;
  readonly consumer?: object;
}

function parsedWith({ broker = {}, topic = {}, size = '1KiB', producer = {}, consumer = {} }: Changes = {}) {
  return parseScenario(
    JSON.stringify({
      version: 1,
      title: 'A namespace',
      data: { order: { id: 'sequence' } },
      events: { placed: { fields: { 'order.id': 'id' }, size } },
      brokers: { hubs: { kind: 'kafka', profile: 'event-hubs', topics: { orders: topic }, ...broker } },
      on: 'hubs',
      carry: {
        hubs: {
          publish: { placed: { topic: 'orders', key: '{order.id}' } },
          consume: { reader: { topics: ['orders'], group: 'g', config: consumer } },
        },
      },
      services: {
        shop: { every: '1s', limit: 3, do: [{ publish: 'placed' }], config: producer },
        reader: { on: { placed: ['settle'] } },
      },
      checks: ['no-loss'],
    }),
  );
}

function problems(changes: Changes): string[] {
  const result = parsedWith(changes);
  return result.ok ? [] : result.problems.map(({ pointer, sentence }) => `${pointer}: ${sentence}`);
}

function warnings(changes: Changes): string[] {
  const result = parsedWith(changes);
  return result.ok ? result.value.warnings.map(({ sentence }) => sentence) : ['refused'];
}

const topics = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`t${i}`, {}]));

describe('limits', () => {
  test('a plain namespace of the standard tier is right, and nothing is warned of', () => {
    expect(problems({})).toEqual([]);
    expect(warnings({ topic: { partitions: 32, config: { 'retention.ms': 604_800_000 } } })).toEqual([]);
  });

  test.each(['standard', 'premium', 'dedicated'] as const)('of the %s tier hold at their bound', (tier) => {
    const { partitions, retentionDays, eventHubs } = EVENT_HUBS_LIMITS[tier];
    const retention = retentionDays * 86_400_000;
    const most = { partitions, config: { 'retention.ms': retention } };
    expect(problems({ broker: { tier }, topic: most })).toEqual([]);
    if (partitions < 256) {
      expect(problems({ broker: { tier }, topic: { partitions: partitions + 1 } })).toEqual([
        `/brokers/hubs/topics/orders/partitions: An event hub of the ${tier} tier has at most ${partitions} partitions, not ${partitions + 1}.`,
      ]);
    }
    for (const wrong of [retention + 1, -1]) {
      expect(problems({ broker: { tier }, topic: { config: { 'retention.ms': wrong } } })).toEqual([
        `/brokers/hubs/topics/orders/config/retention.ms: The ${tier} tier keeps events for at most ${retentionDays} days (${retention}).`,
      ]);
    }
    if (eventHubs > 20) return;
    const many = { tier, topics: { orders: {}, ...topics(eventHubs) } };
    expect(problems({ broker: many })).toEqual([
      `/brokers/hubs/topics: A namespace of the ${tier} tier has at most ${eventHubs} event hubs, not ${eventHubs + 1}.`,
    ]);
  });

  test('the Basic tier has no Kafka endpoint', () => {
    expect(problems({ broker: { tier: 'basic' } })).toEqual([
      '/brokers/hubs/tier: The Basic tier of Event Hubs has no Kafka endpoint.',
    ]);
  });

  test('a publication above a megabyte is refused before it is sent', () => {
    expect(problems({ size: '1MiB' })).toEqual([]);
    expect(problems({ size: '1025KiB' })).toEqual([
      '/events/placed/size: A publication of the standard tier has at most 1048576 bytes.',
    ]);
  });

  test('transactions are in preview on premium and dedicated alone', () => {
    const producer = { 'transactional.id': 't' };
    const sentence = 'The standard tier of Event Hubs has no Kafka transactions.';
    expect(problems({ producer })).toContain(`/services/shop/config/transactional.id: ${sentence}`);
    expect(problems({ producer, broker: { tier: 'premium' } })).not.toContainEqual(
      expect.stringContaining('no Kafka transactions'),
    );
  });
});

describe('what is not the user’s', () => {
  test('settings of brokers and of segments, nodes and replicas', () => {
    const found = problems({
      broker: { nodes: 3, config: { 'min.insync.replicas': 2 } },
      topic: { replicas: [[1, 2, 3]], config: { 'segment.ms': 1000, 'cleanup.policy': 'compact' } },
    });
    expect(found).toEqual([
      '/brokers/hubs/nodes: The brokers of Event Hubs are not the user’s.',
      '/brokers/hubs/config/min.insync.replicas: Event Hubs does not let "min.insync.replicas" be set.',
      '/brokers/hubs/topics/orders/replicas: The replicas of an event hub are not the user’s.',
      '/brokers/hubs/topics/orders/config/segment.ms: Event Hubs does not let "segment.ms" be set.',
    ]);
  });

  test('a tier without the profile is a slip', () => {
    expect(problems({ broker: { profile: undefined, tier: 'premium' } })).toEqual([
      '/brokers/hubs/tier: Kafka itself has no tiers.',
    ]);
  });

  test('throughput units and the kind event-hubs are known words with a hint', () => {
    const units = parsedWith({ broker: { throughputUnits: 2 } });
    expect(units.ok ? [] : units.problems).toMatchObject([{ hint: expect.stringContaining('Throttling') }]);
    const kind = parsedWith({ broker: { kind: 'event-hubs' } });
    expect(kind.ok ? [] : kind.problems).toMatchObject([{ hint: expect.stringContaining('profile') }]);
  });
});

describe('advice to clients', () => {
  test('is a warning', () => {
    expect(warnings({ producer: { 'max.request.size': 1_046_528 } })).toEqual([
      '`max.request.size` should be below 1046528: Event Hubs closes the connection on a larger request.',
    ]);
    expect(warnings({ producer: { 'request.timeout.ms': 19_999 } })).toHaveLength(1);
    expect(warnings({ consumer: { 'session.timeout.ms': 29_999 } })).toHaveLength(1);
    expect(warnings({ consumer: { 'session.timeout.ms': 30_000 } })).toEqual([]);
    expect(warnings({ broker: { profile: undefined }, producer: { 'request.timeout.ms': 19_999 } })).toEqual(
      [],
    );
  });
});

test('every name in the tables is one of Kafka’s, and tiers grow', () => {
  for (const name of EVENT_HUBS_TOPIC_SETTINGS) expect(settingOf('topic', name, '4.0')).not.toBeNull();
  const sizes = EVENT_HUBS_TIERS.map((tier) => EVENT_HUBS_LIMITS[tier].partitions);
  expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
});
