import { describe, expect, it } from 'vitest';
import { NoLossChecker } from '#sim/checkers/no-loss.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { History } from '#sim/trace/history.ts';
import { behind, healthyTrace, order, without } from '../../support/healthy-trace.ts';

const noLoss = (contract: CheckContract, catalog: Catalog, history: History): NoLossChecker =>
  new NoLossChecker({ id: 'no-loss', check: 'no-loss', groups: null }, contract, catalog, history);

describe('[V01] no-loss', () => {
  it('accepts a healthy trace, at quiescence and before', () => {
    const trace = healthyTrace();
    for (const quiescent of [true, false]) {
      expect(trace.forge.judge(noLoss, trace.contract, quiescent)).toMatchObject({
        verdict: 'valid',
        anomalies: [],
        totals: [],
        reason: expect.stringContaining('(8 to handle)'),
      });
    }
  });

  it('rejects a confirmed event that was delivered, committed and never served', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const drafts = without(trace, third.effect, third.settle, third.handled);
    const result = trace.forge.judge(noLoss, trace.contract, true, drafts);
    expect(result.verdict).toBe('invalid');
    expect(result.totals).toEqual([{ kind: 'lost', count: 1 }]);
    expect(result.anomalies).toMatchObject([
      {
        kind: 'lost',
        count: 1,
        subject: 'order-3',
        group: 'payment',
        note: 'committed, but its handler never ended',
        first: { seq: drafts.indexOf(third.commit), at: third.commit.at },
      },
    ]);
    const produced = drafts.indexOf(third.produce);
    expect(result.anomalies[0]?.pairs).toEqual([
      { from: produced, to: drafts.indexOf(third.deliver) },
      { from: produced, to: drafts.indexOf(third.commit) },
    ]);
  });

  it('is certain before quiescence only of what was committed, read past and left', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const inHand = trace.forge.judge(
      noLoss,
      trace.contract,
      false,
      without(trace, third.effect, third.settle, third.handled),
    );
    expect(inHand).toMatchObject({ verdict: 'unknown', reason: '1 confirmed event is still on its way.' });
    const failed = trace.forge.add(
      'handled',
      third.consumer,
      third.handled.at,
      { ...third.handled.fields, outcome: 1 },
      { of: third.lid },
    );
    const drafts = behind(without(trace, third.effect, third.settle, third.handled), failed, third.deliver);
    const left = trace.forge.judge(noLoss, trace.contract, false, drafts);
    expect(left.verdict).toBe('invalid');
    expect(left.anomalies).toMatchObject([{ kind: 'skipped', subject: 'order-3' }]);
  });

  it('does not count what was appended and is not committed yet, before quiescence', () => {
    const trace = healthyTrace();
    const last = order(trace, 7);
    const drafts = without(trace, last.deliver, last.effect, last.settle, last.commit, last.handled);
    expect(trace.forge.judge(noLoss, trace.contract, false, drafts).verdict).toBe('unknown');
    const over = trace.forge.judge(noLoss, trace.contract, true, drafts);
    expect(over.anomalies).toMatchObject([
      { kind: 'lost', subject: 'order-8', note: 'never handed to a handler' },
    ]);
    expect(over.anomalies[0]?.first.seq).toBe(drafts.indexOf(last.confirm));
  });

  it('lets unconfirmed events and those with acks=0 vanish', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const gone = [third.append, third.deliver, third.effect, third.settle, third.commit, third.handled];
    expect(
      trace.forge.judge(noLoss, trace.contract, true, without(trace, third.confirm, ...gone)).verdict,
    ).toBe('valid');
    const word = trace.forge.add(
      'confirm',
      'checkout-1',
      third.confirm.at,
      { topic: 'orders', partition: -1, offset: -1 },
      { of: third.lid },
    );
    const drafts = without(trace, third.confirm, ...gone).filter((draft) => draft !== word);
    const result = trace.forge.judge(noLoss, trace.contract, true, [...drafts, word]);
    expect(result).toMatchObject({
      verdict: 'valid',
      reason: expect.stringContaining('1 publish with acks=0 promised nothing'),
    });
  });

  it('rejects a confirmed event that was never appended', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const drafts = without(trace, third.append);
    const result = trace.forge.judge(noLoss, trace.contract, true, drafts);
    expect(result.anomalies).toMatchObject([
      { kind: 'lost', subject: 'order-3', note: 'confirmed, but never appended' },
    ]);
  });

  it.each([
    ['ignore', 'valid'],
    ['unhandled', 'invalid'],
  ] as const)('takes a skip for the reason %s as %s', (reason, verdict) => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const skip = trace.forge.add(
      'skipped',
      third.consumer,
      third.deliver.at,
      { ...third.handled.fields, reason },
      { of: third.lid },
    );
    const drafts = behind(
      without(trace, third.deliver, third.effect, third.settle, third.handled),
      skip,
      third.confirm,
    );
    const result = trace.forge.judge(noLoss, trace.contract, true, drafts);
    expect(result.verdict).toBe(verdict);
    expect(result.anomalies.map((anomaly) => anomaly.kind)).toEqual(verdict === 'valid' ? [] : ['skipped']);
  });

  it('names the crash in whose hand the event was', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    const crash = trace.forge.add('process', third.consumer, third.settle.at, { state: 3, reason: 'fault' });
    const drafts = behind(without(trace, third.effect, third.settle, third.handled), crash, third.commit);
    const result = trace.forge.judge(noLoss, trace.contract, false, drafts);
    expect(result.anomalies).toMatchObject([
      { kind: 'lost', note: 'in hand when the process crashed, and committed already' },
    ]);
    const seq = drafts.indexOf(crash);
    expect(result.anomalies[0]?.pairs).toContainEqual({ from: seq, to: seq });
  });

  it('asks every group that is subscribed, and only the groups it was told to ask', () => {
    const trace = healthyTrace();
    const group = trace.contract.groups[0];
    if (group === undefined) throw new Error('the contract has a group');
    const audit = { ...group, name: 'audit', service: 'audit' };
    const both = { ...trace.contract, groups: [...trace.contract.groups, audit] };
    expect(trace.forge.judge(noLoss, both).totals).toEqual([{ kind: 'lost', count: 8 }]);
    const onlyPayment = (contract: CheckContract, catalog: Catalog, history: History): NoLossChecker =>
      new NoLossChecker({ id: 'no-loss', check: 'no-loss', groups: ['payment'] }, contract, catalog, history);
    expect(trace.forge.judge(onlyPayment, both).verdict).toBe('valid');
  });

  it('takes an event that stands in the log twice as served once it was served once', () => {
    const trace = healthyTrace();
    const last = order(trace, 7);
    const again = trace.forge.add(
      'append',
      'kafka-1',
      last.append.at,
      { ...last.append.fields, offset: last.offset + 1 },
      { of: last.lid },
    );
    const drafts = behind(trace.forge.drafts, again, last.append);
    expect(trace.forge.judge(noLoss, trace.contract, true, drafts).verdict).toBe('valid');
  });

  it('owes nothing of a handler that dies between its last step and its end, once that step is committed', () => {
    const trace = healthyTrace();
    const third = order(trace, 2);
    // nothing that it did leaves an effect: it only publishes, say
    const dead = without(trace, third.effect, third.handled);
    expect(trace.forge.judge(noLoss, trace.contract, true, dead).verdict).toBe('valid');
    const later = trace.orders.filter(
      ({ partition, offset }) => partition === third.partition && offset >= third.offset,
    );
    const uncommitted = dead.filter((draft) => !later.some(({ commit }) => commit === draft));
    expect(trace.forge.judge(noLoss, trace.contract, true, uncommitted).verdict).toBe('invalid');
  });
});
