import { describe, expect, it } from 'vitest';
import { handler, workshop } from './workshop.ts';

const charge = { call: 'cards.charge', as: 'charge', key: '{order.id}', amount: '{order.total}' };
const paid = { publish: 'order.paid' };

function stores(words: Record<string, unknown>): Record<string, unknown> {
  return {
    cards: { kind: 'external-api', operations: { charge: { latency: '10ms', ...words } } },
    ledger: {
      kind: 'database',
      latency: '1ms',
      tables: { orders: { unique: [['key']] }, stock: { unique: [['key']] } },
    },
  };
}

describe('call', () => {
  it('does its effect for the business key and amount of the item, and learns of it', () => {
    const shop = workshop(handler([charge, 'settle']));
    shop.deliver();
    shop.run();
    const [effect] = shop.world.rows('effect');
    expect(shop.key(effect?.b ?? -1)).toBe('order-1');
    expect(effect?.value).toBeGreaterThanOrEqual(500);
    const [call] = shop.world.rows('call');
    expect(call).toMatchObject({ e: -1, f: 1, value: effect?.value });
    const answer = shop.world.rows('send').find(({ seq }) => seq === call?.cause);
    expect(answer?.cause).toBe(effect?.seq);
    expect(shop.steps()).toEqual([
      'payment/charge#before',
      'payment/charge#after',
      'payment/settle#before',
      'payment/settle#after',
    ]);
    expect(shop.outcomes()).toEqual(['ok']);
    expect(shop.consumers[0]?.state.committed).toBe(1);
  });

  it('has luck of its own: two calls of an operation in one handler take different times', () => {
    const times = (steps: readonly unknown[]): number[] => {
      const latency = { exponential: '10ms' };
      const shop = workshop({ ...handler([...steps, 'settle']), stores: stores({ latency }) });
      shop.deliver();
      shop.run();
      let before = 0;
      return shop.world.rows('call').map(({ at }) => {
        const span = at - before;
        before = at;
        return span;
      });
    };
    const [alone] = times([charge]);
    const twice = times([charge, { ...charge, as: 'again' }]);
    expect(twice).toHaveLength(2);
    // the first one's luck is what it would be by itself
    expect(twice[0]).toBe(alone);
    expect(twice[1]).not.toBe(alone);
    expect(times([charge, { ...charge, as: 'again' }])).toEqual(twice);
  });

  it('fails with the code of the operation', () => {
    const fails = [{ error: 'declined', nth: 1, definite: true }];
    const shop = workshop({
      ...handler([charge, 'settle'], { onError: 'poll-on' }),
      stores: stores({ fails }),
    });
    shop.deliver();
    shop.deliver();
    shop.run();
    expect(shop.steps().slice(0, 2)).toEqual(['payment/charge#before', 'payment/charge#after declined']);
    expect(shop.outcomes()).toEqual(['failed', 'ok']);
    expect(shop.world.rows('call').map(({ f }) => f)).toEqual([1, 1]);
  });

  it('leaves the outcome unknown after the timeout, and a late answer means nothing', () => {
    const steps = [{ ...charge, timeout: '8ms' }, 'settle'];
    const shop = workshop(handler(steps, { onError: 'poll-on' }));
    shop.deliver();
    shop.deliver();
    shop.run();
    const [first] = shop.world.rows('call');
    expect(shop.name(first?.e ?? -1)).toBe('timeout');
    expect(first?.f).toBe(0);
    expect(first?.at).toBe(8_000);
    expect(shop.world.rows('effect')).toHaveLength(2);
    // the first answer comes while the second is waited for
    expect(shop.world.rows('call').map(({ at }) => at)).toEqual([8_000, 16_000]);
    expect(shop.outcomes()).toEqual(['failed', 'failed']);
  });

  it('goes on without the timeout where the answer comes in time', () => {
    const shop = workshop(handler([{ ...charge, timeout: '50ms' }, 'settle']));
    shop.deliver();
    shop.run();
    expect(shop.outcomes()).toEqual(['ok']);
    expect(shop.world.kernel.now).toBe(11_000);
  });

  it('fails indefinitely where the connection to the store is reset', () => {
    const shop = workshop(handler([charge, 'settle'], { onError: 'poll-on' }));
    shop.deliver();
    shop.onRecord(
      'step',
      () => true,
      1,
      () => undefined,
    );
    shop.run(5_000);
    shop.world.hosts.crash(shop.world.hosts.processOf(shop.entityOf('cards')), 'fault', 0);
    shop.run();
    const [call] = shop.world.rows('call');
    expect([shop.name(call?.e ?? -1), call?.f]).toEqual(['connection reset', 0]);
    expect(shop.outcomes()).toEqual(['failed']);
  });
});

describe('publish', () => {
  it('announces a new event that follows from the one at hand, then waits for the confirm', () => {
    const shop = workshop(handler([paid, 'settle']));
    const mid = shop.deliver();
    shop.run();
    const [produce] = shop.world.rows('produce');
    expect(shop.key(produce?.b ?? -1)).toBe('order-1');
    expect(produce).toMatchObject({ d: shop.world.catalog.messages.lid.data[mid], e: 1 });
    expect(shop.world.catalog.events.produced.data[produce?.lid ?? -1]).toBe(produce?.seq);
    expect(shop.world.rows('step').map(({ at }) => at)).toEqual([0, 700, 700, 700]);
  });

  it('goes on at once without waiting', () => {
    const shop = workshop(handler([{ ...paid, wait: 'none' }, 'settle']));
    shop.deliver();
    shop.run();
    expect(shop.world.rows('step').map(({ at }) => at)).toEqual([0, 0, 0, 0]);
  });

  it('fails as the broker refuses, also where the client says so within the call', () => {
    for (const atOnce of [false, true]) {
      const shop = workshop(handler([paid, 'settle'], { onError: 'poll-on' }));
      const [producer] = shop.producers;
      producer?.refused.set(0, 'MESSAGE_TOO_LARGE');
      if (producer !== undefined) producer.atOnce = atOnce;
      shop.deliver();
      shop.deliver();
      shop.run();
      expect(shop.outcomes()).toEqual(['failed', 'ok']);
      expect(shop.steps()[1]).toBe('payment/publish#after MESSAGE_TOO_LARGE');
    }
  });

  it('carries a field that was read from a row, and hands it on', () => {
    const events = {
      'order.placed': { version: '1.0', fields: { 'order.id': 'id' }, size: '1KiB' },
      'order.paid': { version: '1.0', fields: { 'order.id': 'id', 'receipt.number': 'id' }, size: '1KiB' },
      'order.lost': { version: '1.0', fields: {}, size: '1KiB' },
    };
    const steps = [
      { insert: 'ledger.orders', key: '{order.id}', values: { number: 'R-{order.id}' } },
      { read: 'ledger.orders', key: '{order.id}', into: 'receipt' },
      paid,
      'settle',
    ];
    const shop = workshop({ ...handler(steps), events });
    shop.deliver();
    shop.run();
    const lid = shop.world.rows('produce')[0]?.lid ?? -1;
    const reader = shop.instances[0]?.parts.reader;
    const row = reader?.items.fields.findIndex(({ name }) => name === 'receipt.number') ?? -1;
    expect(reader?.tables.state.fields.get(lid)).toEqual(new Map([[row, 'R-order-1']]));
    expect(shop.outcomes()).toEqual(['ok']);
  });
});

describe('stores', () => {
  const both = (more: Record<string, unknown> = {}): unknown[] => [
    {
      transaction: 'ledger',
      do: [
        {
          insert: 'orders',
          key: '{order.id}',
          values: { total: '{order.total}', event: '{event.id}' },
          ...more,
        },
        { insert: 'stock', key: '{order.id}' },
      ],
    },
    'settle',
  ];

  it('commits a transaction whole', () => {
    const shop = workshop(handler(both()));
    shop.deliver();
    shop.run();
    expect(shop.steps()).toEqual([
      'payment/transaction#before',
      'payment/transaction/insert#before',
      'payment/transaction/insert#after',
      'payment/transaction/insert-2#before',
      'payment/transaction/insert-2#after',
      'payment/transaction#after',
      'payment/settle#before',
      'payment/settle#after',
    ]);
    expect(shop.world.rows('database')).toHaveLength(2);
    expect(shop.world.rows('transaction').map(({ a }) => a)).toEqual([0, 1]);
  });

  it('rolls back and fails where a statement inside fails', () => {
    const shop = workshop(handler(both(), { onError: 'poll-on' }));
    shop.deliver('order.placed', 1);
    shop.deliver('order.placed', 1);
    shop.run();
    expect(shop.outcomes()).toEqual(['ok', 'failed']);
    expect(shop.steps().slice(8)).toEqual([
      'payment/transaction#before',
      'payment/transaction/insert#before',
      'payment/transaction/insert#after unique violation',
      'payment/transaction#after unique violation',
    ]);
    expect(shop.world.rows('transaction').map(({ a }) => a)).toEqual([0, 1, 0, 2]);
    expect(shop.world.rows('database')).toHaveLength(2);
  });

  it('goes on behind the transaction where a conflict is to roll it back, within it where it is ignored', () => {
    for (const [onConflict, ends] of [
      ['rollback', 2],
      ['ignore', 1],
    ] as const) {
      const shop = workshop(handler(both({ onConflict }), { onError: 'poll-on' }));
      shop.deliver('order.placed', 1);
      if (onConflict === 'ignore') shop.deliver('order.placed', 2);
      else shop.deliver('order.placed', 1);
      shop.run();
      expect(shop.outcomes()).toEqual(['ok', 'ok']);
      expect(shop.world.rows('transaction').map(({ a }) => a)).toEqual([0, 1, 0, ends]);
      expect(shop.consumers[0]?.state.committed).toBe(2);
    }
  });

  it('fails where the commit fails, and asks no more of the transaction', () => {
    const fails = [{ error: 'SERIALIZATION_FAILURE', nth: 1, definite: true }];
    const { ledger, cards } = stores({}) as Record<string, Record<string, unknown>>;
    const shop = workshop({
      ...handler(both(), { onError: 'poll-on' }),
      stores: { cards, ledger: { ...ledger, fails } },
    });
    shop.deliver();
    shop.run();
    expect(shop.outcomes()).toEqual(['failed']);
    expect(shop.steps().at(-1)).toBe('payment/transaction#after SERIALIZATION_FAILURE');
    expect(shop.world.rows('transaction').map(({ a }) => a)).toEqual([0, 2]);
  });

  it('fails indefinitely where the database goes away in the middle', () => {
    const shop = workshop(handler(both(), { onError: 'poll-on' }));
    shop.deliver();
    shop.run(3_000);
    shop.world.hosts.crash(shop.world.hosts.processOf(shop.entityOf('ledger')), 'fault', 0);
    shop.run();
    expect(shop.outcomes()).toEqual(['failed']);
    expect(shop.steps().at(-1)).toBe('payment/transaction#after connection reset');
  });

  it('reads rows for templates and conditions', () => {
    const steps = [
      { read: 'ledger.orders', key: '{order.id}', into: 'order2' },
      { when: { found: 'order2' }, do: ['settle', 'stop'] },
      { insert: 'ledger.orders', key: '{order.id}', values: { total: '{order.total}', count: 1 } },
      { read: 'ledger.orders', key: '{order.id}', into: 'order2' },
      { update: 'ledger.orders', key: '{order.id}', add: { count: '{order2.total}' } },
      { call: 'cards.charge', key: '{order2.key}', amount: '{order2.total}' },
      'settle',
    ];
    const shop = workshop(handler(steps));
    shop.deliver('order.placed', 1);
    shop.deliver('order.placed', 1);
    shop.run();
    expect(shop.outcomes()).toEqual(['ok', 'ok']);
    expect(shop.world.rows('call')).toHaveLength(1);
    const [call] = shop.world.rows('call');
    expect(shop.key(call?.b ?? -1)).toBe('order-1');
    const amounts = shop.world.rows('effect').map(({ value }) => value);
    expect(amounts[1]).toBe(call?.value);
    expect(amounts[2]).toBe(call?.value);
    expect(shop.steps().at(-1)).toBe('payment/stop#after');
  });
});

describe('time and control', () => {
  it('work takes longer in a slow process, waiting does not', () => {
    const shop = workshop(handler([{ work: '10ms' }, { wait: '10ms' }, 'settle']));
    shop.deliver();
    shop.world.hosts.slow(shop.world.hosts.processOf(shop.entityOf('payment-1')), 3, 'test');
    shop.run();
    expect(shop.world.rows('step').map(({ at }) => at)).toEqual([0, 30_000, 30_000, 40_000, 40_000, 40_000]);
  });

  it('draws the same work time for an item on every delivery count, whatever else was drawn', () => {
    const spans = (extra: unknown[]): number[] => {
      const shop = workshop(handler([...extra, { work: { exponential: '10ms' }, as: 'think' }, 'settle']));
      for (let n = 0; n < 5; n += 1) shop.deliver();
      shop.run();
      const rows = shop.world.rows('step').filter(({ a }) => shop.name(a) === 'payment/think');
      return rows.flatMap(({ at, b }, i) => (b === 1 ? [at - (rows[i - 1]?.at ?? 0)] : []));
    };
    expect(spans([])).toEqual(spans([{ work: { exponential: '3ms' } }]));
    expect(new Set(spans([])).size).toBe(5);
  });

  it('counts nth over all instances, compares fields, knows the delivery', () => {
    const steps = [
      { fail: 'transient', if: { delivery: { lt: 2 } }, as: 'first' },
      { when: { field: 'order.id', eq: 'order-2' }, do: [{ fail: 'permanent', as: 'second' }] },
      { when: { nth: 2 }, do: [{ work: '1ms' }] },
      'settle',
    ];
    const onError = { retry: { in: 'place', deliveries: 3, backoff: '5ms', then: 'drop' } };
    const shop = workshop(handler(steps, { onError }));
    for (let n = 0; n < 3; n += 1) shop.deliver();
    shop.run();
    expect(shop.outcomes()).toEqual(['ok', 'skipped', 'ok']);
    const failures = shop.steps().filter((step) => / (transient|permanent)$/.test(step));
    expect(failures).toEqual([
      'payment/first#after transient',
      'payment/first#after transient',
      'payment/second#after permanent',
      'payment/first#after transient',
    ]);
    expect(shop.steps().filter((step) => step.startsWith('payment/work'))).toHaveLength(2);
  });

  it('holds an all only where each part holds, and counts nth in it every time', () => {
    const condition = { all: [{ field: 'order.total', lt: 0 }, { nth: 1 }] };
    const other = { all: [{ nth: 2 }, { field: 'order.total', gte: 500 }] };
    const shop = workshop(
      handler([{ fail: 'permanent', if: condition }, { fail: 'permanent', if: other }, 'settle'], {
        onError: 'poll-on',
      }),
    );
    for (let n = 0; n < 3; n += 1) shop.deliver();
    shop.run();
    expect(shop.outcomes()).toEqual(['ok', 'failed', 'ok']);
  });

  it('passes over types without a handler and says whether that is meant', () => {
    for (const [ignore, reason] of [
      [false, 'no handler'],
      [true, 'ignored'],
    ] as const) {
      const shop = workshop(handler(['settle'], { ignore }));
      shop.deliver('order.lost');
      shop.deliver();
      shop.deliver('order.lost');
      shop.run();
      expect(shop.world.rows('skipped').map(({ b }) => shop.name(b))).toEqual([reason, reason]);
      expect(shop.outcomes()).toEqual(['ok']);
    }
  });
});
