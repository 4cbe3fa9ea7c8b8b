import { describe, expect, it } from 'vitest';
import { clone } from '#sim/base/clone.ts';
import { Phase } from '#sim/trace/vocabulary.ts';
import { handler, workshop, type Workshop } from './workshop.ts';

const charge = { call: 'cards.charge', as: 'charge', key: '{order.id}' };
const program = [charge, { publish: 'order.paid', as: 'tell' }, 'settle'];

function crashAt(shop: Workshop, point: string, phase: number, away = 5_000_000): void {
  shop.onRecord(
    'step',
    ({ a, b }) => shop.name(a) === point && b === phase,
    1,
    (entity) => {
      const { hosts, kernel } = shop.world;
      const process = hosts.processOf(entity);
      hosts.crash(process, 'fault', kernel.now + away);
    },
  );
}

describe('a crash between any two steps', () => {
  const cases: [point: string, phase: number, effects: number, produces: number][] = [
    ['payment/charge', Phase.before, 1, 1],
    ['payment/charge', Phase.after, 2, 1],
    ['payment/tell', Phase.before, 2, 1],
    ['payment/tell', Phase.after, 2, 2],
    ['payment/settle', Phase.before, 2, 2],
    ['payment/settle', Phase.after, 1, 1],
  ];
  for (const [point, phase, effects, produces] of cases) {
    it(`at ${point}#${phase === Phase.before ? 'before' : 'after'}: ${effects} effects, ${produces} events`, () => {
      const shop = workshop(handler(program));
      shop.deliver();
      crashAt(shop, point, phase);
      shop.run(1_000_000);
      const died = shop.world.rows('process').find(({ a }) => a === 3);
      const steps = shop.world.rows('step').length;
      expect(died).toBeDefined();
      // nothing of the program happens after the record that set the fault off
      expect(shop.world.rows('step').at(-1)?.seq).toBeLessThan(died?.seq ?? -1);
      shop.world.hosts.start(shop.world.hosts.processOf(shop.entityOf('payment-1')), 'back');
      shop.run();
      expect(shop.world.rows('effect')).toHaveLength(effects);
      expect(shop.world.rows('produce')).toHaveLength(produces);
      const settled = point === 'payment/settle' && phase === Phase.after;
      expect(shop.outcomes()).toEqual(settled ? [] : ['ok']);
      expect(shop.world.rows('step').length).toBe(settled ? steps : steps + 6);
      expect(shop.consumers[0]?.state.committed).toBe(1);
    });
  }

  it('never uses an id twice', () => {
    const shop = workshop(handler(program));
    shop.deliver();
    crashAt(shop, 'payment/settle', Phase.before);
    shop.run(1_000_000);
    shop.world.hosts.start(shop.world.hosts.processOf(shop.entityOf('payment-1')), 'back');
    shop.run();
    const { events } = shop.world.catalog;
    const ids = shop.world.rows('produce').map(({ lid }) => events.n.data[lid]);
    expect(ids).toEqual([1, 2]);
  });

  it('takes the answer to a former life for nothing', () => {
    const shop = workshop(handler([charge, 'settle']));
    shop.deliver();
    shop.onRecord(
      'send',
      () => true,
      1,
      (entity) => {
        const { hosts } = shop.world;
        const process = hosts.processOf(entity);
        hosts.crash(process, 'fault', 0);
        hosts.start(process, 'at once');
      },
    );
    shop.run();
    expect(shop.world.rows('effect')).toHaveLength(2);
    expect(shop.world.rows('call')).toHaveLength(1);
    expect(shop.outcomes()).toEqual(['ok']);
  });
});

describe('a pause', () => {
  it('holds back the next step until it is over', () => {
    const shop = workshop(handler(program));
    shop.deliver();
    shop.onRecord(
      'step',
      ({ a, b }) => shop.name(a) === 'payment/charge' && b === Phase.after,
      1,
      (entity) => shop.world.hosts.pause(shop.world.hosts.processOf(entity), 'gc', 0),
    );
    shop.run(2_000_000);
    expect(shop.steps()).toEqual(['payment/charge#before', 'payment/charge#after']);
    shop.world.kernel.passTo(2_000_000);
    shop.world.hosts.resume(shop.world.hosts.processOf(shop.entityOf('payment-1')), 'gc');
    shop.run();
    expect(shop.world.rows('step')[2]?.at).toBe(2_000_000);
    expect(shop.consumers[0]?.said).toContain('resumed');
    expect(shop.outcomes()).toEqual(['ok']);
  });
});

describe('a checkpoint', () => {
  it('between any two events goes on as the run itself does', () => {
    const build = (): Workshop => {
      const shop = workshop(
        handler([{ ...charge, timeout: '12ms' }, ...program.slice(1)], { onError: 'seek-back' }),
      );
      for (let n = 0; n < 3; n += 1) shop.deliver();
      return shop;
    };
    const straight = build();
    straight.run();
    const whole = straight.world.rows('step').map(({ at, a, b, lid }) => [at, a, b, lid]);
    for (const events of [1, 5, 9, 14]) {
      const shop = build();
      for (let n = 0; n < events; n += 1) shop.world.kernel.step(60_000_000);
      const kept = shop.instances[0]?.state;
      const copy = clone(kept);
      const [instance] = shop.instances;
      if (instance !== undefined) instance.state = copy;
      expect(instance?.state).toEqual(kept);
      shop.run();
      expect(shop.world.rows('step').map(({ at, a, b, lid }) => [at, a, b, lid])).toEqual(whole);
    }
  });
});
