import { describe, expect, test } from 'vitest';
import { normalQuantile } from '#sim/kernel/normal-quantile.ts';
import { exp, log, pow } from '#sim/kernel/portable-math.ts';
import { createStreamTable, sequentialSource, streamRow } from '#sim/kernel/random.ts';
import { avalanche } from '#sim/kernel/name-hash.ts';
import { nextUnit } from '#sim/kernel/uniform.ts';
import { decimals, exactExp, exactLog, ulpsOff } from './exact-reference.ts';

const points = process.env.SPILLWAY_DEEP ? 50_000 : 3_000;

/** Fractions from a stream of our own: the same points in every run. */
function fractions(name: string): () => number {
  const table = createStreamTable(2);
  const row = streamRow(table, name);
  return () => nextUnit(sequentialSource(table, row));
}

/** Positive doubles of every size, subnormal ones too. */
function anyPositive(next: () => number): number {
  return (1 + next()) * 2 ** Math.floor(-1074 + next() * 2097);
}

// Made with mpmath 1.3 at 60 digits.
const LOGS: readonly (readonly [string, string])[] = [
  ['0.1', '-2.302585092994045628506840223426'],
  ['2.5', '0.916290731874155065183527211768'],
  ['1e-300', '-690.775527898213705180338344570100'],
  ['123456.789', '11.723646487185881016029631252938'],
  ['1.0000001', '0.000000099999995058387045177516'],
  ['5e-324', '-744.440071921381262314107298446081'],
  ['1.7976931348623157e308', '709.782712893383996732223389910657'],
];
const EXPS: readonly (readonly [string, string])[] = [
  ['0.1', '1.105170918075647630946638823458'],
  ['-0.3', '0.740818220681717874291608235944'],
  ['1', '2.718281828459045235360287471352'],
  ['-37.42994775023705', '0.000000000000000055511151231257'],
  ['40.5', '388084696243620324.023172187572699453344203851546'],
];

describe('the reference itself', () => {
  test.each(LOGS)('log(%s) agrees with mpmath to 30 decimals', (x, digits) => {
    expect(decimals(exactLog(Number(x)), 30)).toBe(digits);
  });
  test.each(EXPS)('exp(%s) agrees with mpmath to 30 decimals', (x, digits) => {
    const { mantissa, power } = exactExp(Number(x));
    expect(decimals(mantissa, 30, power)).toBe(digits);
  });
  test('sees an error of one unit in the last place', () => {
    expect(ulpsOff(0.9162907318741551, exactLog(2.5))).toBeLessThan(0.5);
    expect(ulpsOff(0.9162907318741552, exactLog(2.5))).toBeGreaterThan(0.5);
  });
});

describe('log', () => {
  test.each([
    ['over all positive doubles', anyPositive],
    ['near 1', (next: () => number) => 0.5 + 1.5 * next()],
    ['of the fractions that exponential draws take', (next: () => number) => 1 - next()],
    ['very near 1', (next: () => number) => 1 + (next() - 0.5) * 1e-6],
  ])('is less than one unit in the last place off %s', (name, point) => {
    const next = fractions(`log ${name}`);
    let worst = 0;
    for (let i = 0; i < points; i += 1) {
      const x = point(next);
      if (x !== 1) worst = Math.max(worst, ulpsOff(log(x), exactLog(x)));
    }
    expect(worst).toBeGreaterThan(0.4);
    expect(worst).toBeLessThan(1);
  });

  test('is within 2 units in the last place of Math.log', () => {
    const next = fractions('log against the engine');
    for (let i = 0; i < points * 10; i += 1) {
      const x = anyPositive(next);
      const ours = log(x);
      expect(Math.abs(ours - Math.log(x))).toBeLessThanOrEqual(2 * Math.abs(ours) * 2 ** -52);
    }
  });

  test('is exact where the answer is, and defined everywhere', () => {
    expect(log(1)).toBe(0);
    expect(log(0)).toBe(-Infinity);
    expect(log(-0)).toBe(-Infinity);
    expect(log(-1)).toBeNaN();
    expect(log(NaN)).toBeNaN();
    expect(log(Infinity)).toBe(Infinity);
    expect(log(Number.MIN_VALUE)).toBeCloseTo(-744.4400719213812, 12);
    expect(log(Number.MAX_VALUE)).toBeCloseTo(709.782712893384, 12);
    expect(log(2 ** -1022)).toBe(-708.3964185322641);
  });
});

describe('exp', () => {
  test.each([
    ['over its whole range', (next: () => number) => -708 + 1417 * next()],
    ['near 0', (next: () => number) => next() - 0.5],
    ['very near 0', (next: () => number) => (next() - 0.5) * 1e-9],
  ])('is less than one unit in the last place off %s', (name, point) => {
    const next = fractions(`exp ${name}`);
    let worst = 0;
    for (let i = 0; i < points; i += 1) {
      const x = point(next);
      const { mantissa, power } = exactExp(x);
      worst = Math.max(worst, ulpsOff(exp(x), mantissa, power));
    }
    expect(worst).toBeGreaterThan(0.4);
    expect(worst).toBeLessThan(1);
  });

  test('is within 2 units in the last place of Math.exp', () => {
    const next = fractions('exp against the engine');
    for (let i = 0; i < points * 10; i += 1) {
      const x = -708 + 1417 * next();
      const ours = exp(x);
      expect(Math.abs(ours - Math.exp(x))).toBeLessThanOrEqual(2 * ours * 2 ** -52);
    }
  });

  test('is exact where the answer is, and defined everywhere', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-0)).toBe(1);
    expect(exp(Infinity)).toBe(Infinity);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(NaN)).toBeNaN();
    expect(exp(709.79)).toBe(Infinity);
    expect(exp(709.78)).toBeLessThan(Infinity);
    expect(exp(-745.14)).toBe(0);
    expect(exp(-745.13)).toBe(Number.MIN_VALUE);
    for (const x of [-744, -730, -720.5, -709, -708.4]) {
      expect(Math.abs(exp(x) - Math.exp(x)), `exp(${x})`).toBeLessThanOrEqual(
        Number.MIN_VALUE + 2 ** -52 * exp(x),
      );
    }
  });
});

describe('pow', () => {
  test('is as accurate as it says', () => {
    const next = fractions('pow');
    for (let i = 0; i < points; i += 1) {
      const x = 1e6 * next() + 1e-9;
      const y = 6 * next() - 3;
      const off = Math.abs(pow(x, y) / x ** y - 1);
      expect(off, `pow(${x}, ${y})`).toBeLessThan((2 + Math.abs(y * Math.log(x))) * 2 ** -52);
    }
  });
  test('knows its corners', () => {
    expect([pow(0, 0), pow(5, 0), pow(1, 1e300), pow(0, 2), pow(0, -2), pow(1, NaN)]).toEqual([
      1,
      1,
      1,
      0,
      Infinity,
      1,
    ]);
    expect(pow(-1, 2)).toBeNaN();
  });
});

describe('the normal quantile', () => {
  // erfinv of mpmath 1.3 at 60 digits, rounded to doubles.
  test.each([
    [1.1102230246251565e-16, -8.209536151601387],
    [1e-12, -7.034483825301132],
    [1e-9, -5.9978070150076865],
    [1e-6, -4.753424308822899],
    [0.0001, -3.7190164854556804],
    [0.01, -2.326347874040841],
    [0.05, -1.6448536269514726],
    [0.074, -1.4466320671589785],
    [0.076, -1.4325027208258116],
    [0.2, -0.8416212335729142],
    [0.3, -0.5244005127080408],
    [0.45, -0.12566134685507402],
    [0.49, -0.025068908258711057],
    [0.499999, -2.5066282745665593e-6],
    [0.51, 0.025068908258711057],
    [0.75, 0.6744897501960817],
    [0.925, 1.4395314709384561],
    [0.975, 1.9599639845400538],
    [0.99, 2.3263478740408408],
    [0.9999, 3.7190164854557084],
    [0.999999999, 5.9978070196016375],
    [0.9999999999999999, 8.209536151601387],
  ])('at %s is %s', (p, z) => {
    expect(Math.abs(normalQuantile(p) / z - 1)).toBeLessThan(2e-15);
  });
  test('is 0 at a half, antisymmetric, infinite at the ends and never falls', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(normalQuantile(0.125)).toBe(-normalQuantile(0.875));
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect(normalQuantile(1.1)).toBeNaN();
    let before = -Infinity;
    for (let i = 1; i < 4096; i += 1) {
      const z = normalQuantile(i / 4096);
      expect(z).toBeGreaterThan(before);
      before = z;
    }
  });
});

/** One hash over the bits of many results: any changed bit anywhere changes it. */
function bitsOf(f: (x: number) => number, xs: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(8));
  let hash = 0;
  for (const x of xs) {
    view.setFloat64(0, f(x));
    hash = avalanche(hash ^ view.getUint32(0));
    hash = avalanche(hash ^ view.getUint32(4));
  }
  return hash.toString(16);
}

describe('the bits are pinned', () => {
  const sizes = Array.from({ length: 400 }, (_, i) => (1 + i / 397) * 2 ** (i * 5 - 1000));
  const exponents = Array.from({ length: 400 }, (_, i) => (i - 200) * 3.6171875 + i / 1024);
  const shares = Array.from({ length: 400 }, (_, i) => (i + 0.5) / 400);
  test('log', () => expect(bitsOf(log, sizes)).toBe('99f8c551'));
  test('log of fractions', () => expect(bitsOf(log, shares)).toBe('f2142724'));
  test('exp', () => expect(bitsOf(exp, exponents)).toBe('af31180f'));
  test('pow', () => expect(bitsOf((x) => pow(x * 1000, -1.1), shares)).toBe('d50efe7d'));
  test('normal quantile', () => expect(bitsOf(normalQuantile, shares)).toBe('19dd4b72'));
  test('a changed last bit changes the hash', () => {
    expect(bitsOf((x) => (x === sizes[200] ? log(x) * (1 + 2 ** -52) : log(x)), sizes)).not.toBe(
      bitsOf(log, sizes),
    );
  });
});
