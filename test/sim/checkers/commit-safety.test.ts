import { describe, expect, it } from 'vitest';
import { CommitSafetyChecker } from '#sim/checkers/commit-safety.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { History } from '#sim/trace/history.ts';
import { behind, healthyTrace, order, without } from '../../support/healthy-trace.ts';

const commitSafety = (contract: CheckContract, catalog: Catalog, history: History): CommitSafetyChecker =>
  new CommitSafetyChecker(
    { id: 'commit-safety', check: 'commit-safety', groups: null },
    contract,
    catalog,
    history,
  );

describe('[V07] commit-safety', () => {
  it('accepts a healthy trace', () => {
    const trace = healthyTrace();
    expect(trace.forge.judge(commitSafety, trace.contract)).toMatchObject({
      verdict: 'valid',
      anomalies: [],
      reason: 'None of 8 commits passed over a record.',
    });
  });

  it('rejects a commit before the effect, at that commit', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const settled = behind(trace.forge.drafts, third.settle, third.deliver);
    const contract = {
      ...trace.contract,
      groups: trace.contract.groups.map((group) => ({
        ...group,
        handlers: group.handlers.map((handler) => ({ ...handler, completes: [] })),
      })),
    };
    const drafts = behind(settled, third.commit, third.settle);
    const others = trace.forge.judge(commitSafety, contract, true, drafts);
    expect(others.anomalies).toMatchObject([
      {
        kind: 'skipped',
        subject: 'order-3',
        group: 'payment',
        count: 1,
        note: 'its handler had done nothing yet',
        first: { seq: drafts.indexOf(third.commit), at: third.commit.at },
        pairs: [{ from: drafts.indexOf(third.produce), to: drafts.indexOf(third.commit) }],
      },
    ]);
  });

  it('rejects a commit that passes over a record whose handler failed', () => {
    const trace = healthyTrace();
    const first = order(trace, 0);
    const failed = trace.forge.add(
      'handled',
      first.consumer,
      first.handled.at,
      { ...first.handled.fields, outcome: 1 },
      { of: first.lid },
    );
    const rest = without(trace, first.effect, first.settle, first.commit, first.handled);
    const drafts = behind(rest, failed, first.deliver);
    const result = trace.forge.judge(commitSafety, trace.contract, true, drafts);
    const third = order(trace, 2);
    expect(result).toMatchObject({
      verdict: 'invalid',
      anomalies: [
        {
          subject: 'order-1',
          note: 'its handler had failed or did not know it',
          first: { seq: drafts.indexOf(third.commit) },
        },
      ],
    });
    expect(result.anomalies[0]?.pairs).toContainEqual({
      from: drafts.indexOf(first.produce),
      to: drafts.indexOf(failed),
    });
  });

  it('takes the step that completes the handling as served, for a program without effects', () => {
    const trace = healthyTrace();
    const drafts = without(trace, ...trace.orders.map((one) => one.effect));
    expect(trace.forge.judge(commitSafety, trace.contract, true, drafts).verdict).toBe('valid');
    const bare = drafts.filter((draft) => !trace.orders.some((one) => one.settle === draft));
    expect(trace.forge.judge(commitSafety, trace.contract, true, bare).totals).toEqual([
      { kind: 'skipped', count: 8 },
    ]);
  });

  it("begins at the group's start", () => {
    const trace = healthyTrace();
    const first = order(trace, 0);
    const drafts = without(trace, first.deliver, first.effect, first.settle, first.commit, first.handled);
    expect(trace.forge.judge(commitSafety, trace.contract, true, drafts).verdict).toBe('invalid');
    const late = drafts.map((draft) =>
      draft.kind === 'position' && draft.fields['partition'] === 0
        ? { ...draft, fields: { ...draft.fields, offset: 1 } }
        : draft,
    );
    expect(trace.forge.judge(commitSafety, trace.contract, true, late).verdict).toBe('valid');
  });

  it('judges each offset once, by the first commit that covers it', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const drafts = without(trace, third.effect, third.settle, third.handled);
    const twice = behind(
      drafts,
      trace.forge.add('commit', 'kafka-1', 90_000, third.commit.fields),
      third.commit,
    );
    expect(trace.forge.judge(commitSafety, trace.contract, true, twice).totals).toEqual([
      { kind: 'skipped', count: 1 },
    ]);
  });
});
