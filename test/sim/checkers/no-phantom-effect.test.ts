import { describe, expect, it } from 'vitest';
import { CommitSafetyChecker } from '#sim/checkers/commit-safety.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import { NoLossChecker } from '#sim/checkers/no-loss.ts';
import { NoPhantomEffectChecker } from '#sim/checkers/no-phantom-effect.ts';
import { ProgressChecker } from '#sim/checkers/progress.ts';
import type { Checker } from '#sim/checkers/verdict.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { History } from '#sim/trace/history.ts';
import { behind, healthyTrace, order, without, type HealthyTrace } from '../../support/healthy-trace.ts';
import type { Draft } from '../../support/forge.ts';

type Make = (contract: CheckContract, catalog: Catalog, history: History) => Checker;

const phantom: Make = (contract, catalog) =>
  new NoPhantomEffectChecker({ id: 'phantom', check: 'no-phantom-effect', groups: null }, contract, catalog);
const noLoss: Make = (contract, catalog, history) =>
  new NoLossChecker({ id: 'loss', check: 'no-loss', groups: null }, contract, catalog, history);
const commitSafety: Make = (contract, catalog, history) =>
  new CommitSafetyChecker({ id: 'safe', check: 'commit-safety', groups: null }, contract, catalog, history);
const progress: Make = (contract, catalog, history) =>
  new ProgressChecker(
    { id: 'on', check: 'progress', groups: null, window: null, maxDeliveries: null },
    contract,
    catalog,
    history,
  );

const PRODUCER = 7;

/** The healthy trace, with the order `n` written in a transaction that a marker ends behind `last`. */
function inTransaction(n: number, committed: boolean): { trace: HealthyTrace; marker: Draft } {
  const trace = healthyTrace();
  const { forge } = trace;
  const { append, partition, offset } = order(trace, n);
  const { drafts } = forge;
  const marker = forge.add('marker', 'kafka-1', append.at + 20_000, {
    topic: 'orders',
    partition,
    offset: offset + 1,
    committed: committed ? 1 : 0,
    producer: PRODUCER,
    epoch: 0,
  });
  const transactional = { ...append, fields: { ...append.fields, transaction: PRODUCER + 1 } };
  drafts[drafts.indexOf(append)] = transactional;
  return { trace, marker };
}

function contractOf(trace: HealthyTrace, readCommitted: boolean): CheckContract {
  const { contract } = trace;
  return {
    ...contract,
    transactional: true,
    groups: contract.groups.map((group) => ({ ...group, readCommitted })),
  };
}

describe('[V04] no-phantom-effect', () => {
  it('accepts a healthy trace, and an effect of a record that a transaction committed', () => {
    const healthy = healthyTrace();
    expect(healthy.forge.judge(phantom, healthy.contract).verdict).toBe('valid');
    const { trace } = inTransaction(7, true);
    expect(trace.forge.judge(phantom, contractOf(trace, false)).verdict).toBe('valid');
  });

  it('rejects an effect of a record that its transaction took back later', () => {
    const { trace } = inTransaction(7, false);
    const result = trace.forge.judge(phantom, contractOf(trace, false));
    expect(result).toMatchObject({
      verdict: 'invalid',
      anomalies: [
        { kind: 'ghost', subject: 'order-8', group: 'payment', note: 'its transaction was aborted' },
      ],
    });
    expect(result.anomalies[0]?.pairs).toHaveLength(2);
  });

  it('rejects an effect before any delivery', () => {
    const trace = healthyTrace();
    trace.forge.drafts.splice(0, trace.forge.drafts.length, ...without(trace, order(trace, 3).deliver));
    expect(trace.forge.judge(phantom, trace.contract)).toMatchObject({
      verdict: 'invalid',
      anomalies: [{ kind: 'ghost', subject: 'order-4', note: 'it was never delivered there' }],
    });
    const late = healthyTrace();
    const { deliver, effect } = order(late, 3);
    late.forge.drafts.splice(0, late.forge.drafts.length, ...behind(late.forge.drafts, deliver, effect));
    expect(late.forge.judge(phantom, late.contract).verdict).toBe('invalid');
  });
});

describe('what a transaction took back', () => {
  /** Nobody of the group ever touches order 7, the last one. */
  function untouched(committed: boolean): HealthyTrace {
    const { trace } = inTransaction(7, committed);
    const { deliver, effect, settle, commit, handled } = order(trace, 7);
    const kept = without(trace, deliver, effect, settle, commit, handled);
    trace.forge.drafts.splice(0, trace.forge.drafts.length, ...kept);
    return trace;
  }

  it('[V01] is not owed to a group that reads committed records, and is to any other', () => {
    const aborted = untouched(false);
    expect(aborted.forge.judge(noLoss, contractOf(aborted, true)).verdict).toBe('valid');
    expect(aborted.forge.judge(noLoss, contractOf(aborted, false)).verdict).toBe('invalid');
    const committed = untouched(true);
    expect(committed.forge.judge(noLoss, contractOf(committed, true)).verdict).toBe('invalid');
  });

  it('[V26] holds nobody up who is never given it', () => {
    const aborted = untouched(false);
    expect(aborted.forge.judge(progress, contractOf(aborted, true)).verdict).toBe('valid');
    expect(aborted.forge.judge(progress, contractOf(aborted, false)).verdict).toBe('invalid');
    const committed = untouched(true);
    expect(committed.forge.judge(progress, contractOf(committed, true)).verdict).toBe('invalid');
  });

  it('[V07] may be passed over by a commit', () => {
    const pass = (committed: boolean): HealthyTrace => {
      const trace = untouched(committed);
      const { partition, offset } = order(trace, 7);
      trace.forge.add('commit', 'kafka-1', 390_000, {
        group: 'payment',
        topic: 'orders',
        partition,
        offset: offset + 2,
        member: `payment-${partition + 1}`,
        generation: 1,
      });
      return trace;
    };
    const aborted = pass(false);
    expect(aborted.forge.judge(commitSafety, contractOf(aborted, true)).verdict).toBe('valid');
    expect(aborted.forge.judge(commitSafety, contractOf(aborted, false)).verdict).toBe('invalid');
    const committed = pass(true);
    expect(committed.forge.judge(commitSafety, contractOf(committed, true)).verdict).toBe('invalid');
  });
});
