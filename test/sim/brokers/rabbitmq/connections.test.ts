/** A node and its clients when the network or the node itself fails them. */
import { describe, expect, it } from 'vitest';
import { buildWorld } from '#sim/run/build.ts';
import { parseScenario } from '#sim/scenario/parse.ts';
import type { World } from '#sim/run/world.ts';
import { messageId } from '#sim/messaging/catalog.ts';
import { Kind, RECORD_FLOATS, RECORD_WORDS } from '#sim/trace/vocabulary.ts';
import { ENTITY, KIND, MID } from '#sim/trace/block.ts';

interface Told {
  /** µs */
  readonly at: number;
  readonly entity: string;
  readonly message: string;
}

const base = {
  version: 1,
  horizon: '10min',
  data: { order: { id: 'sequence' } },
  events: { 'order.placed': { fields: { 'order.id': 'id' } } },
  brokers: { rabbit: { kind: 'rabbitmq', queues: { payment: {} } } },
  carry: {
    rabbit: {
      publish: { 'order.placed': { exchange: '', routingKey: 'payment', key: '{order.id}' } },
      consume: { payment: { queue: 'payment', prefetch: 2 } },
    },
  },
  stores: { cards: { kind: 'external-api', operations: { charge: { latency: '10ms' } } } },
  services: {
    checkout: {
      every: '100ms',
      limit: 10,
      do: [{ publish: 'order.placed', wait: 'confirm' }],
      onError: 'poll-on',
    },
    payment: {
      instances: 2,
      on: { 'order.placed': [{ call: 'cards.charge', key: '{order.id}' }, 'settle'] },
      onError: 'crash',
    },
  },
  checks: ['no-loss', { 'effect-once': { effect: 'cards.charge', per: 'order.id' } }],
};

function run(changes: Record<string, unknown>): World {
  const parsed = parseScenario(JSON.stringify({ ...base, ...changes }));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const world = buildWorld(parsed.value);
  while (world.advance({ events: 10_000 }) === null);
  return world;
}

function records(world: World, kind: number): Told[] {
  const { blocks, header } = world.trace();
  const found: Told[] = [];
  for (const { ints, floats, count } of blocks) {
    for (let row = 0; row < count; row += 1) {
      const at = row * RECORD_WORDS;
      if (ints[at + KIND] !== kind) continue;
      const entity = header.entityNames[ints[at + ENTITY] ?? -1] ?? '';
      const mid = ints[at + MID] ?? -1;
      found.push({
        at: floats[row * RECORD_FLOATS] ?? -1,
        entity,
        message: mid < 0 ? '' : messageId(header.catalog, header.entityNames, mid),
      });
    }
  }
  return found;
}

function reasons(world: World): Record<string, string> {
  return Object.fromEntries(world.verdicts().map(({ id, verdict }) => [id, verdict]));
}

describe('connections', () => {
  it('[RABBIT-HEARTBEAT-1] a consumer behind a partition is taken for dead after two intervals, and what it held comes again', () => {
    const world = run({
      faults: [{ partition: [['payment-1'], ['rabbit-1']], at: '250ms', for: '5min' }],
      brokers: { rabbit: { ...base.brokers.rabbit, config: { heartbeat: 10_000 } } },
    });
    expect(reasons(world)).toMatchObject({ 'no-loss': 'valid' });
    const again = records(world, Kind.deliver).filter(({ entity }) => entity === 'payment-2');
    expect(again.length).toBeGreaterThan(6);
  });

  it('[RABBIT-CLIENT-1] [RABBIT-CLIENT-9] [RABBIT-RESTART-2] a node that dies comes back with what was durable, and is found again', () => {
    const world = run({ faults: [{ crash: 'rabbit-1', at: '550ms', for: '1s' }] });
    expect(world.stopReason).toBe('quiescent');
    expect(reasons(world)['no-loss']).toBe('valid');
    expect(records(world, Kind.refuse).length).toBeGreaterThan(0);
  });

  it('[RABBIT-RESTART-1] a transient queue is gone with the node, and nobody consumes what was in it', () => {
    const queues = { payment: { durable: false } };
    const world = run({
      brokers: { rabbit: { kind: 'rabbitmq', queues } },
      faults: [
        { pause: 'payment', at: '0s', for: '2s' },
        { crash: 'rabbit-1', at: '550ms', for: '1s' },
      ],
    });
    expect(reasons(world)['no-loss']).toBe('invalid');
  });

  it('[RABBIT-ALARM-3] a disk that is full blocks publishers until consumers have made room', () => {
    const limits = { disk: '10kB', config: { 'disk_free_limit.absolute': 7000 } };
    const world = run({
      brokers: { rabbit: { ...base.brokers.rabbit, ...limits } },
      faults: [{ pause: 'payment', at: '0s', for: '30s' }],
    });
    const enqueued = records(world, Kind.append);
    expect(enqueued.filter(({ at }) => at < 30_000_000).length).toBe(3);
    expect(enqueued.length).toBe(10);
    expect(reasons(world)['no-loss']).toBe('valid');
    expect(records(world, Kind.deliver).length).toBeGreaterThanOrEqual(10);
  });

  it('[RABBIT-ALARM-1] [RABBIT-ALARM-2] low on memory, nothing is read from publishers, nor lost', () => {
    const config = { 'vm_memory_high_watermark.absolute': 5000 };
    const world = run({
      brokers: { rabbit: { ...base.brokers.rabbit, config } },
      faults: [{ pause: 'payment', at: '0s', for: '30s' }],
    });
    const appended = records(world, Kind.append);
    expect(appended.filter(({ at }) => at < 30_000_000).length).toBe(3);
    expect(appended.length).toBe(10);
    expect(reasons(world)['no-loss']).toBe('valid');
  });

  it('[RABBIT-CLIENT-5] [RABBIT-CLIENT-7] a mandatory message that no queue gets is refused for certain', () => {
    const publish = {
      'order.placed': { exchange: '', routingKey: 'nobody.{key}', key: '{order.id}', mandatory: true },
    };
    const world = run({ carry: { rabbit: { ...base.carry.rabbit, publish } } });
    expect(records(world, Kind.append)).toEqual([]);
    expect(records(world, Kind.refuse).length).toBe(10);
    expect(reasons(world)['no-loss']).toBe('valid');
  });

  it('[RABBIT-CLIENT-3] [RABBIT-CLIENT-4] a nack without requeue takes the message away, and the program goes on', () => {
    const services = { ...base.services, payment: { on: { 'order.placed': [{ reject: {} }] } } };
    const world = run({ services, checks: ['no-loss'] });
    expect(world.stopReason).toBe('quiescent');
    expect(records(world, Kind.deliver).length).toBe(10);
  });

  it('[RABBIT-CLIENT-6] without confirms nothing is promised', () => {
    const publish = { 'order.placed': { exchange: '', routingKey: 'payment', confirms: false } };
    const world = run({ carry: { rabbit: { ...base.carry.rabbit, publish } } });
    expect(world.verdicts().find(({ id }) => id === 'no-loss')?.reason).toMatch(
      /10 publishes .* promised nothing/,
    );
  });

  it('[RABBIT-CLIENT-2] [RABBIT-CLIENT-8] what a library holds is up to the prefetch; without one it is the whole queue', () => {
    const held = (prefetch: number): number => {
      const world = run({
        carry: { rabbit: { ...base.carry.rabbit, consume: { payment: { queue: 'payment', prefetch } } } },
        services: {
          ...base.services,
          payment: {
            ...base.services.payment,
            instances: 1,
            on: { 'order.placed': [{ work: '1s' }, 'settle'] },
          },
        },
        checks: ['no-loss'],
        horizon: '1500ms',
      });
      return records(world, Kind.acquire).length;
    };
    expect(held(2)).toBe(3);
    expect(held(0)).toBe(10);
  });
});
