import { describe, expect, it } from 'vitest';
import { ProgressChecker } from '#sim/checkers/progress.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Checker } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { History } from '#sim/trace/history.ts';
import type { Draft } from '../../support/forge.ts';
import { healthyTrace, order, without, type HealthyTrace } from '../../support/healthy-trace.ts';

const progress =
  (window: number | null = null, maxDeliveries: number | null = null) =>
  (contract: CheckContract, catalog: Catalog, history: History): Checker =>
    new ProgressChecker(
      { id: 'progress', check: 'progress', groups: null, window, maxDeliveries },
      contract,
      catalog,
      history,
    );

const SECOND = 1_000_000;

/** The healthy trace in which the last order is never handled, so that one record of partition 1 waits from 80 ms on. */
function waiting(trace: HealthyTrace): Draft[] {
  const last = order(trace, 7);
  return without(trace, last.deliver, last.effect, last.settle, last.commit, last.handled);
}

/** A record long after, so that time has passed. */
function later(trace: HealthyTrace, at: number): Draft {
  const draft = trace.forge.add('source', 'checkout-1', at, { running: 0, made: 8 });
  trace.forge.drafts.pop();
  return draft;
}

describe('[V26] progress', () => {
  it('accepts a healthy trace', () => {
    const trace = healthyTrace();
    expect(trace.forge.judge(progress(), trace.contract)).toMatchObject({ verdict: 'valid', anomalies: [] });
  });

  it('rejects a partition that stands still for longer than the window', () => {
    const trace = healthyTrace();
    const drafts = waiting(trace);
    expect(
      trace.forge.judge(progress(), trace.contract, false, [...drafts, later(trace, 10 * SECOND)]).verdict,
    ).toBe('valid');
    const result = trace.forge.judge(progress(), trace.contract, false, [
      ...drafts,
      later(trace, 10.2 * SECOND),
    ]);
    expect(result).toMatchObject({ verdict: 'invalid', totals: [{ kind: 'stuck', count: 1 }] });
    expect(result.anomalies).toMatchObject([{ kind: 'stuck', subject: 'orders-1', group: 'payment' }]);
    expect(result.anomalies[0]?.note).toContain('the window is 10.008 s');
  });

  it('takes the window from the claim, and twice the longest handler of the run into the default', () => {
    const trace = healthyTrace();
    const drafts = [...waiting(trace), later(trace, 10.2 * SECOND)];
    expect(trace.forge.judge(progress(20 * SECOND), trace.contract, false, drafts).verdict).toBe('valid');
    const slow = drafts.map((draft) =>
      draft === order(trace, 6).handled
        ? { ...draft, at: draft.at + SECOND, fields: { ...draft.fields, took: 1.004 * SECOND } }
        : draft,
    );
    expect(trace.forge.judge(progress(), trace.contract, false, slow).verdict).toBe('valid');
  });

  it('remembers a standstill after the partition has gone on', () => {
    const trace = healthyTrace();
    const last = order(trace, 7);
    const drafts = trace.forge.drafts.map((draft) =>
      [last.deliver, last.effect, last.settle, last.commit, last.handled].includes(draft)
        ? { ...draft, at: draft.at + 30 * SECOND }
        : draft,
    );
    const result = trace.forge.judge(progress(), trace.contract, true, drafts);
    expect(result.anomalies).toMatchObject([
      { subject: 'orders-1', first: { at: last.commit.at + 30 * SECOND } },
    ]);
  });

  it.each([
    ['a crashed process', 'process', 'payment-2', { state: 3, reason: 'fault' }],
    ['a paused process', 'process', 'payment-2', { state: 1, reason: 'fault' }],
    [
      'an active partition fault',
      'fault',
      'kafka-1',
      { fault: 1, active: 1, kind: 'partition', target: 'kafka' },
    ],
  ] as const)('does not ask for progress of %s', (_what, kind, entity, fields) => {
    const trace = healthyTrace();
    const down = trace.forge.add(kind, entity, 80_000, fields);
    trace.forge.drafts.pop();
    const drafts = [...waiting(trace), down, later(trace, 60 * SECOND)];
    expect(trace.forge.judge(progress(), trace.contract, false, drafts).verdict).toBe(
      kind === 'fault' ? 'unknown' : 'valid',
    );
    const healed = trace.forge.add(kind, entity, 61 * SECOND, { ...fields, state: 0, active: 0 });
    trace.forge.drafts.pop();
    const again = [...drafts, healed];
    if (kind === 'process') {
      again.push(
        trace.forge.add('assign', entity, 61 * SECOND, {
          group: 'payment',
          topic: 'orders',
          partition: 1,
          member: entity,
          generation: 2,
        }),
      );
      trace.forge.drafts.pop();
    }
    expect(
      trace.forge.judge(progress(), trace.contract, false, [...again, later(trace, 70 * SECOND)]).verdict,
    ).toBe('valid');
    expect(
      trace.forge.judge(progress(), trace.contract, false, [...again, later(trace, 72 * SECOND)]).verdict,
    ).toBe('invalid');
  });

  it('does not take rebalances for progress', () => {
    const trace = healthyTrace();
    const drafts = waiting(trace);
    for (let second = 2; second < 16; second += 2) {
      const slot = { group: 'payment', topic: 'orders', partition: 1, member: 'payment-2' };
      drafts.push(
        trace.forge.add('revoke', 'payment-2', second * SECOND, {
          ...slot,
          generation: second,
          reason: 'rebalance',
        }),
      );
      drafts.push(
        trace.forge.add('assign', 'payment-2', second * SECOND, { ...slot, generation: second + 1 }),
      );
    }
    expect(trace.forge.judge(progress(), trace.contract, false, drafts).verdict).toBe('invalid');
  });

  it('calls records stuck at quiescence that nobody read, or that nobody will commit', () => {
    const trace = healthyTrace();
    const unread = trace.forge.judge(progress(), trace.contract, true, waiting(trace));
    expect(unread.anomalies).toMatchObject([
      { kind: 'stuck', note: 'nothing more will happen, and 1 record waits behind the committed offset' },
    ]);
    const uncommitted = without(trace, order(trace, 7).commit);
    expect(trace.forge.judge(progress(), trace.contract, true, uncommitted).verdict).toBe('invalid');
    const contract = {
      ...trace.contract,
      groups: trace.contract.groups.map((group) => ({ ...group, autoCommit: true })),
    };
    expect(trace.forge.judge(progress(), contract, true, uncommitted).verdict).toBe('valid');
    expect(trace.forge.judge(progress(), contract, true, waiting(trace)).verdict).toBe('invalid');
  });

  it('rejects a record that is delivered over and over', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    for (let n = 2; n <= 5; n += 1)
      trace.forge.add(
        'deliver',
        third.consumer,
        100_000 * n,
        { ...third.deliver.fields, delivery: n },
        { of: third.lid },
      );
    expect(trace.forge.judge(progress(null, 5), trace.contract).verdict).toBe('valid');
    expect(trace.forge.judge(progress(null), trace.contract).verdict).toBe('valid');
    const result = trace.forge.judge(progress(null, 3), trace.contract);
    expect(result).toMatchObject({ verdict: 'invalid', totals: [{ kind: 'stuck', count: 1 }] });
    expect(result.anomalies).toMatchObject([{ subject: 'order-3', count: 5, first: { at: 400_000 } }]);
    const declared = {
      ...trace.contract,
      groups: trace.contract.groups.map((group) => ({ ...group, deliveries: 4 })),
    };
    expect(trace.forge.judge(progress(), declared).verdict).toBe('invalid');
  });
});
