/**
 * The busy period of M/M/1: from the arrival at an empty station until it is empty again.
 *
 *   mean 1/(μ-λ), variance (1+ρ)/(μ²(1-ρ)³), customers served 1/(1-ρ)
 *   density e^(-(λ+μ)t) I1(2t√(λμ))/(t√ρ)
 *   P(B <= t) = Σ over n of C(n) p^n q^(n+1) P(Poisson((λ+μ)t) >= 2n+1), p = λ/(λ+μ), q = 1-p, C the Catalan numbers:
 *   the walk's first passage after 2n+1 events, of which at least as many must have happened (uniformization)
 *
 * All terms positive. Domain λ < μ, t >= 0 with (λ+μ)t up to 1e7; λ >= μ is unstable (a busy period may never end).
 * Source: Gross et al., section 3.11; Kleinrock, "Queueing Systems 1", section 5.8. Relative error below 1e-11.
 */
import { exp } from '#queueing/elementary.ts';
import { ImpossibleInput, requireNotNegative, requirePositive } from '#queueing/impossible-input.ts';
import { lnPoisson } from '#queueing/poisson.ts';
import type { Unstable } from '#queueing/steady.ts';

export interface BusyPeriod {
  readonly mean: number;
  readonly variance: number;
  readonly meanServed: number;
}

export function busyPeriod(lambda: number, mu: number): BusyPeriod | Unstable {
  requirePositive('lambda', lambda);
  requirePositive('mu', mu);
  const spare = mu - lambda;
  if (!(spare > 0)) return { unstable: true, rho: lambda / mu, growthRate: -spare };
  return {
    mean: 1 / spare,
    variance: (lambda + mu) / spare / spare / spare,
    meanServed: mu / spare,
  };
}

export function busyPeriodDensity(lambda: number, mu: number, t: number): number {
  requireNotNegative('t', t);
  if (t === 0) return mu;
  const mean = Math.sqrt(lambda) * Math.sqrt(mu);
  // (λ+μ) - 2√(λμ) as a quotient: the difference would cancel.
  const root = (mu - lambda) / (Math.sqrt(mu) + Math.sqrt(lambda));
  return (exp(-root * root * t) * scaledBessel(2 * mean * t) * Math.sqrt(mu / lambda)) / t;
}

/** e^(-x) I1(x): the power series, from 40 on the asymptotic one. */
function scaledBessel(x: number): number {
  if (x < 40) {
    let term = x / 2;
    let sum = 0;
    for (let k = 1; term > 1e-17 * sum; k += 1) {
      sum += term;
      term *= (x * x) / 4 / (k * (k + 1));
    }
    return exp(-x) * sum;
  }
  let term = 1;
  let sum = 0;
  for (let k = 1; k < 60 && Math.abs(term) > 1e-17; k += 1) {
    sum += term;
    term *= -(4 - (2 * k - 1) * (2 * k - 1)) / (8 * x * k);
  }
  return sum / Math.sqrt(2 * Math.PI * x);
}

/** P(B <= t). */
export function busyPeriodWithin(lambda: number, mu: number, t: number): number {
  requireNotNegative('t', t);
  if (t === 0) return 0;
  const events = (lambda + mu) * t;
  if (events > 1e7) {
    const sentence = `t is ${t}: about ${Number(events.toPrecision(3))} arrivals and departures; the sum is for 1e7 at most.`;
    throw new ImpossibleInput('/t', sentence);
  }
  const p = lambda / (lambda + mu);
  const q = mu / (lambda + mu);
  // Where more events than this are as good as impossible.
  const last = Math.ceil(events + 12 * Math.sqrt(events) + 40);
  const tails = poissonTails(last, events);
  let passage = q;
  let sum = 0;
  for (let n = 0; 2 * n + 1 <= last; n += 1) {
    sum += passage * (tails[2 * n + 1] ?? 0);
    passage *= ((2 * (2 * n + 1)) / (n + 2)) * p * q;
  }
  return sum;
}

/** P(N >= k) for k up to `last`, by summing from the rare end. */
function poissonTails(last: number, m: number): Float64Array {
  const tails = new Float64Array(last + 1);
  let mass = exp(lnPoisson(last, m));
  let sum = 0;
  for (let k = last; k >= 0; k -= 1) {
    sum += mass;
    tails[k] = Math.min(1, sum);
    mass *= k / m;
  }
  return tails;
}
