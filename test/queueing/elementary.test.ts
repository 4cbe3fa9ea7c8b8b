import { describe, expect, it } from 'vitest';
import {
  minus,
  over,
  pair,
  plus,
  product,
  quotient,
  spareCapacity,
  times,
  value,
} from '#queueing/double-double.ts';
import { cosSin, exp, expm1, log, log1p, power, wholePower } from '#queueing/elementary.ts';
import { bracketAbove, rootBetween } from '#queueing/root.ts';
import { addTo, lnOf, narrow, wide, wideExp, wideProduct, wideQuotient, wideSum } from '#queueing/wide.ts';
import { relative } from './relative.ts';

/** Points without a pattern from -1 to 1, the same in each run. */
const points = Array.from({ length: 4000 }, (_, i) => 2 * ((i * 0.618_033_988_749_894_9) % 1) - 1);

describe('elementary functions', () => {
  it('[QUEUE-MATH-1] exp, log and their kin agree with the engine to some ulp', () => {
    for (const p of points) {
      expect(relative(exp(p * 700), Math.exp(p * 700))).toBeLessThan(5e-16);
      const x = Math.exp(p * 690);
      expect(relative(log(x), Math.log(x))).toBeLessThan(5e-16);
      for (const small of [p, p * 1e-3, p * 1e-9]) {
        expect(relative(log1p(small), Math.log1p(small))).toBeLessThan(2e-15);
        expect(relative(expm1(small), Math.expm1(small))).toBeLessThan(2e-15);
      }
      const [cos, sin] = cosSin(p * 20);
      expect(Math.abs(cos - Math.cos(p * 20))).toBeLessThan(4e-15);
      expect(Math.abs(sin - Math.sin(p * 20))).toBeLessThan(4e-15);
    }
    expect([exp(800), exp(-800), exp(-740), log(0), log(-1), log(5e-324), log(Infinity)]).toEqual([
      Infinity,
      0,
      Math.exp(-740),
      -Infinity,
      NaN,
      Math.log(5e-324),
      Infinity,
    ]);
    expect(exp(NaN)).toBeNaN();
    expect([power(2, 0.5), wholePower(2, 10), wholePower(0.5, 0), power(0, 2)]).toEqual([
      exp(0.5 * log(2)),
      1024,
      1,
      0,
    ]);
  });

  it('[QUEUE-MATH-2] pairs of doubles do not lose what rounding would', () => {
    expect(spareCapacity(10, 0.9, 8.99991)).not.toBe(0);
    const exact = (x: number): bigint => BigInt(Math.round(x * 2 ** 60));
    for (const p of points.slice(0, 500)) {
      const x = Math.round((p + 2) * 2 ** 25) / 2 ** 25;
      const y = Math.round((2 - p) * 2 ** 25) / 2 ** 25;
      const both = product(x, y);
      expect(exact(both.hi) + exact(both.lo)).toBe((exact(x) * exact(y)) / 2n ** 60n);
    }
    const third = quotient(1, 3);
    expect(value(minus(times(third, pair(3)), pair(1)))).toBeLessThan(1e-31);
    expect(value(minus(over(plus(third, third), third), pair(2)))).toBe(0);
  });

  it('[QUEUE-MATH-3] wide numbers add, multiply and divide far beyond the doubles', () => {
    const tiny = wideExp(-5000);
    expect(narrow(tiny)).toBe(0);
    expect(relative(lnOf(tiny), -5000)).toBeLessThan(1e-15);
    expect(relative(lnOf(wideQuotient(wideProduct(tiny, 3), tiny)), Math.log(3))).toBeLessThan(1e-12);
    expect(narrow(wideSum(wide(2), tiny))).toBe(2);
    expect(narrow(wideSum(tiny, wide(2)))).toBe(2);
    expect(narrow(wideExp(5000))).toBe(Infinity);
    const sum = wide(0);
    for (let i = 0; i < 1000; i += 1) addTo(sum, 1e-160, 0);
    expect(relative(narrow(sum), 1e-157)).toBeLessThan(1e-13);
    for (const ln of [-700, -400, -1, 0, 300, 709])
      expect(relative(narrow(wideExp(ln)), Math.exp(ln))).toBeLessThan(1e-12);
  });

  it('[QUEUE-MATH-4] roots are found to the last digits, flat or steep', () => {
    expect(
      relative(
        rootBetween((x) => x * x - 2, 0, 2),
        Math.SQRT2,
      ),
    ).toBeLessThan(4e-16);
    expect(
      relative(
        rootBetween((x) => x * x * x - 1e-30, 0, 5),
        1e-10,
      ),
    ).toBeLessThan(1e-14);
    const late = (x: number): number => Math.exp(-x) - 1e-5;
    expect(relative(rootBetween(late, 0, bracketAbove(late, 0, 1)), 5 * Math.LN10)).toBeLessThan(1e-14);
  });
});
