/** A small system for tests of the command line, and variants of it: orders are charged once each, or a crash doubles one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const sample = {
  version: 1,
  title: 'Crash after the charge',
  question: 'How often is that card charged?',
  seed: 7,
  horizon: '120s',
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
            'session.timeout.ms': 10000,
          },
        },
      },
    },
  },
  stores: {
    cards: {
      kind: 'external-api',
      operations: { charge: { latency: { exponential: '40ms' }, idempotencyKey: 'ignored' } },
    },
  },
  services: {
    checkout: {
      every: { poisson: '5/s' },
      limit: 20,
      do: [{ publish: 'order.placed', wait: 'confirm' }],
      config: { acks: 'all' },
    },
    payment: {
      on: {
        'order.placed': [
          { call: 'cards.charge', as: 'charge', key: '{order.id}', amount: '{order.total}' },
          'settle',
        ],
      },
      onError: 'crash',
    },
  },
  faults: [{ crash: 'payment', when: { after: 'payment/charge', nth: 3 }, for: '5s' }],
  checks: ['no-loss', { 'effect-once': { effect: 'cards.charge', per: 'order.id' } }],
  expect: { 'no-loss': 'valid', 'effect-once': 'invalid' },
};

/** A folder that goes away with the tests. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), 'spillway-cli-'));

  write(name: string, content: string | Uint8Array | object): string {
    const file = join(this.path, name);
    const plain = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(file, plain ? content : JSON.stringify(content));
    return file;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
