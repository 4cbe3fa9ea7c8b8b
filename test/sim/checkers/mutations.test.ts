import { describe, expect, it } from 'vitest';
import { clone, difference } from '#sim/base/clone.ts';
import { createCheckers, invariants } from '#sim/checkers/checkers.ts';
import type { CheckName, CheckSpec } from '#sim/checkers/contract.ts';
import type { Checker, CheckResult } from '#sim/checkers/verdict.ts';
import { History } from '#sim/trace/history.ts';
import { BLOCK_RECORDS } from '#sim/trace/block.ts';
import type { Draft } from '../../support/forge.ts';
import { behind, healthyTrace, order, without, type HealthyTrace } from '../../support/healthy-trace.ts';

const all: readonly CheckSpec[] = [
  { id: 'no-loss', check: 'no-loss', groups: null },
  { id: 'effect-once', check: 'effect-once', effect: 'cards.charge', per: 'order.id', required: false },
  { id: 'key-order', check: 'key-order', groups: null },
  { id: 'commit-safety', check: 'commit-safety', groups: null },
  { id: 'outbox', check: 'outbox', table: 'ledger.orders', event: 'order.placed', per: 'order.id' },
  { id: 'exclusive-assignment', check: 'exclusive-assignment', groups: null },
  { id: 'no-phantom-effect', check: 'no-phantom-effect', groups: null },
  { id: 'progress', check: 'progress', groups: null, window: null, maxDeliveries: 3 },
];

/** Sixteen orders of four keys, each with its row in the ledger. */
function system(): HealthyTrace {
  const trace = healthyTrace(16, 4);
  for (const one of trace.orders.slice(0, 4)) {
    const row = {
      operation: 'insert',
      table: 'ledger.orders',
      key: one.key,
      transaction: 0,
      actor: 'checkout-1',
    };
    const draft = trace.forge.add('database', 'ledger', one.produce.at, row);
    trace.forge.drafts.pop();
    trace.forge.drafts.splice(trace.forge.drafts.indexOf(one.produce), 0, draft);
  }
  return trace;
}

function judge(trace: HealthyTrace, drafts: readonly Draft[]): CheckResult[] {
  const history = new History(trace.contract, trace.forge.catalog);
  const checkers = createCheckers(all, trace.contract, trace.forge.catalog, history);
  trace.forge.write([history, ...checkers], drafts);
  return checkers.map((checker) => checker.verdict({ quiescent: true, at: 400_000 }));
}

function noticed(trace: HealthyTrace, drafts: readonly Draft[]): string[] {
  return judge(trace, drafts)
    .filter((result) => result.verdict !== 'valid')
    .flatMap(({ id, verdict, totals }) =>
      totals.length === 0 ? [`${id}: ${verdict}`] : totals.map(({ kind }) => `${id}: ${kind}`),
    );
}

interface Mutation {
  readonly what: string;
  readonly mutate: (trace: HealthyTrace) => readonly Draft[];
  /** Exactly what is noticed, in the order of the claims. */
  readonly notice: readonly string[];
}

const again = (trace: HealthyTrace, draft: Draft, change: Partial<Draft['fields']> = {}): Draft[] => {
  const fields = { ...draft.fields, ...change } as Draft['fields'];
  return behind([...trace.forge.drafts, { ...draft, fields }], { ...draft, fields }, draft).slice(
    0,
    trace.forge.drafts.length + 1,
  );
};

const mutations: readonly Mutation[] = [
  { what: 'nothing', mutate: (trace) => trace.forge.drafts, notice: [] },
  { what: 'drop a confirm', mutate: (trace) => without(trace, order(trace, 5).confirm), notice: [] },
  {
    what: 'drop an append',
    mutate: (trace) => without(trace, order(trace, 5).append),
    notice: ['no-loss: lost'],
  },
  {
    what: 'drop effect, settle and handled',
    mutate: (trace) =>
      without(trace, order(trace, 5).effect, order(trace, 5).settle, order(trace, 5).handled),
    notice: ['no-loss: lost', 'commit-safety: skipped'],
  },
  {
    what: 'drop everything that the consumer did',
    mutate: (trace) => {
      const { deliver, effect, settle, commit, handled } = order(trace, 5);
      return without(trace, deliver, effect, settle, commit, handled);
    },
    notice: ['no-loss: lost', 'commit-safety: skipped'],
  },
  {
    what: 'drop the last commit of a partition',
    mutate: (trace) => without(trace, order(trace, 15).commit),
    notice: ['progress: stuck'],
  },
  { what: 'drop an earlier commit', mutate: (trace) => without(trace, order(trace, 5).commit), notice: [] },
  {
    what: 'drop a row',
    mutate: (trace) =>
      trace.forge.drafts.filter((draft) => draft.kind !== 'database' || draft.fields['key'] !== 'order-3'),
    notice: ['outbox: ghost'],
  },
  {
    what: 'insert a row without an event',
    mutate: (trace) => {
      const row = trace.forge.drafts.find((draft) => draft.kind === 'database');
      if (row === undefined) throw new Error('the trace has a row');
      trace.forge.key('order-99');
      return again(trace, row, { key: 'order-99' });
    },
    notice: ['outbox: lost'],
  },
  {
    what: 'repeat an effect',
    mutate: (trace) => again(trace, order(trace, 5).effect),
    notice: ['effect-once: duplicate'],
  },
  {
    what: 'repeat a delivery four times',
    mutate: (trace) => {
      const { deliver } = order(trace, 5);
      return trace.forge.drafts.flatMap((draft) =>
        draft === deliver ? [draft, draft, draft, draft] : [draft],
      );
    },
    notice: ['progress: stuck'],
  },
  {
    what: 'drop a delivery',
    mutate: (trace) => without(trace, order(trace, 5).deliver),
    notice: ['no-phantom-effect: ghost'],
  },
  {
    what: 'put an effect behind the next one of its key',
    mutate: (trace) => behind(trace.forge.drafts, order(trace, 5).effect, order(trace, 9).effect),
    notice: ['key-order: reordered'],
  },
  {
    what: 'put a commit before delivery and effect',
    mutate: (trace) => behind(trace.forge.drafts, order(trace, 5).commit, order(trace, 5).append),
    notice: ['commit-safety: skipped'],
  },
  {
    what: 'commit with an older generation',
    mutate: (trace) =>
      trace.forge.drafts
        .flatMap((draft) =>
          draft.kind === 'assign' ? [{ ...draft, fields: { ...draft.fields, generation: 2 } }] : [draft],
        )
        .map((draft) =>
          draft.kind === 'effect' ? { ...draft, fields: { ...draft.fields, generation: 2 } } : draft,
        ),
    notice: ['exclusive-assignment: stale-commit'],
  },
  {
    what: 'assign a partition twice',
    mutate: (trace) => {
      const [first] = trace.forge.drafts;
      if (first === undefined) throw new Error('the trace begins with an assignment');
      return again(trace, first, { member: 'payment-2' });
    },
    notice: ['exclusive-assignment: overlap'],
  },
];

/** Effects repeat within a key on purpose (four orders a key), so effect-once judges the first order of each key only. */
function firstOfKeyOnly(trace: HealthyTrace, drafts: readonly Draft[]): Draft[] {
  const later = new Map(trace.orders.map((one, n) => [one.lid, `order-${one.key}-${n}`]));
  return drafts.map((draft) => {
    const key = draft.kind === 'effect' ? later.get(draft.lid) : undefined;
    if (key !== undefined) trace.forge.key(key);
    return key === undefined ? draft : { ...draft, fields: { ...draft.fields, key } };
  });
}

describe('mutations of a healthy trace', () => {
  it.each(mutations)('$what: noticed by $notice', ({ mutate, notice }) => {
    const trace = system();
    expect(noticed(trace, firstOfKeyOnly(trace, mutate(trace)))).toEqual(notice);
  });

  it('has a mutation that each checker notices', () => {
    const noticing = new Set(
      mutations.flatMap((mutation) => mutation.notice.map((text) => text.split(':')[0])),
    );
    expect([...noticing].sort()).toEqual(Object.keys(invariants).sort());
  });
});

describe('checkers as folds', () => {
  it.each(all.map((spec) => spec.check))(
    '%s says the same after a checkpoint at any record, and shares no state with it',
    (name: CheckName) => {
      const trace = system();
      const drafts = firstOfKeyOnly(
        trace,
        behind(
          without(trace, order(trace, 6).effect, order(trace, 6).settle, order(trace, 6).handled),
          order(trace, 5).effect,
          order(trace, 9).effect,
        ),
      );
      const spec = all.filter((one) => one.check === name);
      const make = (): { readonly history: History; readonly checker: Checker } => {
        const history = new History(trace.contract, trace.forge.catalog);
        const [checker] = createCheckers(spec, trace.contract, trace.forge.catalog, history);
        if (checker === undefined) throw new Error(`no checker ${name}`);
        return { history, checker };
      };
      const straight = make();
      const recorder = trace.forge.write([straight.history, straight.checker], drafts);
      const [block] = recorder.blocks();
      if (block === undefined) throw new Error('the trace has a block');
      expect(block.count).toBeLessThan(BLOCK_RECORDS);
      const end = { quiescent: true, at: 400_000 };
      const expected = straight.checker.verdict(end);
      const told = (one: ReturnType<typeof make>, from: number, to: number): void => {
        for (const fold of [one.history, one.checker]) {
          const rows = Int32Array.from({ length: to - from }, (_, row) => from + row).filter((row) =>
            fold.kinds.some((kind) => kind === kindOf(drafts, row)),
          );
          fold.fold(block, rows, rows.length);
        }
      };
      const stateOf = (one: ReturnType<typeof make>): unknown => [one.history.state, one.checker.state];
      for (let cut = 0; cut <= block.count; cut += 7) {
        const before = make();
        told(before, 0, cut);
        const kept = clone({ history: before.history.state, checker: before.checker.state });
        const pristine = clone(kept);
        told(before, cut, block.count);
        expect(before.checker.verdict(end)).toEqual(expected);
        expect(difference(kept, pristine)).toBeNull();
        const after = make();
        after.history.state = kept.history;
        after.checker.state = kept.checker;
        told(after, cut, block.count);
        expect(after.checker.verdict(end)).toEqual(expected);
        expect(difference(stateOf(after), stateOf(before))).toBeNull();
      }
    },
  );
});

function kindOf(drafts: readonly Draft[], row: number): string {
  return drafts[row]?.kind ?? '';
}
