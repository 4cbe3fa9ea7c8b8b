import { describe, expect, it } from 'vitest';
import { explain, smallestChain, type Parents } from '#sim/checkers/causal-chain.ts';
import { EffectOnceChecker } from '#sim/checkers/effect-once.ts';
import type { Pair } from '#sim/checkers/verdict.ts';
import { History } from '#sim/trace/history.ts';
import { healthyTrace, order, type HealthyTrace } from '../../support/healthy-trace.ts';
import type { Draft } from '../../support/forge.ts';

interface Graph {
  readonly cause: readonly number[];
  readonly also: readonly number[];
}

function parentsOf(graph: Graph): Parents {
  return (seq, which) => (which === 0 ? graph.cause[seq] : graph.also[seq]) ?? -1;
}

/** Whether `to` can be walked back to `from` over the records of `within` alone: written apart from the code under test. */
function reaches(graph: Graph, within: ReadonlySet<number>, { from, to }: Pair): boolean {
  const reached = new Set([from]);
  for (let seq = from + 1; seq <= to; seq += 1) {
    const linked = [graph.cause[seq] ?? -1, graph.also[seq] ?? -1].some((parent) => reached.has(parent));
    if (within.has(seq) && linked) reached.add(seq);
  }
  return within.has(from) && within.has(to) && reached.has(to);
}

function randomGraph(seed: number): { graph: Graph; pairs: Pair[] } {
  let state = seed + 1;
  const draw = (below: number): number => (state = Math.imul(state, 48271) >>> 1) % below;
  const records = 2 + draw(190);
  const cause: number[] = [];
  const also: number[] = [];
  for (let seq = 0; seq < records; seq += 1) {
    cause.push(seq === 0 || draw(20) === 0 ? -1 : Math.max(0, seq - 1 - draw(6)));
    also.push(seq === 0 || draw(3) > 0 ? -1 : draw(seq));
  }
  const pairs = Array.from({ length: 1 + draw(4) }, () => {
    const ends = [draw(records), draw(records)].sort((a, b) => a - b);
    return { from: ends[0] ?? 0, to: ends[1] ?? 0 };
  });
  return { graph: { cause, also }, pairs };
}

function expectSmallest(graph: Graph, pairs: readonly Pair[], chain: readonly number[]): void {
  const all = new Set(graph.cause.keys());
  const connected = pairs.filter((pair) => reaches(graph, all, pair));
  const ends = new Set(pairs.flatMap((pair) => [pair.from, pair.to]));
  const kept = new Set(chain);
  expect([...kept].sort((a, b) => a - b)).toEqual(chain);
  for (const end of ends) expect(kept.has(end)).toBe(true);
  for (const pair of connected) expect(reaches(graph, kept, pair)).toBe(true);
  for (const seq of chain) {
    if (ends.has(seq)) continue;
    const fewer = new Set(chain.filter((other) => other !== seq));
    expect(connected.every((pair) => reaches(graph, fewer, pair))).toBe(false);
  }
}

describe('smallestChain', () => {
  it('connects every pair that can be connected and needs every record, on 2,000 random graphs', () => {
    for (let seed = 0; seed < 2_000; seed += 1) {
      const { graph, pairs } = randomGraph(seed);
      const chain = smallestChain(pairs, parentsOf(graph));
      try {
        expectSmallest(graph, pairs, chain);
      } catch (error) {
        throw new Error(`seed ${seed}: ${JSON.stringify({ graph, pairs, chain })}`, { cause: error });
      }
      expect(smallestChain(pairs, parentsOf(graph))).toEqual(chain);
    }
  });

  it('is no longer than the shortest path of a single pair, by trying every subset', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      let state = seed + 1;
      const draw = (below: number): number => (state = Math.imul(state, 48271) >>> 1) % below;
      const cause = Array.from({ length: 12 }, (_, seq) => (seq === 0 ? -1 : Math.max(0, seq - 1 - draw(3))));
      const also = Array.from({ length: 12 }, (_, seq) => (seq === 0 || draw(2) > 0 ? -1 : draw(seq)));
      const graph = { cause, also };
      const pair = { from: 0, to: 11 };
      let least = Infinity;
      for (let mask = 0; mask < 1024; mask += 1) {
        const within = new Set([
          0,
          11,
          ...Array.from({ length: 10 }, (_, bit) => bit + 1).filter((seq) => (mask >> (seq - 1)) & 1),
        ]);
        if (reaches(graph, within, pair)) least = Math.min(least, within.size);
      }
      const chain = smallestChain([pair], parentsOf(graph));
      expect(chain.length).toBe(least === Infinity ? 2 : least);
    }
  });

  it('shares records between pairs and keeps the ends of a pair without a path as facts', () => {
    const graph = { cause: [-1, 0, 1, 1, -1, 4], also: [-1, -1, -1, -1, -1, -1] };
    expect(
      smallestChain(
        [
          { from: 0, to: 2 },
          { from: 0, to: 3 },
        ],
        parentsOf(graph),
      ),
    ).toEqual([0, 1, 2, 3]);
    expect(
      smallestChain(
        [
          { from: 0, to: 2 },
          { from: 0, to: 5 },
          { from: 4, to: 4 },
        ],
        parentsOf(graph),
      ),
    ).toEqual([0, 1, 2, 4, 5]);
  });
});

interface DoubleCharge {
  readonly trace: HealthyTrace;
  readonly drafts: Draft[];
  readonly fault: Draft;
  readonly crash: Draft;
  readonly position: Draft;
  readonly deliver: Draft;
  readonly effect: Draft;
}

/** Order 3 is charged, its consumer crashes before the commit, the other one takes over and charges again. */
function doubleCharge(linked: boolean): DoubleCharge {
  const trace = healthyTrace();
  const { forge } = trace;
  const third = order(trace, 2);
  const from = forge.drafts.length;
  const slot = { group: 'payment', topic: 'orders', partition: 0 };
  const fault = forge.add(
    'fault',
    'kafka-1',
    40_000,
    { fault: 1, active: 1, kind: 'crash', target: 'payment' },
    { cause: third.effect },
  );
  const crash = forge.add('process', third.consumer, 40_000, { state: 3, reason: 'fault' }, { cause: fault });
  const expired = forge.add(
    'member',
    'kafka-1',
    900_000,
    { group: 'payment', member: third.consumer, change: 'expired', generation: 1, code: -1 },
    { cause: linked ? crash : null },
  );
  const assign = forge.add(
    'assign',
    'payment-2',
    900_000,
    { ...slot, member: 'payment-2', generation: 2 },
    { cause: expired },
  );
  const position = forge.add(
    'position',
    'payment-2',
    900_000,
    { ...slot, offset: third.offset, reason: 'fetched', from: -1 },
    { cause: assign },
  );
  const deliver = forge.add(
    'deliver',
    'payment-2',
    900_000,
    { ...third.deliver.fields, generation: 2 },
    { of: third.lid, cause: third.append, also: position },
  );
  const effect = forge.add(
    'effect',
    'cards',
    901_000,
    { ...third.effect.fields, actor: 'payment-2', generation: 2 },
    { of: third.lid, cause: deliver },
  );
  const late = forge.drafts.slice(from);
  const gone = [third.settle, third.commit, third.handled];
  const drafts = [...forge.drafts.slice(0, from).filter((draft) => !gone.includes(draft)), ...late];
  return { trace, drafts, fault, crash, position, deliver, effect };
}

function explained(run: DoubleCharge): { chain: readonly number[]; complete: boolean } {
  const spec = {
    id: 'once',
    check: 'effect-once',
    effect: 'cards.charge',
    per: 'order.id',
    required: false,
  } as const;
  const { contract, forge } = run.trace;
  const history = new History(contract, forge.catalog);
  const checker = new EffectOnceChecker(spec, contract, forge.catalog, history);
  const recorder = forge.write([history, checker], run.drafts);
  const { anomalies } = checker.verdict({ quiescent: true, at: 901_000 });
  expect(anomalies).toHaveLength(1);
  const [anomaly] = anomalies;
  if (anomaly === undefined) throw new Error('the checker found nothing');
  return explain(anomaly, recorder.blocks());
}

describe('explain', () => {
  it('leads from the announcement to both charges, and from the fault over the crash to the second', () => {
    const run = doubleCharge(true);
    const { chain, complete } = explained(run);
    expect(complete).toBe(true);
    const third = order(run.trace, 2);
    for (const draft of [
      third.produce,
      third.append,
      third.deliver,
      third.effect,
      run.fault,
      run.crash,
      run.position,
      run.deliver,
      run.effect,
    ]) {
      expect(chain).toContain(run.drafts.indexOf(draft));
    }
    expect(chain).not.toContain(run.drafts.indexOf(third.confirm));
    expect(chain).toEqual([...chain].sort((a, b) => a - b));
    const seqOf = (draft: Draft | null): number => (draft === null ? -1 : run.drafts.indexOf(draft));
    const graph = {
      cause: run.drafts.map((draft) => seqOf(draft.cause)),
      also: run.drafts.map((draft) => seqOf(draft.also)),
    };
    const at = (draft: Draft): number => run.drafts.indexOf(draft);
    const pairs = [
      { from: at(third.produce), to: at(third.effect) },
      { from: at(third.produce), to: at(run.effect) },
      { from: at(run.crash), to: at(run.effect) },
      { from: at(run.fault), to: at(run.crash) },
    ];
    expect(run.drafts.length).toBeLessThan(200);
    expectSmallest(graph, pairs, chain);
  });

  it('states crash and fault as facts where no cause leads from them to the second charge', () => {
    const run = doubleCharge(false);
    const { chain } = explained(run);
    expect(chain).toContain(run.drafts.indexOf(run.crash));
    expect(chain).toContain(run.drafts.indexOf(run.fault));
    expect(chain).not.toContain(run.drafts.indexOf(run.position));
  });

  it('says so where records are not stored any more', () => {
    const run = doubleCharge(true);
    expect(explain({ first: { seq: 3 }, pairs: [{ from: 1, to: 3 }] }, [])).toEqual({
      chain: [1, 3],
      complete: false,
    });
    expect(explained(run).complete).toBe(true);
  });
});
