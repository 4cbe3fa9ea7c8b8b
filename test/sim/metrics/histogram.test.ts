import { describe, expect, it } from 'vitest';
import {
  bucketOf,
  bucketTop,
  createHistogram,
  mean,
  merge,
  observe,
  quantile,
} from '#sim/metrics/histogram.ts';

function values(count: number, seed: number): number[] {
  let state = seed;
  const draw = (): number => (state = Math.imul(state, 48271) >>> 1);
  return Array.from({ length: count }, () => draw() % 10 ** (1 + (draw() % 9)));
}

describe('histogram', () => {
  it('puts every value into a bucket that ends at most 1/32 above it, in the order of values', () => {
    const edges = Array.from({ length: 52 }, (_, bit) => [2 ** bit - 1, 2 ** bit, 2 ** bit + 1]).flat();
    const sorted = [...edges, ...values(5_000, 3)].sort((a, b) => a - b);
    let last = 0;
    for (const value of sorted) {
      const bucket = bucketOf(value);
      expect(bucket).toBeGreaterThanOrEqual(last);
      expect(bucketTop(bucket)).toBeGreaterThanOrEqual(value);
      expect(bucketTop(bucket)).toBeLessThanOrEqual(value + Math.floor(value / 32));
      if (bucket > 0) expect(bucketTop(bucket - 1)).toBeLessThan(value);
      last = bucket;
    }
  });

  it('keeps count, sum, minimum and maximum exactly, and quantiles within 1/32 of the sorted list', () => {
    const seen = values(10_000, 7);
    const histogram = createHistogram();
    for (const value of seen) observe(histogram, value);
    const sorted = [...seen].sort((a, b) => a - b);
    expect(histogram).toMatchObject({
      count: 10_000,
      min: sorted[0],
      max: sorted[9_999],
      sum: seen.reduce((a, b) => a + b, 0),
    });
    expect(mean(histogram)).toBe(histogram.sum / 10_000);
    for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
      const exact = sorted[Math.ceil(share * 10_000) - 1] ?? 0;
      expect(quantile(histogram, share)).toBeGreaterThanOrEqual(exact);
      expect(quantile(histogram, share)).toBeLessThanOrEqual(exact + Math.floor(exact / 32));
    }
    expect(quantile(createHistogram(), 0.5)).toBe(0);
  });

  it('merges into what observing everything would have given', () => {
    const [all, left, right] = [createHistogram(), createHistogram(), createHistogram()];
    values(2_000, 11).forEach((value, i) => {
      observe(all, value);
      observe(i % 3 === 0 ? left : right, value);
    });
    merge(left, right);
    expect(left).toEqual(all);
    merge(left, createHistogram());
    expect(left).toEqual(all);
  });
});
