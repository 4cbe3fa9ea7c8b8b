/**
 * M/M/c: Poisson arrivals at rate λ, c servers with exponential service at rate μ each, one queue in order of arrival.
 *
 *   P(wait) = C (Erlang C), Lq = Cλ/(cμ - λ), Wq = C/(cμ - λ), W = Wq + 1/μ, L = Lq + λ/μ
 *   P(Wq > t) = C e^(-(cμ-λ)t)
 *   P(W > t) = e^(-μt) + Cμ (e^(-rt) - e^(-μt))/(μ - r), r = cμ - λ; at r = μ the quotient's limit is t e^(-μt)
 *
 * Domain λ >= 0, μ > 0, c a whole number; λ >= cμ is unstable. With c = 1 it is M/M/1.
 * Source: Gross, Shortle, Thompson, Harris, "Fundamentals of Queueing Theory", section 3.3. Relative error of the
 * means about √c ulp, to 0.99999 of saturation and beyond: cμ - λ is never got through 1 - ρ.
 */
import { spareCapacity } from '#queueing/double-double.ts';
import { exp, expm1, log, wholePower } from '#queueing/elementary.ts';
import { erlangC } from '#queueing/erlang.ts';
import {
  requireCount,
  requireNotNegative,
  requirePositive,
  requireProbability,
} from '#queueing/impossible-input.ts';
import { bracketAbove, rootBetween } from '#queueing/root.ts';
import { isUnstable, type Means, type Unstable } from '#queueing/steady.ts';
import { narrow, wideProduct, type Wide } from '#queueing/wide.ts';

export interface Station {
  readonly lambda: number;
  readonly mu: number;
  readonly servers: number;
}

export interface StationAnswer extends Means {
  readonly rho: number;
  /** Offered load λ/μ in erlangs. */
  readonly a: number;
  readonly pWait: number;
  /** cμ - λ: how fast a queue shrinks while all are busy. */
  readonly spare: number;
  /** The same three where they are too small for a double. */
  readonly wide: { readonly pWait: Wide; readonly Lq: Wide; readonly Wq: Wide };
}

/** Unstable where λ >= cμ, decided exactly. */
export function overload({ lambda, mu, servers }: Station): Unstable | null {
  const spare = spareCapacity(servers, mu, lambda);
  if (spare > 0) return null;
  return { unstable: true, rho: lambda / (servers * mu), growthRate: spare === 0 ? 0 : -spare };
}

export function mmc(station: Station): StationAnswer | Unstable {
  const { lambda, mu, servers } = station;
  requireNotNegative('lambda', lambda);
  requirePositive('mu', mu);
  requireCount('servers', servers);
  const unstable = overload(station);
  if (unstable !== null) return unstable;
  const spare = spareCapacity(servers, mu, lambda);
  const pWait = erlangC(servers, mu, lambda);
  const Lq = wideProduct(pWait, lambda / spare);
  const Wq = wideProduct(pWait, 1 / spare);
  const a = lambda / mu;
  return {
    rho: lambda / (servers * mu),
    a,
    pWait: narrow(pWait),
    spare,
    Lq: narrow(Lq),
    Wq: narrow(Wq),
    W: narrow(Wq) + 1 / mu,
    L: narrow(Lq) + a,
    wide: { pWait, Lq, Wq },
  };
}

/** P(Wq > t). */
export const waitTail = ({ pWait, spare }: StationAnswer, t: number): number => pWait * exp(-spare * t);

/**
 * The time that all but the part `tail` of the customers wait at most (`tail` = 0.05 for the 95th percentile), those
 * who do not wait included: max(0, ln(C/tail)/(cμ - λ)).
 */
export function waitPercentile({ pWait, spare }: StationAnswer, tail: number): number {
  requireProbability('tail', tail, { above: true });
  return pWait <= tail ? 0 : log(pWait / tail) / spare;
}

/** P(W > t). */
export function sojournTail({ pWait, spare }: StationAnswer, mu: number, t: number): number {
  return exp(-mu * t) + pWait * mu * convolved(mu, spare, t);
}

/** (e^(-rt) - e^(-μt))/(μ - r), with its limit where the two rates meet. */
function convolved(mu: number, r: number, t: number): number {
  const apart = Math.abs(mu - r);
  return exp(-Math.min(mu, r) * t) * (apart === 0 ? t : -expm1(-apart * t) / apart);
}

/** The time that all but the part `tail` of the customers spend in the system at most. */
export function sojournPercentile(answer: StationAnswer, mu: number, tail: number): number {
  requireProbability('tail', tail, { above: true });
  if (tail === 1) return 0;
  const above = (t: number): number => log(sojournTail(answer, mu, t)) - log(tail);
  const guess = -log(tail) / Math.min(mu, answer.spare);
  return rootBetween(above, 0, bracketAbove(above, 0, guess));
}

/** What M/M/1 has beyond the others: state probabilities in closed form. */
export interface SingleAnswer extends StationAnswer {
  readonly p0: number;
  /** Variance of the number in the system, ρ/(1-ρ)². */
  readonly varL: number;
}

/** M/M/1: p(n) = (1 - ρ)ρ^n, Lq = ρλ/(μ - λ). */
export function mm1(lambda: number, mu: number): SingleAnswer | Unstable {
  const answer = mmc({ lambda, mu, servers: 1 });
  if (isUnstable(answer)) return answer;
  const { spare } = answer;
  return { ...answer, p0: spare / mu, varL: (lambda / spare) * (mu / spare) };
}

/** P(N > n) = ρ^(n+1) in M/M/1. */
export const moreThan = (rho: number, n: number): number => wholePower(rho, n + 1);
