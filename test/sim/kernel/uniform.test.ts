import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AssertionFailure } from '#sim/base/assert.ts';
import { createStreamTable, sequentialSource, streamRow, type Source } from '#sim/kernel/random.ts';
import * as uniform from '#sim/kernel/uniform.ts';
import { draws, ksMisfit, meanMisfit, misfit } from './statistics.ts';

/** A source of given words, then a failure: how many words are taken is part of the contract. */
function words(...given: number[]): Source {
  return {
    next() {
      const word = given.shift();
      if (word === undefined) throw new Error('one word too many');
      return word;
    },
  };
}

const MOST = 0xffffffff;

function seeded(name: string): Source {
  const table = createStreamTable(4);
  return sequentialSource(table, streamRow(table, name));
}

describe('fractions', () => {
  test('reach from 0 to just below 1, and from just above 0 to 1', () => {
    expect(uniform.unit53(0, 0)).toBe(0);
    expect(uniform.unit53(MOST, MOST)).toBe(1 - 2 ** -53);
    expect(uniform.unitOpen(0, 0)).toBe(2 ** -53);
    expect(uniform.unitOpen(MOST, MOST)).toBe(1);
  });
  test('use the upper 27 and 26 bits, exactly', () => {
    fc.assert(
      fc.property(fc.nat(MOST), fc.nat(MOST), (high, low) => {
        const whole = (BigInt(high >>> 5) << 26n) | BigInt(low >>> 6);
        expect(BigInt(uniform.unit53(high, low) * 2 ** 53)).toBe(whole);
        expect(BigInt(uniform.unitOpen(high, low) * 2 ** 53)).toBe(whole + 1n);
      }),
      { seed: 1 },
    );
  });
  test('take two words, the high one first', () => {
    expect(uniform.nextUnit(words(2 ** 31, 0))).toBe(0.5);
    expect(uniform.nextUnitOpen(words(MOST, MOST))).toBe(1);
  });
  test('are uniform', () => {
    const source = seeded('fractions');
    const values = Array.from({ length: draws }, () => uniform.nextUnit(source));
    expect(ksMisfit(values, (x) => x)).toBeLessThan(1);
    expect(meanMisfit(values, 0.5, 1 / 12)).toBeLessThan(1);
    expect(ksMisfit(values, (x) => x * 0.98)).toBeGreaterThan(1);
  });
});

describe('bounded integers', () => {
  test('lie below their bound and take a word more only where the first would bias', () => {
    expect(uniform.integerBelow(1, words(MOST))).toBe(0);
    expect(uniform.integerBelow(2 ** 32, words(MOST))).toBe(MOST);
    expect(uniform.integerBelow(10, words(MOST - 6))).toBe(9);
    expect(uniform.integerBelow(10, words(MOST - 5, MOST, 7))).toBe(7);
    expect(uniform.integerBelow(2 ** 53, words(MOST, MOST))).toBe(2 ** 53 - 1);
    expect(uniform.integerBelow(3 * 2 ** 50, words(MOST, MOST, 0, 64))).toBe(1);
  });
  test('are within bounds for every bound', () => {
    const source = seeded('bounds');
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2 ** 53 - 1 })),
        (n) => {
          const drawn = uniform.integerBelow(n, source);
          expect(Number.isSafeInteger(drawn) && drawn >= 0 && drawn < n).toBe(true);
        },
      ),
      { seed: 1, numRuns: 2000 },
    );
  });
  test.each([3, 7, 100, 255])('below %i are equally likely', (n) => {
    const source = seeded(`below ${n}`);
    const counts = new Array<number>(n).fill(0);
    for (let i = 0; i < draws; i += 1) {
      const drawn = uniform.integerBelow(n, source);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    expect(misfit(counts, draws / n)).toBeLessThan(1);
  });
  test('are not biased where the modulus would be: below 3 * 2^30 each third is equally likely', () => {
    const source = seeded('thirds');
    const counts = [0, 0, 0];
    for (let i = 0; i < draws; i += 1) {
      const third = Math.floor(uniform.integerBelow(3 * 2 ** 30, source) / 2 ** 30);
      counts[third] = (counts[third] ?? 0) + 1;
    }
    expect(misfit(counts, draws / 3)).toBeLessThan(1);
    expect(misfit([draws / 2, draws / 4, draws / 4], draws / 3)).toBeGreaterThan(1);
  });
  test('between two include both', () => {
    const source = seeded('between');
    const seen = new Set(Array.from({ length: 200 }, () => uniform.integerBetween(-1, 1, source)));
    expect([...seen].sort()).toEqual([-1, 0, 1]);
  });
  test('refuse what is no bound', () => {
    for (const bad of [0, -1, 0.5, NaN, 2 ** 53 + 2])
      expect(() => uniform.integerBelow(bad, words(1))).toThrow(AssertionFailure);
  });
});

describe('chance', () => {
  test('is never at 0, always at 1, and takes a word at both', () => {
    expect(uniform.chance(0, 100, words(0))).toBe(false);
    expect(uniform.chance(100, 100, words(99))).toBe(true);
  });
  test('comes true as often as it says', () => {
    const source = seeded('chance');
    let yes = 0;
    for (let i = 0; i < draws; i += 1) if (uniform.chance(3, 1000, source)) yes += 1;
    expect(misfit([yes, draws - yes], [draws * 0.003, draws * 0.997])).toBeLessThan(1);
  });
});
