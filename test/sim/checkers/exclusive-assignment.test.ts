import { describe, expect, it } from 'vitest';
import { ExclusiveAssignmentChecker } from '#sim/checkers/exclusive-assignment.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import { healthyTrace, order } from '../../support/healthy-trace.ts';

const exclusive = (contract: CheckContract, catalog: Catalog): ExclusiveAssignmentChecker =>
  new ExclusiveAssignmentChecker(
    { id: 'exclusive', check: 'exclusive-assignment', groups: null },
    contract,
    catalog,
  );

const slot = { group: 'payment', topic: 'orders', partition: 0 };

describe('[V22] exclusive-assignment', () => {
  it('accepts a healthy trace, a rebalance, and a crash that frees the partition', () => {
    const trace = healthyTrace();
    const { forge } = trace;
    expect(forge.judge(exclusive, trace.contract)).toMatchObject({
      verdict: 'valid',
      reason: 'No partition had two owners in one generation.',
    });
    forge.add('revoke', 'payment-1', 200_000, {
      ...slot,
      member: 'payment-1',
      generation: 1,
      reason: 'rebalance',
    });
    forge.add('assign', 'payment-2', 201_000, { ...slot, member: 'payment-2', generation: 2 });
    forge.add('process', 'payment-2', 202_000, { state: 3, reason: 'fault' });
    forge.add('assign', 'payment-1', 203_000, { ...slot, member: 'payment-1', generation: 2 });
    expect(forge.judge(exclusive, trace.contract).verdict).toBe('valid');
  });

  it('rejects two holders in one generation', () => {
    const trace = healthyTrace();
    trace.forge.add('assign', 'payment-2', 200_000, { ...slot, member: 'payment-2', generation: 1 });
    const result = trace.forge.judge(exclusive, trace.contract);
    expect(result.verdict).toBe('invalid');
    expect(result.anomalies).toMatchObject([
      {
        kind: 'overlap',
        subject: 'orders-0',
        group: 'payment',
        note: 'payment-1 and payment-2 in generation 1',
        pairs: [{ from: 0 }],
      },
    ]);
  });

  it('does not mind a member that still believes in an old generation', () => {
    const trace = healthyTrace();
    trace.forge.add('assign', 'payment-2', 200_000, { ...slot, member: 'payment-2', generation: 2 });
    trace.forge.add('assign', 'payment-1', 201_000, { ...slot, member: 'payment-1', generation: 1 });
    trace.forge.add('commitRefused', 'kafka-1', 202_000, {
      group: 'payment',
      code: 'ILLEGAL_GENERATION',
      member: 'payment-1',
      generation: 1,
      current: 2,
    });
    expect(trace.forge.judge(exclusive, trace.contract)).toMatchObject({
      verdict: 'valid',
      reason: 'No partition had two owners in one generation. 1 commit was refused.',
    });
  });

  it('rejects an accepted commit of an older generation', () => {
    const trace = healthyTrace();
    trace.forge.add('assign', 'payment-2', 200_000, { ...slot, member: 'payment-2', generation: 2 });
    trace.forge.add('commit', 'kafka-1', 201_000, { ...slot, offset: 2, member: 'payment-1', generation: 1 });
    expect(trace.forge.judge(exclusive, trace.contract)).toMatchObject({
      verdict: 'invalid',
      anomalies: [{ kind: 'stale-commit', subject: 'orders-0', note: 'payment-1 with generation 1 of 2' }],
    });
  });

  it('flags the effect of a zombie: a generation behind, or put out of the group', () => {
    for (const how of ['assign', 'member'] as const) {
      const trace = healthyTrace();
      const third = order(trace, 2);
      if (how === 'assign')
        trace.forge.add('assign', 'payment-2', 200_000, { ...slot, member: 'payment-2', generation: 2 });
      else
        trace.forge.add('member', 'kafka-1', 200_000, {
          group: 'payment',
          member: 'payment-1',
          change: 'expired',
          generation: 1,
          code: -1,
        });
      const left = trace.forge.drafts.length - 1;
      const late = trace.forge.add('effect', 'cards', 300_000, third.effect.fields, { of: third.lid });
      const result = trace.forge.judge(exclusive, trace.contract);
      expect(result.totals).toEqual([{ kind: 'zombie', count: 1 }]);
      const seq = trace.forge.drafts.indexOf(late);
      expect(result.anomalies).toMatchObject([
        { kind: 'zombie', subject: 'order-3', first: { seq, at: 300_000 } },
      ]);
      expect(result.anomalies[0]?.pairs).toContainEqual({ from: left, to: seq });
    }
  });

  it('does not take a cooperative member for a zombie, which keeps another partition while the generation moves on', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const kept = { ...slot, partition: 1, member: 'payment-1', generation: 1 };
    trace.forge.add('revoke', 'payment-2', 180_000, { ...kept, member: 'payment-2', reason: 'rebalance' });
    trace.forge.add('assign', 'payment-1', 190_000, kept);
    trace.forge.add('assign', 'payment-2', 200_000, { ...slot, member: 'payment-2', generation: 2 });
    trace.forge.add('effect', 'cards', 300_000, third.effect.fields, { of: third.lid });
    expect(trace.forge.judge(exclusive, trace.contract).totals.filter(({ count }) => count > 0)).toEqual([]);
  });

  it('takes a member back in when it is assigned something again', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    trace.forge.add('member', 'kafka-1', 200_000, {
      group: 'payment',
      member: 'payment-1',
      change: 'expired',
      generation: 1,
      code: -1,
    });
    trace.forge.add('assign', 'payment-1', 250_000, { ...slot, member: 'payment-1', generation: 2 });
    trace.forge.add('effect', 'cards', 300_000, { ...third.effect.fields, generation: 2 }, { of: third.lid });
    expect(trace.forge.judge(exclusive, trace.contract).verdict).toBe('valid');
  });
});
