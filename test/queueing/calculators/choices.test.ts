/** Calculators about choices, money, sagas, staleness, payloads and guarantees, held to their vectors. */
import { describe, expect, it } from 'vitest';
import { chooseBrokers, overlooked, sourcesGuide } from '#queueing/calculators/broker-choice.ts';
import { BROKERS, FACTS, PROPERTIES } from '#queueing/calculators/broker-facts.ts';
import {
  AS_THE_SOURCES,
  breakEven,
  CORRECTED,
  economics,
  payPerUseCrossover,
  SOURCES_RATES,
  tornado,
} from '#queueing/calculators/economics.ts';
import { composeGuarantee, FAULTS, type Chain } from '#queueing/calculators/guarantee.ts';
import { choosePatterns, sourcesPattern, sourcesTruthTable } from '#queueing/calculators/pattern-choice.ts';
import { payloadPlan } from '#queueing/calculators/payload.ts';
import { orderSteps, sagaPlan, stuckPart, type SagaStep } from '#queueing/calculators/saga-plan.ts';
import { staleProbability, thinkTimeFor } from '#queueing/calculators/staleness.ts';

describe('C8 broker choice', () => {
  const open = { must: [], wishes: {}, rate: 100, messageSize: 1000 };

  it('[CALC-8-1] a requirement excludes with its reason and source, a condition is told', () => {
    const { feasible, excluded } = chooseBrokers({ ...open, must: ['replay', 'keyOrder'] });
    expect(excluded.map(({ broker }) => broker)).toEqual(['sns-sqs', 'nats-core']);
    for (const { reasons } of excluded) for (const { source } of reasons) expect(source).toMatch(/\S/);
    const rabbit = feasible.find(({ broker }) => broker === 'rabbitmq');
    expect(rabbit?.conditions.map(({ property }) => property)).toEqual(['replay', 'keyOrder']);
    expect(feasible.find(({ broker }) => broker === 'kafka')?.conditions).toEqual([]);
  });

  it('[CALC-8-2] wishes order what is feasible; nothing wished, nothing preferred', () => {
    const { feasible } = chooseBrokers({
      ...open,
      must: ['persistence'],
      wishes: { priority: 3, routing: 1 },
    });
    expect(feasible[0]?.broker).toBe('rabbitmq');
    expect(feasible[0]?.score).toBe(1);
    expect(chooseBrokers(open).feasible).toHaveLength(BROKERS.length);
    const large = chooseBrokers({ ...open, messageSize: 5_000_000 }).feasible.map(({ broker }) => broker);
    expect(large.sort()).toEqual(['pubsub', 'rabbitmq', 'redis-streams']);
  });

  it('[CALC-8-3] the sources’ guide takes the first branch: low volume hides that replay is needed', () => {
    const no = {
      ...{ simpleQueue: false, lowVolume: false, highThroughput: false, eventSourcing: false, replay: false },
      ...{ redisThere: false, simplePubSub: false, lightweight: false, cloudNative: false },
    };
    expect(sourcesGuide({ ...no, lowVolume: true, replay: true })).toBe('rabbitmq');
    expect(sourcesGuide({ ...no, replay: true })).toBe('kafka');
    expect(sourcesGuide({ ...no, cloudNative: true })).toBe('nats-core');
    expect(sourcesGuide(no)).toBeNull();
    expect(overlooked('nats-core', ['replay', 'routing']).map(({ property }) => property)).toEqual([
      'replay',
    ]);
  });

  it('[CALC-8-4] every fact says why and where it is written', () => {
    for (const broker of BROKERS) {
      const facts = FACTS[broker];
      expect(facts.claimed[0]).toBeLessThan(facts.claimed[1]);
      for (const property of PROPERTIES) {
        expect(facts.properties[property].why).toMatch(/\.$/);
        expect(facts.properties[property].source).toMatch(/\S/);
      }
    }
  });
});

describe('C9 pattern choice', () => {
  const none = {
    ...{ dualWrite: false, acrossServices: false, auditOrReplay: false, differentReads: false },
    ...{ autonomousConsumers: false, fullPayload: 500, payloadBudget: 1000, consumers: 0 },
    ...{ immediateConsistency: false, simpleCrud: false, noviceTeam: false },
  };
  const patterns = (changed: Partial<typeof none>): string[] =>
    choosePatterns({ ...none, ...changed }).map(({ pattern }) => pattern);

  it('[CALC-9-1] several answers at once, "no events at all" among them', () => {
    expect(patterns({})).toEqual(['no events at all']);
    expect(patterns({ simpleCrud: true, consumers: 1 })).toContain('no events at all');
    expect(patterns({ consumers: 5, dualWrite: true, differentReads: true, acrossServices: true })).toEqual([
      'CQRS',
      'saga',
      'event notification',
      'dead letter',
      'outbox',
    ]);
    expect(patterns({ consumers: 2, autonomousConsumers: true })).toContain('event-carried state transfer');
    const large = patterns({ consumers: 2, autonomousConsumers: true, fullPayload: 5000 });
    expect(large).toContain('event notification');
    expect(patterns({ auditOrReplay: true })).toContain('event sourcing');
    expect(patterns({ consumers: 3, immediateConsistency: true })).toContain('no events at all');
  });

  it('[CALC-9-2] the printed function: 32 inputs, one answer each, most of what is asked ignored', () => {
    const table = sourcesTruthTable();
    expect(table).toHaveLength(32);
    expect(new Set(table.map((row) => JSON.stringify({ ...row, answer: '', ignored: [] }))).size).toBe(32);
    const counts: Record<string, number> = {};
    for (const { answer } of table) counts[answer] = (counts[answer] ?? 0) + 1;
    expect(counts).toEqual({
      'CQRS + Event Sourcing': 8,
      'Event Sourcing': 8,
      'Event-Carried State Transfer': 10,
      'Event Notification': 4,
      CQRS: 2,
    });
    const yes = table[31];
    expect(yes?.answer).toBe('CQRS + Event Sourcing');
    expect(yes?.ignored).toEqual([
      'receiversNeedFullData',
      'simpleNotifications',
      'readWriteScalingDifferent',
    ]);
    const { answer } = table[0] ?? { answer: '' };
    expect(answer).toBe(
      sourcesPattern({
        ...{ eventReplayNeeded: false, complexQueries: false, receiversNeedFullData: false },
        ...{ simpleNotifications: false, readWriteScalingDifferent: false },
      }),
    );
  });
});

describe('C10 economics', () => {
  const nothing = {
    ...{ incidentsPerYear: 0, overprovisioning: 0, deliveryDaysNow: 30, deliveryDaysThen: 30 },
    ...{ opsHoursNow: 60, opsHoursThen: 60, clusters: 0 },
  };
  const sample = {
    ...{ incidentsPerYear: 10, overprovisioning: 200_000, deliveryDaysNow: 30, deliveryDaysThen: 20 },
    ...{ opsHoursNow: 40, opsHoursThen: 60, clusters: 2 },
  };

  it('[CALC-10-1] a firm without any problem: the sources promise 432 % and 11.3 months, in truth never', () => {
    const promised = economics(nothing, SOURCES_RATES, AS_THE_SOURCES);
    expect(promised.returnOnInvestment * 100).toBeCloseTo(432, 6);
    expect(promised.paybackMonths).toBeCloseTo(11.28, 2);
    const right = economics(nothing);
    expect(right.paybackMonths).toBeNull();
    expect(right.discountedPaybackMonths).toBeNull();
    expect(right.netPresentValue).toBe(-550_000);
    expect(right.internalRate).toBeNull();
  });

  it('[CALC-10-2] the sample firm: 1,192 % and 4.64 months promised; 267 %, 16.3 months and 981,478 in truth', () => {
    const promised = economics(sample, SOURCES_RATES, AS_THE_SOURCES);
    expect(promised.returnOnInvestment * 100).toBeCloseTo(1192, 6);
    expect(promised.paybackMonths).toBeCloseTo(4.64, 2);
    const right = economics(sample);
    expect(right.returnOnInvestment * 100).toBeCloseTo(267, 0);
    expect(right.paybackMonths).toBeCloseTo(16.34, 2);
    expect(Math.round(right.netPresentValue)).toBe(981_478);
    expect(right.discountedPaybackMonths).toBeGreaterThan(right.paybackMonths ?? NaN);
  });

  it('[CALC-10-3] each flaw by itself flatters; all switches together are the corrected answer', () => {
    const names = ['yearlyClusters', 'wholeInvestment', 'noConstant', 'discounting'] as const;
    const flattered = economics(sample, SOURCES_RATES, AS_THE_SOURCES).netPresentValue;
    for (const name of names) {
      const one = economics(sample, SOURCES_RATES, { ...AS_THE_SOURCES, [name]: true }).netPresentValue;
      expect(one, name).toBeLessThan(flattered);
    }
    // Crediting the old operations is the one correction in favour of events.
    const credited = economics(sample, SOURCES_RATES, { ...AS_THE_SOURCES, oldOperations: true });
    expect(credited.netPresentValue).toBeGreaterThan(flattered);
    expect(Object.values(CORRECTED)).toEqual([true, true, true, true, true]);
  });

  it('[CALC-10-4] the internal rate brings the present value to nothing; break-even and tornado follow it', () => {
    const rate = economics(sample).internalRate ?? NaN;
    const at = economics(sample, { ...SOURCES_RATES, discountRate: rate }).netPresentValue;
    expect(Math.abs(at)).toBeLessThan(1);
    const incidents = breakEven(sample, 'incidentsPerYear', 100) ?? NaN;
    expect(Math.abs(economics({ ...sample, incidentsPerYear: incidents }).netPresentValue)).toBeLessThan(1);
    expect(breakEven(nothing, 'opsHoursNow', 1)).toBeNull();
    const bars = tornado(sample);
    const widths = bars.map(({ atLow, atHigh }) => Math.abs(atHigh - atLow));
    expect(widths).toEqual(widths.toSorted((a, b) => b - a));
    expect(bars.map(({ name }) => name)).not.toContain('newCapabilities');
    expect(economics(sample, { ...SOURCES_RATES, ramp: [0.2, 0.6] }).netPresentValue).toBeLessThan(981_478);
  });

  it('[CALC-10-5] paying for each request crosses the cluster with its people', () => {
    // 300 a month and ten hours of 150, against 0.40 a million.
    expect(payPerUseCrossover(300, 10, 150, 0.4)).toBe(4.5e9);
    expect(() => payPerUseCrossover(300, 10, 150, 0)).toThrow(/never crossed/);
  });
});

describe('C13, C14 and C15 sagas, staleness, payloads', () => {
  const step = (name: string, kind: SagaStep['kind'], success: number, compensationCost = 1): SagaStep => ({
    ...{ name, kind, success, compensationCost, slowest: 2 },
  });
  const story = [
    step('charge', 'pivot', 0.95),
    step('reserve stock', 'reversible', 0.9),
    step('book courier', 'reversible', 0.99),
    step('send mail', 'retriable', 0.8),
  ];

  it('[CALC-13-1] success is the product; what fails late is undone, or left standing after a pivot', () => {
    const plan = sagaPlan(story);
    expect(plan.success).toBeCloseTo(0.95 * 0.9 * 0.99, 12);
    expect(plan.leftStanding).toEqual(['charge']);
    expect(plan.expectedCompensations).toBeCloseTo(0.95 * 0.9 * 0.01, 12);
    expect(plan.timeouts).toEqual([2, 2, 2, 2]);
  });

  it('[CALC-13-2] reversible and failure-prone first, then the pivot, then what can be retried: cheapest of all orders', () => {
    const ordered = orderSteps(story);
    expect(ordered.map(({ name }) => name)).toEqual(['reserve stock', 'book courier', 'charge', 'send mail']);
    expect(sagaPlan(ordered).leftStanding).toEqual([]);
    const steps = [0.99, 0.7, 0.9, 0.95].map((success, i) =>
      step(`s${i}`, 'reversible', success, [5, 3, 0.5, 2][i]),
    );
    const best = sagaPlan(orderSteps(steps)).expectedCost;
    for (const order of permutations(steps))
      expect(sagaPlan(order).expectedCost).toBeGreaterThanOrEqual(best - 1e-12);
  });

  it('[CALC-13-3] without a durable log a crash leaves sagas half done', () => {
    expect(stuckPart(0.001, 10, false)).toBeCloseTo(0.01, 12);
    expect(stuckPart(0.001, 10, true)).toBe(0);
  });

  it('[CALC-14-1] exponential lag of 300 ms: 3.6 of 100 are stale after a second', () => {
    const lag = { kind: 'exponential', mean: 0.3 } as const;
    expect(staleProbability(lag, 1) * 100).toBeCloseTo(3.567, 3);
    expect(staleProbability(lag, 0)).toBe(1);
    expect(thinkTimeFor(lag, 0.01)).toBeCloseTo(0.3 * Math.log(100), 12);
    expect(staleProbability({ kind: 'deterministic', mean: 0.3 }, 1)).toBe(0);
    const staged = { kind: 'erlang', k: 3, mean: 0.3 } as const;
    expect(staleProbability(staged, 0.3)).toBeCloseTo(Math.exp(-3) * (1 + 3 + 4.5), 12);
    const mixed = { kind: 'hyperexponential', p: 0.1, rate1: 1, rate2: 100 } as const;
    expect(staleProbability(mixed, 1)).toBeCloseTo(0.1 * Math.exp(-1), 10);
  });

  it('[CALC-15-1] thin events cost callbacks: break-even where both cost the same bytes', () => {
    const needs = {
      ...{ rate: 100, consumers: 4, thinSize: 200, callbackSize: 3000 },
      cacheHits: 0.5,
      fullSize: 1700,
    };
    const plan = payloadPlan(needs);
    expect(plan).toMatchObject({ callbackLoad: 200, breakEvenSize: 1700, cheaper: 'full' });
    expect(plan.fullBandwidth).toBe(plan.thinBandwidth);
    expect(payloadPlan({ ...needs, fullSize: 1701 }).cheaper).toBe('thin');
  });
});

describe('C16 guarantees', () => {
  const chain: Chain = {
    ...{ acks: 'all', retries: true, idempotentProducer: true, outbox: true, storage: 'replicated' },
    ...{ acknowledge: 'after the effect', idempotentEffect: true },
  } as Chain;

  it('[CALC-16-1] everything on is effectively once under every single fault; one switch off shows which fault', () => {
    expect(composeGuarantee(chain).overall).toBe('effectively once');
    const under = (changed: Partial<Chain>, fault: string): string | undefined =>
      composeGuarantee({ ...chain, ...changed }).byFault.find((one) => one.fault === fault)?.guarantee;
    expect(under({ idempotentEffect: false }, 'consumer crash')).toBe('at least once');
    expect(under({ acknowledge: 'before the effect' }, 'consumer crash')).toBe('at most once');
    expect(under({ idempotentEffect: false, idempotentProducer: false }, 'answer lost')).toBe(
      'at least once',
    );
    expect(under({ idempotentEffect: false }, 'answer lost')).toBe('effectively once');
    expect(under({ acks: '1' }, 'broker crash')).toBe('at most once');
    expect(under({ acks: '0' }, 'request lost')).toBe('at most once');
    expect(under({ retries: false }, 'request lost')).toBe('at most once');
    expect(under({ storage: 'memory' }, 'broker crash')).toBe('at most once');
    expect(under({ outbox: false }, 'producer crash')).toBe('at most once');
    expect(under({ idempotentEffect: false }, 'producer crash')).toBe('at least once');
  });

  it('[CALC-16-2] retries, an outbox, copies and acks=all never lose more under any fault', () => {
    const stronger: readonly Partial<Chain>[] = [
      { retries: true },
      { outbox: true },
      { storage: 'replicated' },
      { acks: 'all' },
    ];
    for (const weak of everyChain()) {
      for (const change of stronger) {
        // A lone disk keeps what a failover after acks=1 forgets: more copies are not more of everything.
        if (change.storage !== undefined && weak.storage === 'disk') continue;
        const before = composeGuarantee(weak).byFault;
        const after = composeGuarantee({ ...weak, ...change }).byFault;
        for (let i = 0; i < FAULTS.length; i += 1) {
          // Losing less is what these are for.
          expect(Math.min(...(after[i]?.effects ?? []))).toBeGreaterThanOrEqual(
            Math.min(...(before[i]?.effects ?? [])),
          );
        }
      }
      const once = composeGuarantee({ ...weak, idempotentEffect: true }).byFault;
      for (const { effects } of once) expect(Math.max(...effects)).toBeLessThanOrEqual(1);
      expect(composeGuarantee(weak).byFault[0]?.guarantee).toBe('effectively once');
    }
  });
});

function everyChain(): Chain[] {
  const both = [true, false];
  return (['0', '1', 'all'] as const).flatMap((acks) =>
    both.flatMap((retries) =>
      both.flatMap((idempotentProducer) =>
        both.flatMap((outbox) =>
          (['memory', 'disk', 'replicated'] as const).flatMap((storage) =>
            (['before the effect', 'after the effect'] as const).flatMap((acknowledge) =>
              both.map((idempotentEffect) => ({
                ...{ acks, retries, idempotentProducer, outbox, storage, acknowledge, idempotentEffect },
              })),
            ),
          ),
        ),
      ),
    ),
  );
}

function permutations<T>(list: readonly T[]): T[][] {
  if (list.length <= 1) return [[...list]];
  return list.flatMap((one, i) => permutations(list.toSpliced(i, 1)).map((rest) => [one, ...rest]));
}
