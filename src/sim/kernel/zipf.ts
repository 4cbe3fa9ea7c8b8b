// Zipf's distribution over ranks 1..n: P(k) proportional to 1/k^s. Up to 100,000 ranks by the exact
// cumulative table and binary search (one fraction, two words a draw); above by rejection-inversion
// (W. Hörmann, G. Derflinger: "Rejection-inversion to generate variates from monotone discrete
// distributions", ACM TOMACS 6, 1996), about 1.1 fractions a draw and no table.

import { assert } from '#sim/base/assert.ts';
import { rankAt } from '#sim/kernel/cumulative-table.ts';
import { exp, log, pow } from '#sim/kernel/portable-math.ts';
import type { Source } from '#sim/kernel/random.ts';
import { nextUnit } from '#sim/kernel/uniform.ts';

/** Plain data. `cumulative` is empty above LARGEST_TABLE; the last three numbers are then the sampler's bounds. */
export interface Zipf {
  readonly n: number;
  readonly s: number;
  readonly cumulative: Float64Array;
  readonly from: number;
  readonly width: number;
  /** Within this distance above x the nearest rank is accepted without looking. */
  readonly squeeze: number;
}

export const LARGEST_TABLE = 100_000;

/** `s` = 0 is uniform; keys of real workloads lie near 1. */
export function compileZipf(n: number, s: number): Zipf {
  assert(Number.isSafeInteger(n) && n >= 1, '[ZIPF-1] ranks are counted: n >= 1');
  assert(s >= 0 && s < 1000, '[ZIPF-2] the exponent is from 0 to below 1000');
  if (n > LARGEST_TABLE) {
    const from = areaTo(n + 0.5, s);
    const width = areaTo(1.5, s) - 1 - from;
    const squeeze = 2 - areaInverse(areaTo(2.5, s) - pow(2, -s), s);
    return { n, s, cumulative: new Float64Array(0), from, width, squeeze };
  }
  const cumulative = new Float64Array(n);
  let total = 0;
  for (let rank = 1; rank <= n; rank += 1) {
    total += pow(rank, -s);
    cumulative[rank - 1] = total;
  }
  return { n, s, cumulative, from: 0, width: 0, squeeze: 0 };
}

/** The next rank, 1 to n; 1 is the most frequent. */
export function sampleZipf(zipf: Zipf, source: Source): number {
  if (zipf.cumulative.length > 0) return 1 + rankAt(zipf.cumulative, nextUnit(source));
  const { n, s, from, width, squeeze } = zipf;
  for (;;) {
    const area = from + width * nextUnit(source);
    const x = areaInverse(area, s);
    const rank = Math.min(n, Math.max(1, Math.floor(x + 0.5)));
    if (rank - x <= squeeze || area >= areaTo(rank + 0.5, s) - pow(rank, -s)) return rank;
  }
}

/** The integral of t^-s from 1 to x. */
function areaTo(x: number, s: number): number {
  const logX = log(x);
  return expm1Ratio((1 - s) * logX) * logX;
}

function areaInverse(area: number, s: number): number {
  return exp(log1pRatio(Math.max(-1, area * (1 - s))) * area);
}

/** (e^x - 1) / x, also near 0. */
function expm1Ratio(x: number): number {
  if (x < -0.01 || x > 0.01) return (exp(x) - 1) / x;
  return 1 + (x / 2) * (1 + (x / 3) * (1 + (x / 4) * (1 + (x / 5) * (1 + (x / 6) * (1 + x / 7)))));
}

/** log(1 + x) / x, also near 0. */
function log1pRatio(x: number): number {
  if (x < -0.01 || x > 0.01) return log(1 + x) / x;
  return 1 - x * (1 / 2 - x * (1 / 3 - x * (1 / 4 - x * (1 / 5 - x * (1 / 6 - x * (1 / 7 - x / 8))))));
}
