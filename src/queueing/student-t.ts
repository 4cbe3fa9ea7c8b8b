/**
 * Student's t distribution: what a mean of a few replications is judged by. Tail by the regularized incomplete beta
 * function (continued fraction, modified Lentz), quantile by inverting it. Domain: degrees of freedom 1 and more,
 * probability between 0 and 1. Relative error of quantiles below 1e-11.
 * Source: Abramowitz and Stegun, 26.5.8 and 26.7.1; Thompson and Barnett (1986) for the evaluation.
 */
import { exp, log, log1p } from '#queueing/elementary.ts';
import { requireProbability } from '#queueing/impossible-input.ts';
import { lnGamma } from '#queueing/poisson.ts';
import { bracketAbove, rootBetween } from '#queueing/root.ts';

/** I_x(a, b) where x is below the mean (a+1)/(a+b+2). */
function incompleteBeta(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let h = d;
  for (let m = 1; m < 10_000; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d, tiny);
    c = nonZero(1 + even / c, tiny);
    h *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d, tiny);
    c = nonZero(1 + odd / c, tiny);
    const step = d * c;
    h *= step;
    if (Math.abs(step - 1) < 1e-16) break;
  }
  const front = lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * log(x) + b * log1p(-x);
  return (exp(front) * h) / a;
}

const nonZero = (x: number, tiny: number): number => (Math.abs(x) < tiny ? tiny : x);

/** P(T > t) for t >= 0. */
export function studentTail(t: number, freedom: number): number {
  const x = freedom / (freedom + t * t);
  const a = freedom / 2;
  if (x < (a + 1) / (a + 2.5)) return 0.5 * incompleteBeta(x, a, 0.5);
  // 1 - x without cancelling.
  const rest = (t * t) / (freedom + t * t);
  return rest === 0 ? 0.5 : 0.5 * (1 - incompleteBeta(rest, 0.5, a));
}

/** t with P(|T| <= t) = confidence: 2.093 for 0.95 and 19 degrees of freedom. */
export function studentQuantile(confidence: number, freedom: number): number {
  requireProbability('confidence', confidence, { above: true, open: true });
  const tail = (1 - confidence) / 2;
  const f = (t: number): number => log(studentTail(t, freedom)) - log(tail);
  return rootBetween(f, 0, bracketAbove(f, 0, 2));
}
