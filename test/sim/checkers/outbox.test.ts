import { describe, expect, it } from 'vitest';
import { OutboxChecker } from '#sim/checkers/outbox.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Checker } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { Draft } from '../../support/forge.ts';
import { healthyTrace, order, without, type HealthyTrace, type Order } from '../../support/healthy-trace.ts';

const outbox =
  (per = 'order.id') =>
  (contract: CheckContract, catalog: Catalog): Checker =>
    new OutboxChecker(
      { id: 'outbox', check: 'outbox', table: 'ledger.orders', event: 'order.placed', per },
      contract,
      catalog,
    );

/** Inserts the order's row in a transaction, right before its event is announced; returns the row's record. */
function insert(trace: HealthyTrace, one: Order, number: number): Draft {
  const where = { transaction: number, actor: 'checkout-1' };
  const begin = trace.forge.add('transaction', 'ledger', one.produce.at, { state: 0, ...where });
  const commit = trace.forge.add(
    'transaction',
    'ledger',
    one.produce.at,
    { state: 1, ...where },
    { cause: begin },
  );
  const fields = { operation: 'insert', table: 'ledger.orders', key: one.key, ...where };
  const row = trace.forge.add('database', 'ledger', one.produce.at, fields, { cause: commit });
  trace.forge.drafts.splice(-3);
  trace.forge.drafts.splice(trace.forge.drafts.indexOf(one.produce), 0, begin, commit, row);
  return row;
}

function dualWrite(): { trace: HealthyTrace; rows: Draft[] } {
  const trace = healthyTrace();
  return { trace, rows: trace.orders.map((one, n) => insert(trace, one, n + 1)) };
}

describe('[V12] outbox', () => {
  it('accepts rows that all have their event', () => {
    const { trace } = dualWrite();
    expect(trace.forge.judge(outbox(), trace.contract)).toMatchObject({
      of: 'ledger.orders',
      verdict: 'valid',
      reason: 'Each of 8 rows of ledger.orders has its order.placed, and no other.',
    });
  });

  it('rejects a committed row whose event was never appended, and names the crash', () => {
    const { trace, rows } = dualWrite();
    const third = order(trace, 2);
    const crash = trace.forge.add('process', 'checkout-1', third.produce.at, { state: 3, reason: 'fault' });
    trace.forge.drafts.pop();
    const drafts = trace.forge.drafts.flatMap((draft) =>
      draft.lid === third.lid && draft.kind !== 'produce' ? [] : draft === third.produce ? [crash] : [draft],
    );
    const result = trace.forge.judge(outbox(), trace.contract, true, drafts);
    const row = drafts.findIndex((one) => one === rows[2]);
    expect(result.verdict).toBe('invalid');
    expect(result.anomalies).toMatchObject([
      {
        kind: 'lost',
        subject: 'order-3',
        group: null,
        first: { seq: row, at: third.produce.at },
        pairs: [
          { from: row, to: row },
          { from: row, to: drafts.indexOf(crash) },
        ],
      },
    ]);
    expect(result.anomalies[0]?.note).toContain('its writer crashed first');
    const early = trace.forge.judge(outbox(), trace.contract, false, drafts);
    expect(early).toMatchObject({
      verdict: 'unknown',
      anomalies: [],
      reason: 'So far there is 1 row of ledger.orders without order.placed.',
    });
  });

  it('rejects an event whose row was never committed', () => {
    const { trace, rows } = dualWrite();
    const drafts = without(trace, rows[2]);
    const result = trace.forge.judge(outbox(), trace.contract, true, drafts);
    expect(result.totals).toEqual([{ kind: 'ghost', count: 1 }]);
    const first = { seq: drafts.indexOf(order(trace, 2).append), at: order(trace, 2).append.at };
    expect(result.anomalies).toMatchObject([{ kind: 'ghost', subject: 'order-3', first }]);
  });

  it('does not take an update for a new row', () => {
    const { trace, rows } = dualWrite();
    const drafts = trace.forge.drafts.map((draft) =>
      draft === rows[2] ? { ...draft, fields: { ...draft.fields, operation: 'update' } } : draft,
    );
    expect(trace.forge.judge(outbox(), trace.contract, true, drafts).totals).toEqual([
      { kind: 'ghost', count: 1 },
    ]);
  });

  it('says unknown where rows and events cannot be matched', () => {
    const { trace } = dualWrite();
    const result = trace.forge.judge(outbox('invoice.id'), trace.contract);
    expect(result.verdict).toBe('unknown');
    expect(result.reason).toContain('not keyed by invoice.id alone');
  });
});
