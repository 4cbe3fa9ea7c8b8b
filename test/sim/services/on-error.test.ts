import { describe, expect, it } from 'vitest';
import { pauseOf } from '#sim/services/interpreter.ts';
import { handler, workshop } from './workshop.ts';

const failing = { fail: 'transient', if: { field: 'order.id', eq: 'order-2' } };
const program = [failing, { call: 'cards.charge', key: '{order.id}' }, 'settle'];

function charged(shop: ReturnType<typeof workshop>): string[] {
  return shop.world.rows('effect').map(({ b }) => shop.key(b));
}

describe('when a step fails', () => {
  it('poll-on goes on with the next record, and the later commit passes the failed one', () => {
    const shop = workshop(handler(program, { onError: 'poll-on' }));
    for (let n = 0; n < 3; n += 1) shop.deliver();
    shop.run();
    expect(shop.outcomes()).toEqual(['ok', 'failed', 'ok']);
    expect(charged(shop)).toEqual(['order-1', 'order-3']);
    expect(shop.consumers[0]?.state.committed).toBe(3);
  });

  it('crash ends the process, which comes back and meets the record again', () => {
    const shop = workshop(handler(program, { onError: 'crash', restart: '2s' }));
    for (let n = 0; n < 3; n += 1) shop.deliver();
    shop.run(7_000_000);
    expect(shop.outcomes()).toEqual(['ok', 'failed', 'failed', 'failed', 'failed']);
    const states = shop.world.rows('process').map(({ a }) => a);
    expect(states.slice(0, 4)).toEqual([3, 0, 3, 0]);
    expect(charged(shop)).toEqual(['order-1']);
  });

  it('crash with restart never stays away', () => {
    const shop = workshop(handler(program, { onError: 'crash', restart: 'never' }));
    shop.deliver();
    shop.deliver();
    shop.run();
    expect(shop.outcomes()).toEqual(['ok', 'failed']);
    expect(shop.world.rows('process')).toHaveLength(1);
  });

  it('seek-back moves the position back to the failed record', () => {
    const steps = [{ fail: 'transient', if: { nth: 2 } }, ...program.slice(1)];
    const shop = workshop(handler(steps, { onError: 'seek-back' }));
    for (let n = 0; n < 3; n += 1) shop.deliver();
    shop.run();
    expect(shop.outcomes()).toEqual(['ok', 'failed', 'ok', 'ok']);
    expect(charged(shop)).toEqual(['order-1', 'order-2', 'order-3']);
    expect(shop.consumers[0]?.said).toEqual(['seek failed']);
  });

  it('retry in place waits longer each time and then drops: said before the record is settled', () => {
    const backoff = { first: '10ms', factor: 3, max: '50ms' };
    const onError = { retry: { in: 'place', deliveries: 4, backoff, then: 'drop' } };
    for (const commitTakes of [0, 200]) {
      const shop = workshop(handler(program, { onError }));
      const [consumer] = shop.consumers;
      if (consumer !== undefined) consumer.commitTakes = commitTakes;
      for (let n = 0; n < 3; n += 1) shop.deliver();
      shop.run();
      expect(shop.outcomes()).toEqual(['ok', 'skipped', 'ok']);
      const tries = shop.world
        .rows('step')
        .filter(({ d }) => d === 1)
        .map(({ at }) => at);
      expect(tries.map((at) => at - (tries[0] ?? 0))).toEqual([0, 10_000, 40_000, 90_000]);
      const [skipped] = shop.world.rows('skipped');
      expect(shop.name(skipped?.b ?? -1)).toBe('dropped by policy');
      const passing = shop.world.rows('commit').find(({ d }) => d === 2);
      expect(passing?.seq).toBeGreaterThan(skipped?.seq ?? Infinity);
    }
  });

  it('a permanent failure is not tried again', () => {
    const onError = { retry: { in: 'place', deliveries: 4, backoff: '10ms', then: 'poll-on' } };
    const shop = workshop(handler([{ fail: 'permanent' }, 'settle'], { onError }));
    shop.deliver();
    shop.run();
    expect(shop.steps()).toEqual(['payment/fail#before', 'payment/fail#after permanent']);
    expect(shop.outcomes()).toEqual(['failed']);
  });

  it('a refused commit is a failure like any other', () => {
    const shop = workshop(handler(program, { onError: 'poll-on' }));
    shop.consumers[0]?.refused.add(1);
    shop.deliver();
    shop.run();
    expect(shop.outcomes()).toEqual(['failed']);
    expect(shop.steps().at(-1)).toBe('payment/settle#after ILLEGAL_GENERATION');
  });

  it('fail: crash ends the process at once, without asking onError and without an end of the handler', () => {
    const shop = workshop(handler([{ fail: 'crash', if: { nth: 1 } }, 'settle'], { onError: 'poll-on' }));
    shop.deliver();
    shop.run();
    expect(shop.steps()).toEqual([
      'payment/fail#before',
      'payment/fail#before',
      'payment/fail#after',
      'payment/settle#before',
      'payment/settle#after',
    ]);
    expect(shop.outcomes()).toEqual(['ok']);
    expect(shop.world.rows('process').map(({ at }) => at)).toEqual([0, 1_000_000]);
  });

  it('each delivery has luck of its own', () => {
    const steps = [{ fail: 'transient', if: { probability: 0.5 } }, 'settle'];
    const onError = { retry: { in: 'place', deliveries: 50, backoff: '1ms', then: 'poll-on' } };
    const shop = workshop(handler(steps, { onError }));
    for (let n = 0; n < 40; n += 1) shop.deliver();
    shop.run();
    expect(new Set(shop.outcomes())).toEqual(new Set(['ok']));
    const failures = shop.world.rows('step').filter(({ d }) => d === 1).length;
    expect(failures).toBeGreaterThan(15);
    expect(failures).toBeLessThan(90);
  });

  it('a thousand records that take no time are one event and no deep stack', () => {
    const shop = workshop(handler(['settle']));
    for (let n = 0; n < 20_000; n += 1) shop.deliver();
    shop.run();
    expect(shop.outcomes()).toHaveLength(20_000);
    expect(shop.world.kernel.state.events).toBe(1);
  });
});

describe('pauses', () => {
  it('grow by the factor up to the maximum', () => {
    const backoff = { first: 100, factor: 2, max: 1000 };
    expect([1, 2, 3, 4, 5, 60].map((tries) => pauseOf(backoff, tries))).toEqual([
      100, 200, 400, 800, 1000, 1000,
    ]);
  });
});
