/**
 * The system that home shows: the scenario crash-after-charge made small enough for a glance, without its fault, because
 * the reader's hand is the fault. `withKey` is the repair: the key in the step, honoured by the store.
 */
import type { FaultWords } from '#lib/run/session.ts';

interface Repair {
  readonly withKey: boolean;
}

export function miniatureDocument({ withKey }: Repair, faults: readonly FaultWords[] = []): string {
  const charge = {
    call: 'cards.charge',
    as: 'charge',
    key: '{order.id}',
    amount: '{order.total}',
    ...(withKey ? { idempotencyKey: '{order.id}' } : {}),
  };
  const document = {
    version: 1,
    title: 'An order, a payment, a crash',
    question: 'Payment dies after a charge and before the commit. How often is that card charged?',
    seed: 7,
    horizon: '30s',
    data: { order: { id: 'sequence', total: { integer: [500, 20000] } } },
    events: {
      'order.placed': { version: '1.0', fields: { 'order.id': 'id', 'order.total': 'money' }, size: '600B' },
    },
    brokers: { kafka: { kind: 'kafka', topics: { orders: { partitions: 2 } } } },
    on: 'kafka',
    carry: {
      kafka: {
        publish: { 'order.placed': { topic: 'orders', key: '{order.id}' } },
        consume: {
          payment: {
            topics: ['orders'],
            group: 'payment',
            config: {
              'enable.auto.commit': false,
              'auto.offset.reset': 'earliest',
              'max.poll.records': 1,
              'session.timeout.ms': 6000,
            },
          },
        },
      },
    },
    stores: {
      cards: {
        kind: 'external-api',
        operations: { charge: { latency: '60ms', idempotencyKey: withKey ? 'honoured' : 'ignored' } },
      },
    },
    services: {
      checkout: { every: { poisson: '2/s' }, limit: 24, do: [{ publish: 'order.placed', wait: 'confirm' }] },
      payment: { instances: 2, on: { 'order.placed': [charge, 'settle'] }, onError: 'crash' },
    },
    faults,
    checks: ['no-loss', { 'effect-once': { effect: 'cards.charge', per: 'order.id' } }],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
