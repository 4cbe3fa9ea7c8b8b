// Distributions of durations and sizes as plain data, and drawing from them by the inverse of their
// distribution function (one fraction a draw, two words), so that the same words mean the same luck under any
// distribution. Parameters and results are integer microseconds where they are durations; nothing here knows.
// Compiled is plain data too, of one shape for every kind. Moments and quantiles: distribution-forms.ts.

import { assert } from '#sim/base/assert.ts';
import { between, cumulate, rankAt } from '#sim/kernel/cumulative-table.ts';
import { normalQuantile } from '#sim/kernel/normal-quantile.ts';
import { exp, log } from '#sim/kernel/portable-math.ts';
import type { Source } from '#sim/kernel/random.ts';
import { integerBelow, nextUnit, nextUnitOpen } from '#sim/kernel/uniform.ts';

export type Distribution =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly min: number; readonly max: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** `sigma` is the standard deviation of the logarithm. */
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly p99: number }
  /** `maximum`, where given, cuts the tail: what would be larger is that large. */
  | { readonly kind: 'pareto'; readonly minimum: number; readonly shape: number; readonly maximum?: number }
  | { readonly kind: 'pareto'; readonly minimum: number; readonly p99: number }
  /** One of the values, by weight (default: equally likely). Never a number between two of them. */
  | { readonly kind: 'empirical'; readonly values: readonly number[]; readonly weights?: readonly number[] }
  /** The quantile function that goes through the ascending values at equal steps from p = 0 to p = 1. */
  | { readonly kind: 'interpolated'; readonly values: readonly number[] };

export const CONSTANT = 0;
export const UNIFORM = 1;
export const EXPONENTIAL = 2;
export const LOGNORMAL = 3;
export const PARETO = 4;
const EMPIRICAL = 5;
export const WEIGHTED = 6;
export const INTERPOLATED = 7;

/** `a`, `b`: value; min, width; mean; median, sigma; minimum, 1/shape; or nothing where the values say it all. */
export interface CompiledDistribution {
  readonly code: number;
  readonly a: number;
  readonly b: number;
  /** No result of a Pareto distribution is larger; Infinity where it is not capped, and elsewhere. */
  readonly cap: number;
  readonly values: Float64Array;
  /** For weighted values: the sum of weights up to and including each. */
  readonly cumulative: Float64Array;
}

/** 142 years in microseconds: the longest that `sample` answers, so that a heavy tail cannot leave exact integers. */
export const LONGEST = 4503599627370496;

const NONE = new Float64Array(0);
const Z_99 = normalQuantile(0.99);
const LOG_100 = log(100);

/** Asserts what the scenario's parser has already refused with a sentence. */
export function compileDistribution(distribution: Distribution): CompiledDistribution {
  switch (distribution.kind) {
    case 'constant':
      assert(isAmount(distribution.value), '[DIST-1] a constant is finite and not negative');
      return compiled(CONSTANT, distribution.value, 0);
    case 'uniform': {
      const { min, max } = distribution;
      assert(isAmount(min) && isAmount(max) && min <= max, '[DIST-2] uniform: 0 <= min <= max');
      return compiled(UNIFORM, min, max - min);
    }
    case 'exponential':
      assert(isAmount(distribution.mean), '[DIST-3] a mean is finite and not negative');
      return compiled(EXPONENTIAL, distribution.mean, 0);
    case 'lognormal': {
      const { median } = distribution;
      assert(isAmount(median) && median > 0, '[DIST-4] lognormal: median > 0');
      const sigma = 'sigma' in distribution ? distribution.sigma : log(distribution.p99 / median) / Z_99;
      assert(isAmount(sigma), '[DIST-4] lognormal: sigma >= 0, p99 >= median');
      return compiled(LOGNORMAL, median, sigma);
    }
    case 'pareto': {
      const { minimum } = distribution;
      assert(isAmount(minimum) && minimum > 0, '[DIST-5] pareto: minimum > 0');
      const inverse =
        'shape' in distribution ? 1 / distribution.shape : log(distribution.p99 / minimum) / LOG_100;
      assert(isAmount(inverse), '[DIST-5] pareto: shape > 0, p99 >= minimum');
      const maximum = 'shape' in distribution ? (distribution.maximum ?? Infinity) : Infinity;
      assert(maximum >= minimum, '[DIST-5] pareto: maximum >= minimum');
      return { ...compiled(PARETO, minimum, inverse), cap: maximum };
    }
    case 'empirical':
      return compileEmpirical(distribution.values, distribution.weights);
    case 'interpolated': {
      const { values } = distribution;
      assert(
        values.length >= 2 && values.every(isAmount),
        '[DIST-6] interpolated: two finite values >= 0 or more',
      );
      assert(
        values.every((value, i) => i === 0 || value >= (values[i - 1] as number)),
        '[DIST-6] interpolated: values ascend',
      );
      return compiled(INTERPOLATED, 0, 0, Float64Array.from(values));
    }
  }
}

function compileEmpirical(
  values: readonly number[],
  weights: readonly number[] | undefined,
): CompiledDistribution {
  assert(values.length > 0 && values.every(isAmount), '[DIST-7] empirical: at least one finite value >= 0');
  if (weights === undefined) return compiled(EMPIRICAL, 0, 0, Float64Array.from(values));
  assert(
    weights.length === values.length && weights.every(isAmount),
    '[DIST-7] empirical: one weight >= 0 a value',
  );
  const cumulative = cumulate(weights);
  assert(
    isAmount(cumulative.at(-1) ?? 0) && cumulative.at(-1) !== 0,
    '[DIST-7] empirical: some weight is above 0',
  );
  return compiled(WEIGHTED, 0, 0, Float64Array.from(values), cumulative);
}

function compiled(
  code: number,
  a: number,
  b: number,
  values: Float64Array = NONE,
  cumulative: Float64Array = NONE,
): CompiledDistribution {
  return { code, a, b, cap: Infinity, values, cumulative };
}

function isAmount(value: number): boolean {
  return value >= 0 && value < Infinity;
}

/** The next number, not rounded. A constant takes no words. */
export function sampleReal(distribution: CompiledDistribution, source: Source): number {
  switch (distribution.code) {
    case CONSTANT:
      return distribution.a;
    case EXPONENTIAL:
      return -distribution.a * log(nextUnitOpen(source));
    case UNIFORM:
      return distribution.a + distribution.b * nextUnit(source);
    default:
      return sampleRarer(distribution, source);
  }
}

/** Apart, so that the engine can inline what is drawn most. */
function sampleRarer(distribution: CompiledDistribution, source: Source): number {
  const { code, a, b, values } = distribution;
  switch (code) {
    case LOGNORMAL:
      return a * exp(b * normalQuantile(nextUnitInside(source)));
    case PARETO:
      return Math.min(distribution.cap, a * exp(-b * log(nextUnitOpen(source))));
    case EMPIRICAL:
      return values[integerBelow(values.length, source)] as number;
    case WEIGHTED:
      return values[rankAt(distribution.cumulative, nextUnit(source))] as number;
    default:
      return between(values, nextUnit(source));
  }
}

/** The next number, rounded to the nearest integer from 0 to LONGEST. */
export function sample(distribution: CompiledDistribution, source: Source): number {
  const real = sampleReal(distribution, source);
  return real < LONGEST ? Math.floor(real + 0.5) : LONGEST;
}

/** A fraction in (0, 1): a normal quantile is infinite at 0, so the one 0 among 2^53 counts as half a step. */
function nextUnitInside(source: Source): number {
  const fraction = nextUnit(source);
  return fraction === 0 ? 5.551115123125783e-17 : fraction;
}
