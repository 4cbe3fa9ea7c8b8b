// Closed forms of the distributions: mean, variance and quantiles, for tests, documentation and the
// calculators' "theory beside measurement". Infinite where the moment does not exist.
// They describe the real-valued distribution; `sample` rounds afterwards.

import { assert } from '#sim/base/assert.ts';
import { between } from '#sim/kernel/cumulative-table.ts';
import * as kinds from '#sim/kernel/distribution.ts';
import type { CompiledDistribution } from '#sim/kernel/distribution.ts';
import { normalQuantile } from '#sim/kernel/normal-quantile.ts';
import { exp, log } from '#sim/kernel/portable-math.ts';

export function meanOf(distribution: CompiledDistribution): number {
  return momentOf(distribution, 1);
}

export function varianceOf(distribution: CompiledDistribution): number {
  const { code, a, b } = distribution;
  switch (code) {
    case kinds.CONSTANT:
      return 0;
    case kinds.UNIFORM:
      return (b * b) / 12;
    case kinds.EXPONENTIAL:
      return a * a;
    case kinds.LOGNORMAL:
      return a * a * exp(b * b) * (exp(b * b) - 1);
    case kinds.PARETO: {
      if (distribution.cap < Infinity) {
        const mean = cappedPareto(distribution, 1);
        return Math.max(0, cappedPareto(distribution, 2) - mean * mean);
      }
      // With shape = 1/b: variance = minimum^2 shape / ((shape - 1)^2 (shape - 2)).
      return b < 0.5 ? (a * a * b * b) / ((1 - b) * (1 - b) * (1 - 2 * b)) : Infinity;
    }
    default: {
      const mean = momentOf(distribution, 1);
      return Math.max(0, momentOf(distribution, 2) - mean * mean);
    }
  }
}

/** The first moment of any kind, the second of those given by their values. */
function momentOf(distribution: CompiledDistribution, power: 1 | 2): number {
  const { code, a, b, values, cumulative } = distribution;
  switch (code) {
    case kinds.CONSTANT:
    case kinds.EXPONENTIAL:
      return a;
    case kinds.UNIFORM:
      return a + b / 2;
    case kinds.LOGNORMAL:
      return a * exp((b * b) / 2);
    case kinds.PARETO:
      if (distribution.cap < Infinity) return cappedPareto(distribution, power);
      return b < 1 ? a / (1 - b) : Infinity;
    case kinds.INTERPOLATED:
      return (
        values.slice(1).reduce((sum, upper, i) => sum + segment(values[i] as number, upper, power), 0) /
        (values.length - 1)
      );
    default: {
      let sum = 0;
      let before = 0;
      values.forEach((value, i) => {
        const upTo = code === kinds.WEIGHTED ? (cumulative[i] as number) : i + 1;
        sum += (upTo - before) * (power === 1 ? value : value * value);
        before = upTo;
      });
      return sum / before;
    }
  }
}

/** E[min(X, cap)^power] = m^power + the integral of power x^(power-1) (m/x)^shape from m to the cap. */
function cappedPareto({ a, b, cap }: CompiledDistribution, power: 1 | 2): number {
  const least = power === 1 ? a : a * a;
  if (b === 0) return least;
  const exponent = power - 1 / b;
  const spread = log(cap / a);
  const integral = exponent === 0 ? spread : (exp(exponent * spread) - 1) / exponent;
  return least + power * least * integral;
}

/** The moment of the uniform distribution from `lower` to `upper`. */
function segment(lower: number, upper: number, power: 1 | 2): number {
  return power === 1 ? (lower + upper) / 2 : (lower * lower + lower * upper + upper * upper) / 3;
}

/** The least x with P(X <= x) >= p, for p from 0 up to but not including 1. */
export function quantileOf(distribution: CompiledDistribution, p: number): number {
  assert(p >= 0 && p < 1, '[DIST-8] a quantile is asked for at 0 <= p < 1');
  const { code, a, b, values } = distribution;
  switch (code) {
    case kinds.CONSTANT:
      return a;
    case kinds.UNIFORM:
      return a + b * p;
    case kinds.EXPONENTIAL:
      return -a * log(1 - p);
    case kinds.LOGNORMAL:
      return p === 0 || b === 0 ? (b === 0 ? a : 0) : a * exp(b * normalQuantile(p));
    case kinds.PARETO:
      return Math.min(distribution.cap, a * exp(-b * log(1 - p)));
    case kinds.INTERPOLATED:
      return between(values, p);
    default:
      return ofValues(distribution, p);
  }
}

function ofValues(distribution: CompiledDistribution, p: number): number {
  const { code, values, cumulative } = distribution;
  const order = Array.from(values, (value, i) => ({
    value,
    weight:
      code === kinds.WEIGHTED ? (cumulative[i] as number) - (i === 0 ? 0 : (cumulative[i - 1] as number)) : 1,
  }))
    .filter((one) => one.weight > 0)
    .sort((one, other) => one.value - other.value);
  const sought = p * order.reduce((sum, one) => sum + one.weight, 0);
  let sum = 0;
  for (const { value, weight } of order) {
    sum += weight;
    if (sum >= sought) return value;
  }
  return (order[order.length - 1] as { value: number }).value;
}
