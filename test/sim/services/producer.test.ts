import { describe, expect, it } from 'vitest';
import { intern } from '#sim/base/names.ts';
import { shareOf } from '#sim/services/source.ts';
import { handler, ScriptedConsumer, workshop } from './workshop.ts';

function producers(
  more: Record<string, unknown>,
  steps: unknown[] = [{ publish: 'order.placed' }],
): Record<string, unknown> {
  return {
    services: { checkout: { every: { constant: '100/s' }, limit: 10, do: steps, ...more } },
    carry: {
      kafka: {
        publish: {
          'order.placed': { topic: 'orders', key: '{order.id}' },
          'order.paid': { topic: 'paid', key: '{order.id}' },
          'order.lost': { topic: 'orders' },
        },
        consume: {},
      },
    },
  };
}

describe('a source', () => {
  it('makes each arrival at its time, and says when it starts and has made its last', () => {
    const shop = workshop(producers({}));
    shop.run();
    const rows = shop.world.rows('produce');
    expect(rows.map(({ at }) => at)).toEqual(Array.from({ length: 10 }, (_, i) => (i + 1) * 10_000));
    expect(rows.map(({ b }) => shop.key(b))).toEqual(Array.from({ length: 10 }, (_, i) => `order-${i + 1}`));
    expect(shop.world.rows('source').map(({ a, b, at }) => [a, b, at])).toEqual([
      [1, 0, 0],
      [0, 10, 100_000],
    ]);
  });

  it('starts late and ends where `until` says', () => {
    const shop = workshop(producers({ startAt: '1s', until: '1045ms', limit: undefined }));
    shop.run();
    expect(shop.world.rows('produce').map(({ at }) => at)).toEqual([
      1_010_000, 1_020_000, 1_030_000, 1_040_000,
    ]);
    expect(shop.world.rows('source').at(-1)).toMatchObject({ a: 0, b: 4 });
  });

  it('is shared by the instances: rate and limit are those of the service, and no two orders share a name', () => {
    const shop = workshop(producers({ instances: 3 }));
    shop.run();
    const rows = shop.world.rows('produce');
    expect(rows).toHaveLength(10);
    const times = rows.map(({ at }) => at).sort((a, b) => a - b);
    expect(new Set(times).size).toBe(10);
    expect(times.at(-1)).toBeLessThanOrEqual(130_000);
    const keys = rows.map(({ b }) => shop.key(b));
    expect(new Set(keys).size).toBe(10);
    expect(keys).toContain('order-4');
    expect(keys).toContain('order-2.3');
    expect(keys).toContain('order-3.1');
    expect([0, 1, 2].map((n) => shareOf(10, 3, n))).toEqual([4, 3, 3]);
  });

  it('loses no arrival that finds all lanes busy', () => {
    for (const [concurrency, last] of [
      [1, 10_000 + 10 * 25_000],
      [4, 100_000 + 25_000],
    ] as const) {
      const shop = workshop(
        producers({ concurrency }, [{ work: '25ms' }, { publish: 'order.placed', wait: 'none' }]),
      );
      shop.run();
      const rows = shop.world.rows('produce');
      expect(rows).toHaveLength(10);
      expect(rows.at(-1)?.at).toBe(last);
    }
  });

  it('makes no arrivals while the process is dead, and never uses an id twice', () => {
    const shop = workshop(producers({ limit: 20 }));
    shop.run(35_000);
    const process = shop.world.hosts.processOf(shop.entityOf('checkout-1'));
    shop.world.kernel.passTo(35_000);
    shop.world.hosts.crash(process, 'fault', 75_000);
    shop.run(75_000);
    shop.world.kernel.passTo(75_000);
    shop.world.hosts.start(process, 'back');
    shop.run();
    const rows = shop.world.rows('produce');
    expect(rows.slice(0, 5).map(({ at }) => at)).toEqual([10_000, 20_000, 30_000, 80_000, 90_000]);
    expect(rows).toHaveLength(20);
    expect(rows.map(({ b }) => shop.key(b))).toEqual(Array.from({ length: 20 }, (_, i) => `order-${i + 1}`));
  });

  it('catches up after a pause', () => {
    const shop = workshop(producers({}));
    const process = shop.world.hosts.processOf(shop.entityOf('checkout-1'));
    shop.run(35_000);
    shop.world.kernel.passTo(35_000);
    shop.world.hosts.pause(process, 'gc', 0);
    shop.run(75_000);
    shop.world.kernel.passTo(75_000);
    shop.world.hosts.resume(process, 'gc');
    shop.run();
    const rows = shop.world.rows('produce');
    expect(rows).toHaveLength(10);
    expect(rows.filter(({ at }) => at >= 75_000 && at < 80_000)).toHaveLength(4);
  });

  it('goes on with the next arrival where a publish fails', () => {
    const shop = workshop(producers({}));
    shop.producers[0]?.refused.set(3, 'TIMED_OUT');
    shop.run();
    expect(shop.world.rows('produce')).toHaveLength(10);
    expect(shop.steps().filter((step) => step.endsWith('TIMED_OUT'))).toHaveLength(1);
  });

  it('draws the same arrivals for the same seed, others for another', () => {
    const run = (seed: number): number[] => {
      const shop = workshop({ ...producers({ every: { poisson: '100/s' }, limit: 50 }), seed });
      shop.run();
      return shop.world.rows('produce').map(({ at }) => at);
    };
    expect(run(5)).toEqual(run(5));
    expect(run(5)).not.toEqual(run(6));
  });
});

describe('a deployment', () => {
  const services = {
    payment: { on: { 'order.placed': [{ work: '10ms' }, 'settle'] } },
  };
  const faults = [
    { deploy: 'payment', on: { 'order.placed': [{ wait: '1ms', as: 'new' }, 'settle'] }, at: '15ms' },
  ];

  it('lets the handler under way end, then comes back with the new program', () => {
    const shop = workshop({ services, faults });
    for (let n = 0; n < 4; n += 1) shop.deliver();
    const target = shop.entityOf('payment-1');
    shop.world.kernel.post(15_000, 1, target, target, 20, 1);
    shop.run();
    expect(shop.outcomes()).toEqual(['ok', 'ok', 'ok', 'ok']);
    const rows = shop.world.rows('step').filter(({ b }) => b === 0);
    expect(rows.map(({ a }) => shop.name(a)).filter((name) => name !== 'payment/settle')).toEqual([
      'payment/work',
      'payment/work',
      'payment/new',
      'payment/new',
    ]);
    expect(shop.world.rows('process').map(({ at }) => at)).toEqual([20_000, 20_000]);
  });

  it('reaches a dead process with its next life', () => {
    const shop = workshop({ services, faults });
    const target = shop.entityOf('payment-1');
    const process = shop.world.hosts.processOf(target);
    shop.world.hosts.crash(process, 'fault', 0);
    shop.world.kernel.post(0, 1, target, target, 20, 1);
    shop.deliver();
    shop.run(1_000);
    shop.world.hosts.start(process, 'back');
    shop.run();
    expect(shop.steps()[0]).toBe('payment/new#before');
  });

  it('may bring clients with other settings, which keep what a crash does not take', () => {
    const shop = workshop({ services, faults });
    for (let n = 0; n < 4; n += 1) shop.deliver();
    const target = shop.entityOf('payment-1');
    const [instance] = shop.instances;
    const [former] = shop.consumers;
    const later = new ScriptedConsumer(shop.world);
    later.listener = instance ?? null;
    later.commitTakes = 5_000;
    instance?.connect(later, shop.producers[0] ?? null, 1);
    shop.world.kernel.post(15_000, 1, target, target, 20, 1);
    shop.run();
    expect(shop.outcomes()).toEqual(['ok', 'ok', 'ok', 'ok']);
    expect(later.state.committed).toBe(4);
    expect(instance?.consumer).toBe(later);
    expect(former?.state).toBe(later.state);
    expect(shop.world.rows('commit').map(({ at }) => at)).toEqual([10_000, 20_000, 26_000, 32_000]);
  });
});

describe('a client that gives up', () => {
  it('ends the process with its error, whatever onError says', () => {
    const shop = workshop({
      services: { payment: { on: { 'order.placed': ['settle'] }, onError: 'poll-on', restart: 'never' } },
    });
    const [instance] = shop.instances;
    const code = intern(shop.world.catalog.names, 'FENCED_INSTANCE_ID');
    shop.run(0);
    shop.deliver();
    shop.world.kernel.self = shop.entityOf('payment-1');
    instance?.failed(shop.world.kernel, { code, definite: true });
    expect(shop.outcomes()).toEqual([]);
    expect(shop.world.rows('process').map(({ a, b }) => [a, shop.name(b)])).toEqual([
      [3, 'FENCED_INSTANCE_ID'],
    ]);
  });
});

describe('busy', () => {
  it('is a lane that runs or waits for time, not one that waits for somebody else', () => {
    const shop = workshop(handler([{ work: '10ms' }, { call: 'cards.charge', key: '{order.id}' }, 'settle']));
    shop.deliver();
    const [instance] = shop.instances;
    shop.run(5_000);
    expect(instance?.busy(5_000)).toBe(true);
    shop.run(15_000);
    expect(instance?.busy(15_000)).toBe(false);
    shop.run();
    expect(shop.outcomes()).toEqual(['ok']);
  });
});
