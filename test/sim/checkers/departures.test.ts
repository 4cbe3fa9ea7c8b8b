/** No-loss where records leave their logs: forged traces in which retention, a cleaner or a reset took them. */
import { describe, expect, it } from 'vitest';
import { NoLossChecker } from '#sim/checkers/no-loss.ts';
import type { CheckContract } from '#sim/checkers/contract.ts';
import type { Catalog } from '#sim/messaging/catalog.ts';
import type { History } from '#sim/trace/history.ts';
import { behind, healthyTrace, order, without, type HealthyTrace } from '../../support/healthy-trace.ts';
import type { Draft } from '../../support/forge.ts';

const noLoss = (contract: CheckContract, catalog: Catalog, history: History): NoLossChecker =>
  new NoLossChecker({ id: 'no-loss', check: 'no-loss', groups: null }, contract, catalog, history);

/** The third order as if nobody had been given it, and what the trace says of the place where it stood. */
function unread(trace: HealthyTrace): { readonly drafts: Draft[]; readonly append: Draft } {
  const third = order(trace, 2);
  const gone = without(trace, third.deliver, third.effect, third.settle, third.handled, third.commit);
  return { drafts: [...gone], append: third.append };
}

function place(append: Draft): { topic: string; partition: number; offset: number } {
  const { topic, partition, offset } = append.fields as { topic: string; partition: number; offset: number };
  return { topic, partition, offset };
}

describe('[V01] no-loss, of records that left their log', () => {
  it('names what took an unread record, and what led to the reset', () => {
    const trace = healthyTrace();
    const { drafts, append } = unread(trace);
    const { topic, partition, offset } = place(append);
    const { at } = append;
    const start = trace.forge.add('logStart', 'kafka-1', at, {
      topic,
      partition,
      offset: offset + 1,
      from: 0,
      reason: 'retention.ms',
    });
    const result = trace.forge.judge(noLoss, trace.contract, true, behind([...drafts, start], start, append));
    expect(result).toMatchObject({ verdict: 'invalid', totals: [{ kind: 'lost', count: 1 }] });
    expect(result.anomalies[0]).toMatchObject({
      subject: 'order-3',
      note: 'taken away (retention.ms) before it was read',
      first: { seq: drafts.indexOf(append) + 1, at },
    });
  });

  it('does not owe what a later record of the key stands for', () => {
    const trace = healthyTrace();
    const { drafts, append } = unread(trace);
    const fields = { ...place(append), key: 'order-3', reason: 'a later value of its key' };
    const later = drafts.find(({ kind, lid }) => kind === 'append' && lid !== append.lid) ?? append;
    const compacted = trace.forge.add('compacted', 'kafka-1', 60_000_000, fields, {
      of: append.lid,
      also: later,
    });
    const result = trace.forge.judge(
      noLoss,
      trace.contract,
      true,
      behind([...drafts, compacted], compacted, append),
    );
    expect(result.verdict).toBe('valid');
    expect(result.reason).toContain('1 record gave way to a later one of the same key before being read.');
  });

  it('owes a tombstone that expired unread', () => {
    const trace = healthyTrace();
    const { drafts, append } = unread(trace);
    const fields = { ...place(append), key: 'order-3', reason: 'its tombstone has expired' };
    const expired = trace.forge.add('compacted', 'kafka-1', append.at, fields, { of: append.lid });
    const result = trace.forge.judge(
      noLoss,
      trace.contract,
      true,
      behind([...drafts, expired], expired, append),
    );
    expect(result.anomalies[0]).toMatchObject({
      subject: 'order-3',
      note: 'taken away (its tombstone has expired) before it was read',
    });
  });

  it('holds nothing against a log that begins behind what was handled', () => {
    const trace = healthyTrace();
    const { append } = order(trace, 2);
    const { topic, partition, offset } = place(append);
    const fields = { topic, partition, offset: offset + 1, from: 0, reason: 'retention.bytes' };
    const start = trace.forge.add('logStart', 'kafka-1', 60_000_000, fields);
    const judged = trace.forge.judge(noLoss, trace.contract, true, [...without(trace), start]);
    expect(judged.verdict).toBe('valid');
  });
});
