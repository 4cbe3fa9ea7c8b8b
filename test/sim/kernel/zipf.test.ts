import { describe, expect, test } from 'vitest';
import { AssertionFailure } from '#sim/base/assert.ts';
import { createStreamTable, sequentialSource, streamRow, type Source } from '#sim/kernel/random.ts';
import { compileZipf, LARGEST_TABLE, sampleZipf } from '#sim/kernel/zipf.ts';
import { draws, misfit } from './statistics.ts';

function seeded(name: string): Source {
  const table = createStreamTable(7);
  return sequentialSource(table, streamRow(table, name));
}

/** Ranks 1..40 one by one, the rest in doubling bins: expected and drawn counts. */
function binned(n: number, s: number): { counts: number[]; expected: number[] } {
  const edges: number[] = [];
  for (let edge = 1; edge <= n; edge = edge < 40 ? edge + 1 : edge * 2) edges.push(edge);
  const bin = (rank: number): number => {
    let i = edges.length - 1;
    while ((edges[i] ?? 0) > rank) i -= 1;
    return i;
  };
  const expected = edges.map(() => 0);
  let total = 0;
  for (let rank = 1; rank <= n; rank += 1) {
    total += rank ** -s;
    expected[bin(rank)] = (expected[bin(rank)] ?? 0) + rank ** -s;
  }
  const counts = edges.map(() => 0);
  const zipf = compileZipf(n, s);
  const source = seeded(`zipf ${n} ${s}`);
  for (let i = 0; i < draws; i += 1) {
    const at = bin(sampleZipf(zipf, source));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const scaled = expected.map((weight) => (weight * draws) / total);
  // Chi-square wants five or more in every bin: rare ones are counted together.
  const rare = (i: number): boolean => (scaled[i] ?? 0) < 5;
  const keep = <T>(list: T[]): T[] => list.filter((_, i) => !rare(i));
  const rest = (list: number[]): number => list.reduce((sum, one, i) => sum + (rare(i) ? one : 0), 0);
  return rest(scaled) < 5
    ? { counts: keep(counts), expected: keep(scaled) }
    : { counts: [...keep(counts), rest(counts)], expected: [...keep(scaled), rest(scaled)] };
}

describe('zipf', () => {
  test.each([
    [100, 1.1],
    [100, 0],
    [7, 1],
    [5_000, 0.8],
    [LARGEST_TABLE, 1],
    [LARGEST_TABLE + 1, 1],
    [200_000, 1.1],
    [200_000, 0.5],
    [200_000, 2.5],
    [200_000, 0],
  ])('of %i ranks with exponent %d fits', (n, s) => {
    const { counts, expected } = binned(n, s);
    expect(misfit(counts, expected)).toBeLessThan(1);
  });

  test('the fit would see another exponent', () => {
    const { counts } = binned(100, 1.1);
    const { expected } = binned(100, 1.15);
    expect(misfit(counts, expected)).toBeGreaterThan(1);
  });

  test('first eight are pinned, with and without a table', () => {
    const small = compileZipf(100, 1.1);
    const large = compileZipf(1_000_000, 1.1);
    const source = seeded('golden');
    expect(Array.from({ length: 8 }, () => sampleZipf(small, source))).toEqual([6, 2, 1, 3, 77, 2, 3, 2]);
    expect(Array.from({ length: 8 }, () => sampleZipf(large, source))).toEqual([
      1, 1, 3223, 47, 1928, 519978, 1465, 303,
    ]);
  });

  test.each([1, 2, 100, LARGEST_TABLE, LARGEST_TABLE + 1, 2 ** 40])('of %i ranks stays within them', (n) => {
    const zipf = compileZipf(n, 1);
    for (const word of [0, 0xffffffff]) {
      const rank = sampleZipf(zipf, { next: () => word });
      expect(Number.isSafeInteger(rank) && rank >= 1 && rank <= n).toBe(true);
    }
    expect(sampleZipf(structuredClone(zipf), seeded('plain'))).toBe(sampleZipf(zipf, seeded('plain')));
  });

  test('refuses what is no distribution', () => {
    for (const [n, s] of [
      [0, 1],
      [1.5, 1],
      [10, -1],
      [10, NaN],
      [10, Infinity],
      [NaN, 1],
    ] as const)
      expect(() => compileZipf(n, s)).toThrow(AssertionFailure);
  });
});
