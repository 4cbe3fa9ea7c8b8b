// The trace of a run in which nothing goes wrong, as drafts: orders are announced, appended, confirmed, delivered to two
// consumers of one group, charged, settled and committed. Tests break it one record at a time.
import type { CheckContract } from '#sim/checkers/contract.ts';
import { Forge, type Draft } from './forge.ts';

export interface Order {
  readonly lid: number;
  readonly key: string;
  readonly partition: number;
  readonly offset: number;
  readonly consumer: string;
  readonly produce: Draft;
  readonly append: Draft;
  readonly confirm: Draft;
  readonly deliver: Draft;
  readonly effect: Draft;
  readonly settle: Draft;
  readonly commit: Draft;
  readonly handled: Draft;
}

export interface HealthyTrace {
  readonly forge: Forge;
  readonly orders: readonly Order[];
  readonly contract: CheckContract;
}

const MILLISECOND = 1_000;

/** Orders go round `keys` keys; a key belongs to partition (key mod 2), partition p to consumer `payment-<p + 1>`. */
export function healthyTrace(orders = 8, keys = orders): HealthyTrace {
  const forge = new Forge([
    'orders',
    'payment',
    'order.placed',
    'cards.charge',
    'charge',
    'settle',
    'ignore',
    'fetched',
  ]);
  for (const name of ['kafka-1', 'checkout-1', 'payment-1', 'payment-2', 'cards', 'ledger'])
    forge.entity(name);
  for (const partition of [0, 1]) {
    const member = `payment-${partition + 1}`;
    const where = { group: 'payment', topic: 'orders', partition };
    const assign = forge.add('assign', member, 0, { ...where, member, generation: 1 });
    forge.add('position', member, 0, { ...where, offset: 0, reason: 'fetched', from: -1 }, { cause: assign });
  }
  const positions = forge.drafts.filter((draft) => draft.kind === 'position');
  const next = [0, 0];
  const made: Order[] = [];
  for (let n = 0; n < orders; n += 1) {
    const partition = (n % keys) % 2;
    const offset = next[partition] ?? 0;
    next[partition] = offset + 1;
    made.push(orderOf(forge, n, `order-${(n % keys) + 1}`, partition, offset, positions[partition] ?? null));
  }
  return { forge, orders: made, contract: paymentContract(forge) };
}

function orderOf(
  forge: Forge,
  n: number,
  key: string,
  partition: number,
  offset: number,
  position: Draft | null,
): Order {
  const consumer = `payment-${partition + 1}`;
  const lid = forge.event('order.placed', key, 'checkout-1');
  const start = 10 * MILLISECOND * (n + 1);
  const at = (ms: number): number => start + ms * MILLISECOND;
  const log = { topic: 'orders', partition, offset };
  const group = { group: 'payment', ...log };
  const produce = forge.add(
    'produce',
    'checkout-1',
    at(0),
    { topic: 'orders', key, type: 'order.placed', parent: -1, wait: 1 },
    { of: lid },
  );
  const append = forge.add('append', 'kafka-1', at(1), { ...log, key }, { of: lid, cause: produce });
  const confirm = forge.add('confirm', 'checkout-1', at(2), { ...log }, { of: lid, cause: append });
  const deliver = forge.add(
    'deliver',
    consumer,
    at(3),
    { ...group, generation: 1, delivery: 1 },
    { of: lid, cause: append, also: position },
  );
  const step = (name: string, phase: number, cause: Draft, ms: number): Draft =>
    forge.add(
      'step',
      consumer,
      at(ms),
      { step: name, phase, group: 'payment', failed: 0, code: -1 },
      { of: lid, cause },
    );
  const before = step('charge', 0, deliver, 3);
  const effect = forge.add(
    'effect',
    'cards',
    at(4),
    {
      effect: 'cards.charge',
      key,
      group: 'payment',
      actor: consumer,
      attempt: 1,
      generation: 1,
      amount: 500,
    },
    { of: lid, cause: before },
  );
  const after = step('charge', 1, effect, 5);
  const settle = step('settle', 0, after, 5);
  const commit = forge.add(
    'commit',
    'kafka-1',
    at(6),
    { ...group, offset: offset + 1, member: consumer, generation: 1 },
    { cause: settle },
  );
  const handled = forge.add(
    'handled',
    consumer,
    at(7),
    { ...group, outcome: 0, took: 4 * MILLISECOND },
    { of: lid, cause: commit },
  );
  return {
    lid,
    key,
    partition,
    offset,
    consumer,
    produce,
    append,
    confirm,
    deliver,
    effect,
    settle,
    commit,
    handled,
  };
}

function paymentContract(forge: Forge): CheckContract {
  return {
    entityNames: forge.entities,
    topics: [{ name: 'orders', partitions: 2 }],
    groups: [
      {
        name: 'payment',
        service: 'payment',
        topics: ['orders'],
        handlers: [{ event: 'order.placed', effects: ['cards.charge'], completes: ['settle'] }],
        sessionTimeout: 10_000_000,
        deliveries: null,
        autoCommit: false,
      },
    ],
    instances: ['payment-1', 'payment-2'].map((name) => ({ entity: forge.entity(name), group: 'payment' })),
    events: [{ name: 'order.placed', keyField: 'order.id' }],
    tables: [{ effect: 'ledger.orders', database: forge.entity('ledger'), table: 'ledger.orders' }],
    declaredSkips: ['ignore'],
  };
}

/** The drafts without some of them. */
export function without(trace: HealthyTrace, ...dropped: readonly (Draft | undefined)[]): Draft[] {
  return trace.forge.drafts.filter((draft) => !dropped.includes(draft));
}

/** The drafts with `moved` right behind `target`. */
export function behind(drafts: readonly Draft[], moved: Draft, target: Draft): Draft[] {
  const rest = drafts.filter((draft) => draft !== moved);
  rest.splice(rest.indexOf(target) + 1, 0, moved);
  return rest;
}

/** The nth order, which the trace is known to have. */
export function order(trace: HealthyTrace, n: number): Order {
  const found = trace.orders[n];
  if (found === undefined) throw new Error(`the trace has no order ${n}`);
  return found;
}
