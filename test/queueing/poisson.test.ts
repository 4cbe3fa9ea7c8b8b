import { describe, expect, it } from 'vitest';
import { lnGamma, lnPoisson, poissonExcess } from '#queueing/poisson.ts';
import { mminf } from '#queueing/mminf.ts';
import { lnOf, narrow } from '#queueing/wide.ts';
import { relative } from './relative.ts';

describe('Poisson probabilities', () => {
  it('[QUEUE-POISSON-1] ln Γ of whole numbers is the logarithm of a factorial', () => {
    let factorial = 0;
    for (let n = 1; n <= 300; n += 1) {
      factorial += Math.log(n);
      expect(Math.abs(lnGamma(n + 1) - factorial)).toBeLessThan(1e-14 * (1 + factorial));
    }
    expect(Math.abs(lnGamma(0.5) - 0.5 * Math.log(Math.PI))).toBeLessThan(1e-15);
  });

  it('[QUEUE-POISSON-2] probabilities sum to 1 and neighbours have the right ratio', () => {
    for (const m of [0.01, 1, 7.3, 150, 12_345.6]) {
      const last = Math.ceil(m + 40 * Math.sqrt(m) + 60);
      let sum = 0;
      for (let k = 0; k <= last; k += 1) {
        sum += Math.exp(lnPoisson(k, m));
        const ratio = lnPoisson(k + 1, m) - lnPoisson(k, m);
        expect(Math.abs(ratio - Math.log(m / (k + 1)))).toBeLessThan(1e-11 * (1 + Math.abs(ratio)));
      }
      expect(Math.abs(sum - 1)).toBeLessThan(1e-11);
    }
  });

  /** P(N > 666) e^m = Σ over k > 666 of m^k/k!, in whole numbers with 10^400 for 1. */
  it('[QUEUE-POISSON-3] the tail beyond twice a mean of 1000/3 is what exact arithmetic says', () => {
    const one = 10n ** 400n;
    let term = one;
    let tail = 0n;
    let all = one;
    for (let k = 1n; k < 3000n; k += 1n) {
      term = (term * 1000n) / (3n * k);
      all += term;
      if (k > 666n) tail += term;
    }
    const exact = Number((tail * 10n ** 80n) / all) / 1e80;
    expect(relative(exact, 2.924845989748608e-58)).toBeLessThan(1e-14);
    expect(relative(narrow(mminf(1000, 3).pMoreThanTwice), exact)).toBeLessThan(1e-12);
  });

  it('[QUEUE-POISSON-4] tails far below the smallest double keep their logarithm', () => {
    const { tail, excess } = poissonExcess(5000, 1000);
    expect(narrow(tail)).toBe(0);
    // The ratio of neighbours is a fifth there, so the tail is 5/4 of its first term, nearly.
    expect(lnOf(tail) - lnPoisson(5000, 1000)).toBeCloseTo(Math.log(1.25), 3);
    expect(lnOf(excess)).toBeLessThan(lnOf(tail));
    expect(narrow(poissonExcess(1, 0).tail)).toBe(0);
  });
});
