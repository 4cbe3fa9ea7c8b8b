import { describe, expect, it } from 'vitest';
import { NoLossChecker } from '#sim/checkers/no-loss.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { History } from '#sim/trace/history.ts';
import type { Draft } from '../../support/forge.ts';
import { behind, healthyTrace, order, without, type HealthyTrace } from '../../support/healthy-trace.ts';

const noLoss = (contract: CheckContract, catalog: Catalog, history: History): NoLossChecker =>
  new NoLossChecker({ id: 'no-loss', check: 'no-loss', groups: null }, contract, catalog, history);

const GONE = 'confirmed by a leader, and not in the log of the one that followed it';

/** Another node takes the lead of partition 1 with a log that ends at `offset`. */
function lead(trace: HealthyTrace, offset: number): Draft {
  const fields = { topic: 'orders', partition: 1, offset, epoch: 1, highWatermark: offset };
  return trace.forge.add('lead', 'kafka-1', 85_000, fields);
}

describe('[V01] no-loss where leaders change', () => {
  /** Order 8, the last of partition 1 at offset 3, is confirmed and was never read. */
  function unread(): { trace: HealthyTrace; rest: (...more: Draft[]) => Draft[] } {
    const trace = healthyTrace();
    const { deliver, effect, settle, commit, handled } = order(trace, 7);
    return {
      trace,
      rest: (...more) => [...without(trace, deliver, effect, settle, commit, handled, ...more), ...more],
    };
  }

  it('rejects a confirmed event that the new leader does not have, whether or not the run is over', () => {
    const { trace, rest } = unread();
    const drafts = rest(lead(trace, 3));
    for (const quiescent of [true, false]) {
      const result = trace.forge.judge(noLoss, trace.contract, quiescent, drafts);
      expect(result).toMatchObject({ verdict: 'invalid', totals: [{ kind: 'lost', count: 1 }] });
      expect(result.anomalies).toMatchObject([
        { subject: 'order-8', group: 'payment', note: GONE, first: { seq: drafts.length - 1 } },
      ]);
    }
  });

  it('names the replica that cut it off', () => {
    const { trace, rest } = unread();
    const cut = trace.forge.add('truncate', 'kafka-1', 90_000, {
      topic: 'orders',
      partition: 1,
      offset: 3,
      from: 4,
      epoch: 1,
    });
    const drafts = rest(lead(trace, 3), cut);
    const result = trace.forge.judge(noLoss, trace.contract, true, drafts);
    const seq = drafts.indexOf(cut);
    expect(result.anomalies[0]?.pairs).toContainEqual({ from: seq, to: seq });
  });

  it('still waits for one that the new leader has', () => {
    const { trace, rest } = unread();
    expect(trace.forge.judge(noLoss, trace.contract, false, rest(lead(trace, 4))).verdict).toBe('unknown');
  });

  it('still waits for one that was written again', () => {
    const { trace, rest } = unread();
    const { append, lid } = order(trace, 7);
    const again = trace.forge.add('append', 'kafka-1', 86_000, { ...append.fields, epoch: 1 }, { of: lid });
    const drafts = rest(lead(trace, 3), again);
    expect(trace.forge.judge(noLoss, trace.contract, false, drafts).verdict).toBe('unknown');
  });

  it('rejects what a leader confirms that leads no longer', () => {
    const { trace, rest } = unread();
    const { append } = order(trace, 7);
    const takes = lead(trace, 3);
    const all = rest(takes);
    const before = behind(all, append, takes);
    const late = behind(before, order(trace, 7).confirm, append);
    const result = trace.forge.judge(noLoss, trace.contract, true, late);
    expect(result.anomalies).toMatchObject([{ kind: 'lost', subject: 'order-8', note: GONE }]);
  });

  it('misses nothing of what every group had handled by then', () => {
    const trace = healthyTrace();
    const result = trace.forge.judge(noLoss, trace.contract, true, [...without(trace), lead(trace, 0)]);
    expect(result.verdict).toBe('valid');
  });
});
