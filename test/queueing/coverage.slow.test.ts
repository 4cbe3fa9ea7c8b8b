/** Whether 95 % intervals hold the true mean as often as they say: theory, kernel and output analysis in one. */
import { describe, expect, it } from 'vitest';
import { mmc } from '#queueing/mmc.ts';
import { contains, mser5, replicationInterval } from '#queueing/output-analysis.ts';
import { isUnstable } from '#queueing/steady.ts';
import { SERVICE, simulateWaits } from './station.ts';

const deep = process.env['SPILLWAY_DEEP'] === '1';
const SEEDS = deep ? 200 : 12;
const REPLICATIONS = 20;
const CUSTOMERS = deep ? 20_000 : 5000;
const LEAD = CUSTOMERS / 5;
const RHO = 0.8;

/** 20 replications: warm-up cut where MSER-5 puts it in their average, then as many customers of each. */
function meanWaits(seed: number, servers: number): number[] {
  const runs = Array.from({ length: REPLICATIONS }, (_, r) =>
    simulateWaits(seed * 1000 + r, CUSTOMERS + LEAD, servers, RHO),
  );
  const average = new Float64Array(2 * LEAD);
  for (const waits of runs)
    for (let i = 0; i < average.length; i += 1) average[i] = (average[i] ?? 0) + (waits[i] ?? 0);
  const { cut } = mser5(average);
  return runs.map((waits) => {
    let sum = 0;
    for (let i = cut; i < cut + CUSTOMERS; i += 1) sum += waits[i] ?? 0;
    return sum / CUSTOMERS;
  });
}

describe('coverage of confidence intervals', () => {
  it.each([1, 4])(
    '[QUEUE-OUTPUT-9] M/M/%i at 0.8: 95 % intervals contain the true mean wait in 90 to 98 %',
    (servers) => {
      const theory = mmc({ lambda: RHO * servers, mu: 1, servers });
      if (isUnstable(theory)) return expect.unreachable();
      const truth = theory.Wq * SERVICE;
      let hits = 0;
      let sum = 0;
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const interval = replicationInterval(meanWaits(seed, servers));
        if (!interval.enough) return expect.unreachable();
        sum += interval.mean;
        if (contains(interval, truth)) hits += 1;
      }
      // The average of all is far more precise than any one interval.
      expect(Math.abs(sum / SEEDS - truth) / truth).toBeLessThan(deep ? 0.005 : 0.03);
      const covered = hits / SEEDS;
      expect(covered).toBeGreaterThanOrEqual(deep ? 0.9 : 0.7);
      if (deep) expect(covered).toBeLessThanOrEqual(0.98);
    },
  );
});
