import { describe, expect, it } from 'vitest';
import { invertedPairs } from '#sim/checkers/inverted-pairs.ts';
import { KeyOrderChecker } from '#sim/checkers/key-order.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { Draft } from '../../support/forge.ts';
import { behind, healthyTrace, order, without, type HealthyTrace } from '../../support/healthy-trace.ts';

const keyOrder = (contract: CheckContract, catalog: Catalog): KeyOrderChecker =>
  new KeyOrderChecker({ id: 'key-order', check: 'key-order', groups: null }, contract, catalog);

/** The effects of one key's orders in another order, at the end of the trace. */
function permuted(trace: HealthyTrace, orders: readonly number[]): Draft[] {
  const effects = orders.map((n) => order(trace, n).effect);
  return [...without(trace, ...effects), ...effects];
}

describe('[V05] key-order', () => {
  it('accepts a healthy trace', () => {
    const trace = healthyTrace(12, 3);
    expect(trace.forge.judge(keyOrder, trace.contract)).toMatchObject({
      verdict: 'valid',
      anomalies: [],
      totals: [],
    });
  });

  it('rejects an effect that comes after a later one of its key, and names both', () => {
    const trace = healthyTrace(8, 2);
    const drafts = behind(trace.forge.drafts, order(trace, 2).effect, order(trace, 4).effect);
    const result = trace.forge.judge(keyOrder, trace.contract, true, drafts);
    const seq = (draft: Draft): number => drafts.indexOf(draft);
    expect(result.verdict).toBe('invalid');
    expect(result.anomalies).toMatchObject([
      {
        kind: 'reordered',
        count: 1,
        subject: 'order-1',
        group: 'payment',
        first: { seq: seq(order(trace, 2).effect), at: order(trace, 2).effect.at },
        pairs: [
          { from: seq(order(trace, 4).produce), to: seq(order(trace, 4).effect) },
          { from: seq(order(trace, 2).produce), to: seq(order(trace, 2).effect) },
        ],
      },
    ]);
  });

  it('counts inverted pairs exactly', () => {
    const trace = healthyTrace(8, 2);
    const drafts = permuted(trace, [6, 4, 0, 2]);
    const result = trace.forge.judge(keyOrder, trace.contract, true, drafts);
    expect(result.anomalies).toMatchObject([{ count: 5 }]);
    expect(result.totals).toEqual([{ kind: 'reordered', count: 5 }]);
    expect(result.more).toBe(0);
  });

  it('does not compare different keys, producers, or repeated effects, and gaps are not its business', () => {
    const trace = healthyTrace(8, 2);
    const first = order(trace, 0);
    const again = trace.forge.add('effect', 'cards', 900_000, first.effect.fields, { of: first.lid });
    const drafts = without(trace, order(trace, 2).effect);
    expect(drafts).toContain(again);
    expect(trace.forge.judge(keyOrder, trace.contract, true, drafts).verdict).toBe('valid');
    const late = behind(trace.forge.drafts, order(trace, 0).effect, order(trace, 1).effect);
    expect(trace.forge.judge(keyOrder, trace.contract, true, late).verdict).toBe('valid');
    const others = behind(trace.forge.drafts, order(trace, 2).effect, order(trace, 4).effect).map((draft) =>
      draft.kind === 'produce' && draft.lid === order(trace, 2).lid
        ? { ...draft, entity: 'payment-1' }
        : draft,
    );
    expect(trace.forge.judge(keyOrder, trace.contract, true, others).verdict).toBe('valid');
  });

  it('takes handlers that ended well where the handler has no effects', () => {
    const trace = healthyTrace(8, 2);
    const contract = {
      ...trace.contract,
      groups: trace.contract.groups.map((group) => ({
        ...group,
        handlers: [{ event: 'order.placed', effects: [], completes: ['settle'] }],
      })),
    };
    const bare = without(trace, ...trace.orders.map((one) => one.effect));
    const drafts = behind(bare, order(trace, 2).handled, order(trace, 4).handled);
    expect(trace.forge.judge(keyOrder, contract, true, drafts).verdict).toBe('invalid');
    expect(trace.forge.judge(keyOrder, trace.contract, true, drafts).verdict).toBe('valid');
  });
});

describe('invertedPairs', () => {
  it('agrees with comparing every pair', () => {
    let state = 1;
    for (let length = 0; length < 40; length += 1) {
      const values = Array.from({ length }, () => (state = (state * 48271) % 2147483647) % 20);
      let expected = 0;
      values.forEach((left, i) => values.slice(i + 1).forEach((right) => (expected += left > right ? 1 : 0)));
      expect(invertedPairs([...values])).toBe(expected);
    }
  });
});
