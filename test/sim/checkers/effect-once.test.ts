import { describe, expect, it } from 'vitest';
import { EffectOnceChecker } from '#sim/checkers/effect-once.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Checker } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { History } from '#sim/trace/history.ts';
import { behind, healthyTrace, order, without } from '../../support/healthy-trace.ts';

type Make = (contract: CheckContract, catalog: Catalog, history: History) => Checker;
const effectOnce =
  (required = false, effect = 'cards.charge', per = 'order.id'): Make =>
  (contract, catalog, history) =>
    new EffectOnceChecker(
      { id: 'once', check: 'effect-once', effect, per, required },
      contract,
      catalog,
      history,
    );

describe('[V03] effect-once', () => {
  it('accepts a healthy trace', () => {
    const trace = healthyTrace();
    expect(trace.forge.judge(effectOnce(true), trace.contract)).toMatchObject({
      id: 'once',
      of: 'cards.charge',
      verdict: 'valid',
      anomalies: [],
      reason: 'cards.charge took place 8 times, never twice per order.id.',
    });
  });

  it('rejects the same effect on the same key by a redelivery, and names crash and both effects', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const crash = trace.forge.add(
      'process',
      third.consumer,
      third.settle.at,
      { state: 3, reason: 'fault' },
      { cause: third.effect },
    );
    const again = trace.forge.add(
      'effect',
      'cards',
      900_000,
      { ...third.effect.fields, attempt: 2 },
      { of: third.lid, cause: third.append },
    );
    const drafts = behind(without(trace, third.settle, third.commit, third.handled), crash, third.effect);
    const result = trace.forge.judge(effectOnce(), trace.contract, true, drafts);
    expect(result.verdict).toBe('invalid');
    expect(result.totals).toEqual([{ kind: 'duplicate', count: 1 }]);
    const [produced, first, second] = [third.produce, third.effect, again].map((draft) =>
      drafts.indexOf(draft),
    );
    expect(result.anomalies).toEqual([
      {
        kind: 'duplicate',
        count: 2,
        subject: 'order-3',
        group: 'payment',
        note: '',
        first: { seq: second, at: 900_000 },
        pairs: [
          { from: produced, to: first },
          { from: produced, to: second },
          { from: drafts.indexOf(crash), to: second },
        ],
      },
    ]);
  });

  it('counts three effects as one anomaly with a count of three', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    for (const at of [900_000, 901_000])
      trace.forge.add('effect', 'cards', at, third.effect.fields, { of: third.lid });
    const result = trace.forge.judge(effectOnce(), trace.contract);
    expect(result.anomalies).toMatchObject([{ count: 3, first: { at: 900_000 } }]);
    expect(result.anomalies[0]?.pairs).toHaveLength(2);
    expect(result.totals).toEqual([{ kind: 'duplicate', count: 2 }]);
  });

  it('says so where a zombie did it', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    trace.forge.add('assign', 'payment-2', 800_000, {
      group: 'payment',
      topic: 'orders',
      partition: 0,
      member: 'payment-2',
      generation: 2,
    });
    trace.forge.add('effect', 'cards', 900_000, third.effect.fields, { of: third.lid });
    expect(trace.forge.judge(effectOnce(), trace.contract).anomalies[0]?.note).toContain('zombie');
  });

  it('keeps groups, effects and keys apart', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    trace.forge.add('effect', 'cards', 900_000, { ...third.effect.fields, group: -1 }, { of: third.lid });
    trace.forge.add(
      'effect',
      'cards',
      900_000,
      { ...third.effect.fields, effect: 'cards.refund' },
      { of: third.lid },
    );
    trace.forge.add(
      'effect',
      'cards',
      900_000,
      { ...third.effect.fields, key: 'order-33' },
      { of: third.lid },
    );
    expect(trace.forge.judge(effectOnce(), trace.contract).verdict).toBe('valid');
  });

  it.each([
    ['order.id', 'by key'],
    ['invoice.id', 'by event'],
  ])('requires the effect per %s (%s)', (per) => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const drafts = without(trace, third.effect, third.handled);
    const before = trace.forge.judge(effectOnce(true, 'cards.charge', per), trace.contract, false, drafts);
    expect(before).toMatchObject({ verdict: 'unknown', anomalies: [] });
    const after = trace.forge.judge(effectOnce(true, 'cards.charge', per), trace.contract, true, drafts);
    expect(after).toMatchObject({ verdict: 'invalid', anomalies: [{ kind: 'lost', subject: 'order-3' }] });
    expect(
      trace.forge.judge(effectOnce(false, 'cards.charge', per), trace.contract, true, drafts).verdict,
    ).toBe('valid');
  });

  it('does not require a second effect for the same business', () => {
    const trace = healthyTrace(8, 4);
    const drafts = without(trace, ...trace.orders.slice(4).map((one) => one.effect));
    expect(trace.forge.judge(effectOnce(true), trace.contract, true, drafts).verdict).toBe('valid');
  });

  it('counts inserted rows of its table, whatever else is written', () => {
    const trace = healthyTrace();
    const contract = {
      ...trace.contract,
      groups: trace.contract.groups.map((group) => ({
        ...group,
        handlers: [{ event: 'order.placed', effects: ['ledger.orders'], completes: ['settle'] }],
      })),
    };
    const row = (operation: string, table = 'ledger.orders', database = 'ledger'): void => {
      const fields = { operation, table, key: 'order-3', transaction: 1, actor: 'payment-1' };
      trace.forge.add('database', database, 900_000, fields);
      trace.forge.add('effect', database, 900_000, { ...order(trace, 2).effect.fields, effect: table });
    };
    row('insert');
    row('update');
    row('insert', 'ledger.lines');
    row('insert', 'ledger.orders', 'cards');
    expect(trace.forge.judge(effectOnce(false, 'ledger.orders'), contract).verdict).toBe('valid');
    row('insert');
    expect(trace.forge.judge(effectOnce(false, 'ledger.orders'), contract)).toMatchObject({
      verdict: 'invalid',
      anomalies: [{ kind: 'duplicate', count: 2, subject: 'order-3', group: 'payment' }],
    });
  });
});
