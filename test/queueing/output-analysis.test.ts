import { describe, expect, it } from 'vitest';
import { mmc } from '#queueing/mmc.ts';
import {
  batchMeans,
  contains,
  isPrecise,
  LEAST_REPLICATIONS,
  mser5,
  neighbourCorrelation,
  replicationInterval,
  replicationsNeeded,
} from '#queueing/output-analysis.ts';
import { isUnstable } from '#queueing/steady.ts';
import { studentQuantile, studentTail } from '#queueing/student-t.ts';
import { relative } from './relative.ts';
import { SERVICE, simulateWaits } from './station.ts';

/** Uniform numbers without a pattern, the same in each run. */
function noise(length: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

describe('output analysis', () => {
  it("[QUEUE-OUTPUT-1] Student's t: closed forms for 1, 2 and 4 degrees of freedom, and the table for others", () => {
    for (const confidence of [0.5, 0.8, 0.95, 0.99, 0.999]) {
      expect(relative(studentQuantile(confidence, 1), Math.tan((Math.PI * confidence) / 2))).toBeLessThan(
        1e-11,
      );
      const two = confidence * Math.sqrt(2 / (1 - confidence * confidence));
      expect(relative(studentQuantile(confidence, 2), two)).toBeLessThan(1e-11);
      const alpha = 1 - confidence * confidence;
      const four = Math.sqrt((4 * Math.cos(Math.acos(Math.sqrt(alpha)) / 3)) / Math.sqrt(alpha) - 4);
      expect(relative(studentQuantile(confidence, 4), four)).toBeLessThan(1e-10);
    }
    const table = { 5: 2.570582, 9: 2.262157, 19: 2.093024, 29: 2.04523, 120: 1.97993, 100000: 1.959988 };
    for (const [freedom, t] of Object.entries(table)) {
      expect(studentQuantile(0.95, Number(freedom))).toBeCloseTo(t, 5);
    }
    expect(studentTail(0, 7)).toBe(0.5);
  });

  it('[QUEUE-OUTPUT-2] MSER-5 cuts a start that is unlike the rest, and little of what has none', () => {
    const flat = noise(2000);
    expect(mser5(flat).cut).toBeLessThan(400);
    const started = flat.map((x, i) => x + 10 * Math.exp(-i / 60));
    const { cut, settled } = mser5(started);
    expect(cut).toBeGreaterThan(150);
    expect(cut).toBeLessThan(700);
    expect(settled).toBe(true);
    // A trend has no steady state to find: cut at the limit, not settled.
    expect(mser5(flat.map((x, i) => x + i)).settled).toBe(false);
    expect(mser5([1, 2, 3])).toEqual({ cut: 0, settled: false });
  });

  it('[QUEUE-OUTPUT-3] replications: mean and half width as in the textbook', () => {
    // Law, "Simulation Modeling and Analysis", example 4.26: 1.34 ± 0.24 at 90 % from ten observations.
    const interval = replicationInterval([1.2, 1.5, 1.68, 1.89, 0.95, 1.49, 1.58, 1.55, 0.5, 1.09], 0.9);
    if (!interval.enough) return expect.unreachable();
    expect(interval.mean).toBeCloseTo(1.343, 10);
    expect(interval.halfWidth).toBeCloseTo(0.24, 2);
    expect(contains(interval, 1.5)).toBe(true);
    expect(contains(interval, 1.6)).toBe(false);
    expect(replicationInterval([3])).toMatchObject({ enough: false });
    expect(replicationInterval([3, NaN])).toMatchObject({ enough: false });
  });

  it('[QUEUE-OUTPUT-4] batch means say "not enough data yet" of short or correlated runs', () => {
    expect(batchMeans(noise(499))).toMatchObject({ enough: false });
    const steady = batchMeans(noise(20_000));
    expect(steady.enough && contains(steady, 0)).toBe(true);
    let level = 0;
    const slow = noise(2000).map((x) => (level = 0.999 * level + x));
    expect(batchMeans(slow)).toMatchObject({ enough: false });
    expect(neighbourCorrelation([1, 1, 1])).toBe(0);
    expect(neighbourCorrelation(Array.from({ length: 20 }, (_, i) => i))).toBeGreaterThan(0.8);
  });

  it('[QUEUE-OUTPUT-5] stops at a relative precision, never before ten replications', () => {
    const means = noise(40, 7).map((x) => 10 + x);
    const few = replicationInterval(means.slice(0, 5));
    expect(isPrecise(few, 0.5)).toBe(false);
    const all = replicationInterval(means);
    expect(isPrecise(all, 0.05)).toBe(true);
    expect(isPrecise(all, 0.001)).toBe(false);
    expect(isPrecise(replicationInterval([1]), 0.5)).toBe(false);
    const needed = replicationsNeeded(all, 0.001) ?? 0;
    expect(needed).toBeGreaterThan(40);
    expect(replicationsNeeded(all, 0.5)).toBe(LEAST_REPLICATIONS);
    expect(replicationsNeeded(replicationInterval([1]), 0.5)).toBeNull();
  });

  it('[QUEUE-OUTPUT-6] one long run of M/M/4 on the kernel holds what theory says', () => {
    const theory = mmc({ lambda: 3.2, mu: 1, servers: 4 });
    if (isUnstable(theory)) return expect.unreachable();
    const waits = simulateWaits(11, 60_000, 4, 0.8);
    const { cut, settled } = mser5(waits);
    expect(settled).toBe(true);
    const interval = batchMeans(waits.subarray(cut));
    if (!interval.enough) return expect.unreachable();
    expect(contains(interval, theory.Wq * SERVICE)).toBe(true);
    expect(interval.halfWidth / interval.mean).toBeLessThan(0.2);
  });
});
