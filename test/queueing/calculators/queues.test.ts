/** Calculators about queues, capacity and time, held to the vectors of their specification. */
import { describe, expect, it } from 'vitest';
import {
  alertPlan,
  deadLetterAlarm,
  detectionTime,
  sourcesThresholdTime,
} from '#queueing/calculators/alert-design.ts';
import { delays, JITTERS, retryPlan, SOURCES_PLANS, survivesOutage } from '#queueing/calculators/backoff.ts';
import { dedupPlan, forgetsTooSoon, snapshotPlan, snapshotsDue } from '#queueing/calculators/dedup-window.ts';
import { edgePlan, placesFor } from '#queueing/calculators/edge-buffer.ts';
import { fluidAllocation, handlerAllocation } from '#queueing/calculators/handler-allocation.ts';
import { overlappingTicks, relayPlan, sourcesCeiling } from '#queueing/calculators/outbox-relay.ts';
import { ceiling, partitionCount } from '#queueing/calculators/partition-count.ts';
import {
  partitionedQueues,
  sharedQueue,
  sourcesQueue,
  waitCurve,
} from '#queueing/calculators/queue-model.ts';
import { retentionPlan } from '#queueing/calculators/retention.ts';
import { scaleOf, SECONDS_A_DAY } from '#queueing/calculators/scale.ts';
import { isUnstable, type Unstable } from '#queueing/steady.ts';
import { relative } from '../relative.ts';

function steady<T extends object>(answer: T): Exclude<T, Unstable> {
  if (isUnstable(answer)) throw new Error('expected a steady state');
  return answer as Exclude<T, Unstable>;
}

describe('C1 queue model', () => {
  it.each([
    [{ lambda: 800, mu: 100, servers: 10 }, 0.40918, 1.636721],
    [{ lambda: 90, mu: 10, servers: 10 }, 0.668732, 6.018584],
    [{ lambda: 950, mu: 100, servers: 10 }, 0.825586, 15.686126],
    [{ lambda: 80, mu: 100, servers: 1 }, 0.8, 3.2],
  ])('[CALC-1-1] %j: the vectors, and the sources’ formula where it survives', (station, pWait, Lq) => {
    const answer = steady(sharedQueue(station));
    expect(answer.pWait).toBeCloseTo(pWait, 6);
    expect(answer.Lq).toBeCloseTo(Lq, 6);
    const printed = sourcesQueue(station);
    expect('Lq' in printed && relative(printed.Lq, answer.Lq)).toBeLessThan(1e-12);
  });

  it('[CALC-1-2] 800/s on ten handlers of 100/s: 2.0459 ms shared, 40 ms by partition', () => {
    const station = { lambda: 800, mu: 100, servers: 10 };
    const shared = steady(sharedQueue(station));
    expect(shared.Wq * 1000).toBeCloseTo(2.0459, 4);
    expect(shared.W * 1000).toBeCloseTo(12.0459, 4);
    const partitioned = steady(partitionedQueues(station));
    expect(partitioned.Wq * 1000).toBeCloseTo(40, 10);
    expect(partitioned.Wq / shared.Wq).toBeCloseTo(19.6, 1);
    const slow = { lambda: 90, mu: 10, servers: 10 };
    expect(steady(partitionedQueues(slow)).Wq).toBeCloseTo(0.9, 12);
    expect(steady(sharedQueue(slow)).Wq).toBeCloseTo(0.0669, 4);
  });

  it('[CALC-1-3] the sources’ formula overflows, divides by zero, and calls overload by a word only', () => {
    expect(sourcesQueue({ lambda: 190, mu: 1, servers: 200 })).toHaveProperty('fails');
    expect(sourcesQueue({ lambda: 0, mu: 1, servers: 2 })).toHaveProperty('fails');
    expect(sourcesQueue({ lambda: 30, mu: 1, servers: 20 })).toEqual({ status: 'unstable' });
    expect(sharedQueue({ lambda: 30, mu: 1, servers: 20 })).toMatchObject({ unstable: true, growthRate: 10 });
    expect(steady(sharedQueue({ lambda: 0, mu: 1, servers: 2 })).Wq).toBe(0);
  });

  it('[CALC-1-4] partitions: the busiest decides, percentiles are those of the mixture', () => {
    const station = { lambda: 100, mu: 50, servers: 4 };
    const even = steady(partitionedQueues(station));
    const one = steady(sharedQueue({ lambda: 25, mu: 50, servers: 1 }));
    expect(even.waits?.p99).toBeCloseTo(one.waits?.p99 ?? NaN, 10);
    const skewed = steady(partitionedQueues(station, [0.4, 0.3, 0.2, 0.1]));
    expect(skewed.Wq).toBeGreaterThan(even.Wq);
    expect(skewed.rho).toBeCloseTo(0.8, 12);
    expect(partitionedQueues(station, [0.6, 0.2, 0.1, 0.1])).toMatchObject({
      unstable: true,
      growthRate: 10,
    });
    expect(() => partitionedQueues(station, [0.5, 0.5])).toThrow(/shares/);
    expect(() => partitionedQueues(station, [0.5, 0.5, 0.5, 0.5])).toThrow(/sum/);
  });

  it('[CALC-1-5] other variabilities are an approximation, and say so', () => {
    const station = { lambda: 8, mu: 1, servers: 10 };
    const fixed = steady(sharedQueue(station, { ca2: 1, cs2: 0 }));
    expect(fixed).toMatchObject({ approximation: 'Allen-Cunneen', waits: null });
    expect(fixed.Wq).toBeCloseTo(steady(sharedQueue(station)).Wq / 2, 12);
    expect(steady(sharedQueue(station)).approximation).toBeNull();
  });

  it('[CALC-1-6] the curve rises, bends near saturation, and is the present point where that lies', () => {
    const curve = waitCurve(100, 10, 'shared');
    expect(curve).toHaveLength(160);
    for (let i = 1; i < curve.length; i += 1)
      expect(curve[i]?.W).toBeGreaterThanOrEqual(curve[i - 1]?.W ?? NaN);
    expect((curve.at(-1)?.Wq ?? 0) / (curve[20]?.Wq ?? NaN)).toBeGreaterThan(100);
    expect(waitCurve(100, 10, 'partitioned')[30]?.Wq).toBeGreaterThan(curve[30]?.Wq ?? NaN);
  });
});

describe('C2 handler allocation', () => {
  const services = [
    { lambda: 60, mu: 10 },
    { lambda: 80, mu: 50 },
    { lambda: 300, mu: 200 },
  ];

  it('[CALC-2-1] 20 handlers: (11, 5, 4) with 9.216 in the system; the sources give one each, all unstable', () => {
    const answer = handlerAllocation(services, 20);
    expect(answer.best).toMatchObject({ feasible: true, handlers: [11, 5, 4] });
    expect(answer.best.feasible && answer.best.objective).toBeCloseTo(9.216, 3);
    expect(answer.utilisation?.map((one) => Number(one.toFixed(3)))).toEqual([0.545, 0.32, 0.375]);
    expect(answer.sources).toEqual({ handlers: [1, 1, 1], utilisation: [6, 1.6, 1.5], unstable: [0, 1, 2] });
    const fluid = fluidAllocation(services, 20) ?? [];
    expect(fluid.reduce((sum, one) => sum + one, 0)).toBeCloseTo(20, 10);
  });

  it('[CALC-2-2] too few handlers are infeasible, and how many it takes is said', () => {
    const answer = handlerAllocation(services, 8);
    expect(answer.best).toEqual({ feasible: false, minimumHandlers: 11, minimumPerService: [7, 2, 2] });
    expect(answer.fluid).toBeNull();
    expect(answer.utilisation).toBeNull();
  });
});

describe('C3 and C4 partitions and retention', () => {
  const needs = {
    rate: 10_000,
    serviceTime: 0.008,
    utilisation: 0.8,
    messageSize: 1000,
    outage: 0,
    drain: 600,
    writePerPartition: 10e6,
    readPerPartition: 20e6,
    consumers: 12,
    hottestKey: 0.001,
  };

  it('[CALC-3-1] 10,000/s of 8 ms need 100 partitions, 320 after half an hour out that ten minutes make good', () => {
    expect(partitionCount(needs).needed).toBe(100);
    expect(partitionCount({ ...needs, outage: 1800 })).toMatchObject({ byCatchUp: 320, needed: 320 });
    expect(partitionCount({ ...needs, writePerPartition: 50_000 })).toMatchObject({
      byWriting: 200,
      needed: 200,
    });
    expect([ceiling(100.00000000000001), ceiling(100.1), ceiling(0)]).toEqual([100, 101, 0]);
  });

  it('[CALC-3-2] a key that is too hot for one partition is too hot for any number', () => {
    expect(partitionCount({ ...needs, hottestKey: 0.01 })).toMatchObject({ hotKey: false });
    expect(partitionCount({ ...needs, hottestKey: 0.0125 })).toMatchObject({ hotKey: true });
  });

  it('[CALC-4-1] seven trillion a day of 1 kB, six hours, three copies: 5.25 PB', () => {
    const plan = retentionPlan({
      rate: 7e12 / SECONDS_A_DAY,
      messageSize: 1000,
      retention: 6 * 3600,
      replicationFactor: 3,
      compression: 1,
      brokers: 100,
      longestOutage: 2 * 3600,
      redriveAge: 3600,
    });
    expect(plan.bytes).toBeCloseTo(5.25e15, -3);
    expect(plan.diskPerBroker).toBeCloseTo(7.5e13, -3);
    expect(plan).toMatchObject({ leastRetention: 18_000, longEnough: true, alarmAge: 10_800 });
  });
});

describe('C5 and C6 outbox relay, dedup window, snapshots', () => {
  it('[CALC-5-1] 100 rows a second and publish: 66.7/s at 5 ms, 90.9/s at 1 ms; the sources believe 100/s', () => {
    const relay = { rate: 80, batch: 100, poll: 1, publish: 0.005 };
    expect(relayPlan(relay).ceiling).toBeCloseTo(66.667, 3);
    expect(relayPlan(relay).backlogSlope).toBeCloseTo(13.333, 3);
    expect(relayPlan({ ...relay, publish: 0.001 }).ceiling).toBeCloseTo(90.909, 3);
    expect(sourcesCeiling(relay)).toBe(100);
    expect(relayPlan({ ...relay, batch: 0 }).ceiling).toBe(200);
    expect(relayPlan({ ...relay, batch: 300, publish: 0.01 }).overlap).toBeCloseTo(3, 12);
  });

  it('[CALC-5-2] a timer that overtakes itself publishes 300 rows about 600 times without any crash', () => {
    expect(Math.abs(overlappingTicks(300, 1, 0.01) - 601)).toBeLessThanOrEqual(4);
    expect(overlappingTicks(300, 4, 0.01)).toBe(300);
    expect(overlappingTicks(0, 1, 0.01)).toBe(0);
  });

  it('[CALC-6-1] the window is the longest that can bring a message back; beyond the budget a sequence a key', () => {
    const needs = {
      ...{ rate: 1000, idSize: 50, memoryBudget: 1e9, retention: 6 * 3600, retryHorizon: 60 },
      ...{ redriveAge: 86_400, replayAge: 0, crashRate: 1e-5, vulnerable: 0.0002 },
    };
    const plan = dedupPlan(needs);
    expect(plan).toMatchObject({ window: 86_400, because: 'redriveAge', advice: 'sequence number per key' });
    expect(plan.memory).toBe(4.32e9);
    expect(plan.duplicateRate).toBeCloseTo(2e-6, 15);
    expect(dedupPlan({ ...needs, memoryBudget: 5e9 }).advice).toBe('remember ids');
    expect([forgetsTooSoon(3600, plan), forgetsTooSoon(90_000, plan)]).toEqual([true, false]);
  });

  it('[CALC-6-2] a snapshot every 100: what it costs, and the append that steps over the multiple', () => {
    const plan = snapshotPlan({ versions: 1050, every: 100, apply: 0.001, snapshotSize: 2000 });
    expect(plan.longestReplay).toBeCloseTo(0.099, 12);
    expect(plan.storage).toBe(20_000);
    expect(snapshotsDue(98, 2, 100)).toEqual({ sources: true, right: true });
    expect(snapshotsDue(98, 3, 100)).toEqual({ sources: false, right: true });
    expect(snapshotsDue(3, 1, 100)).toEqual({ sources: false, right: false });
  });
});

describe('C7 backoff', () => {
  it('[CALC-7-1] the sources’ plans survive 3 s and 6 s and not a moment more', () => {
    for (const [i, longest] of [3, 6].entries()) {
      const plan = SOURCES_PLANS[i];
      if (plan === undefined) return expect.unreachable();
      expect(survivesOutage(plan, longest)).toBe('survives');
      expect(survivesOutage(plan, longest + 0.001)).toBe('dead-lettered');
    }
  });

  it('[CALC-7-2] delays double up to the cap; jitter spreads them as its name says', () => {
    const backoff = { base: 1, cap: 10, attempts: 7, jitter: 'none' } as const;
    expect(delays(backoff).map(({ most }) => most)).toEqual([1, 2, 4, 8, 10, 10]);
    for (const jitter of JITTERS) {
      const list = delays({ ...backoff, jitter });
      expect(list).toHaveLength(6);
      for (const { least, mean, most } of list) {
        expect(least).toBeLessThanOrEqual(mean);
        expect(mean).toBeLessThanOrEqual(most);
        expect(most).toBeLessThanOrEqual(10);
      }
    }
    expect(delays({ ...backoff, jitter: 'equal' })[2]).toEqual({ least: 2, mean: 3, most: 4 });
    expect(delays({ ...backoff, jitter: 'decorrelated' })[0]).toEqual({ least: 1, mean: 2, most: 3 });
    expect(survivesOutage({ ...backoff, jitter: 'full' }, 20)).toBe('perhaps');
  });

  it('[CALC-7-3] attempts, amplification and dead letters by the failure probability; the hold against the deadline', () => {
    const backoff = { base: 1, cap: 60, attempts: 5, jitter: 'none' } as const;
    const plan = retryPlan(backoff, { failing: 0.5, attemptTime: 1, deadline: 30 });
    expect(plan.attemptsExpected).toBeCloseTo((1 - 0.5 ** 5) / 0.5, 12);
    expect(plan.deadLettered).toBe(1 / 32);
    expect([plan.hold, plan.withinDeadline]).toEqual([20, true]);
    expect(retryPlan(backoff, { failing: 1, attemptTime: 1, deadline: 20 })).toMatchObject({
      attemptsExpected: 5,
      deadLettered: 1,
      withinDeadline: false,
    });
  });
});

describe('C11, C12 and C17 alerts, scale, edge buffers', () => {
  it('[CALC-11-1] 100,000 events are a second at 100,000/s and 2.8 hours at 10/s', () => {
    expect(sourcesThresholdTime(100_000)).toBe(1);
    expect(sourcesThresholdTime(10) / 3600).toBeCloseTo(2.78, 2);
  });

  it('[CALC-11-2] thresholds in time, drain times and burn rates follow from the objective', () => {
    const needs = { objective: 0.99, within: 1, rate: 50, capacity: 80, period: 30 * 86_400, lag: 600 };
    const plan = alertPlan(needs);
    expect(plan).toMatchObject({ lagTime: 7.5, drainTime: 20, lagThreshold: 50, leastTopBucket: 2 });
    expect(alertPlan({ ...needs, capacity: 50 }).drainTime).toBeNull();
    // The workbook's table: 2, 5 and 10 of 100 of the budget.
    expect(plan.burnAlerts.map(({ budgetUsed }) => Number(budgetUsed.toFixed(3)))).toEqual([0.02, 0.05, 0.1]);
    expect(plan.burnAlerts[0]?.detection).toBeCloseTo(0.144 * 3600, 6);
    expect(plan.quantileRule).toContain('sum by (le) (rate(');
    expect(detectionTime(300, 0.5, 300, 15)).toBe(465);
    expect(deadLetterAlarm(10, 0, 60, 1)).toBeNull();
    expect(deadLetterAlarm(61, 0, 60, 1)).toBe('old');
    expect(deadLetterAlarm(10, 2, 60, 1)).toBe('growing');
  });

  it.each([
    [7e12, 81.0e6],
    [150e9, 1.74e6],
    [1e9, 11.6e3],
    [100e6, 1.16e3],
  ])('[CALC-12-1] %d a day are %d a second', (perDay, perSecond) => {
    expect(relative(scaleOf(perDay).perSecond, perSecond)).toBeLessThan(0.005);
    const peak = scaleOf(perDay, 3, 12);
    expect(peak.peakPerPartition).toBeCloseTo((scaleOf(perDay).perSecond * 3) / 12, 6);
    expect(scaleOf(0).gap).toBeNull();
  });

  it('[CALC-17-1] 1,000 places at 50/s are full after 20 s; a batch waits 100 ms at most', () => {
    const plan = edgePlan({ rate: 50, places: 1000, uplink: 0, batchInterval: 0.1 });
    expect(plan).toMatchObject({ overflowAfter: 20, lossRate: 50, batchLatency: 0.1, batchSize: 5 });
    expect(edgePlan({ rate: 50, places: 1000, uplink: 50, batchInterval: 0.1 }).overflowAfter).toBeNull();
    expect(placesFor(50, 3600)).toBe(180_000);
  });
});
