/**
 * The wait in M/D/1, service always d: P(Wq <= t) by Franx' formula, whose terms are all positive (the classical sum
 * of Erlang and Crommelin alternates and loses all digits from t = 30 d on).
 *
 *   P(Wq <= t) = e^(-λu) Σ over j < k of Q(k-1-j) (λu)^j/j!, (k-1)d <= t < kd, u = kd - t, Q(n) = P(Lq <= n)
 *
 * Beyond LONG services the tail is its dominant exponential, α e^(-δt) with λ(e^(δd) - 1) = δ: what it leaves out has
 * long fallen below the last digit. Domain ρ = λd < 1. Error of percentiles below 1e-12.
 * Source: Franx, "A simple solution for the M/D/c waiting time distribution" (2001); Tijms, "A First Course in
 * Stochastic Models" (2003), sections 9.2 and 9.5.
 */
import { minus, pair, product, value } from '#queueing/double-double.ts';
import { exp, expm1, log } from '#queueing/elementary.ts';
import { requireProbability } from '#queueing/impossible-input.ts';
import { bracketAbove, rootBetween } from '#queueing/root.ts';

/** In services. */
const LONG = 60;

export interface DeterministicWait {
  readonly lambda: number;
  readonly d: number;
  readonly rho: number;
  /** P(Lq <= n) for n below LONG. */
  readonly upTo: readonly number[];
  readonly decay: number;
  readonly weight: number;
}

/** For λ > 0 and ρ = λd < 1. */
export function deterministicWait(lambda: number, d: number): DeterministicWait {
  const free = value(minus(pair(1), product(lambda, d)));
  const rho = lambda * d;
  const decay = dominantDecay(free / rho) / d;
  // The residue at the pole is (1-ρ)/(λd e^(δd) - 1), and λ e^(δd) = λ + δ.
  return { lambda, d, rho, upTo: queueUpTo(rho, free), decay, weight: free / (decay * d - free) };
}

/** s > 0 with (e^s - 1 - s)/s = (1-ρ)/ρ; by its series where s is small, since the quotient would cancel. */
function dominantDecay(freeToBusy: number): number {
  const f = (s: number): number => {
    if (s > 1) return (expm1(s) - s) / s - freeToBusy;
    let sum = 0;
    let term = s / 2;
    for (let k = 3; k < 25; k += 1) {
      sum += term;
      term *= s / k;
    }
    return sum - freeToBusy;
  };
  return rootBetween(f, 0, bracketAbove(f, 0, 2 * freeToBusy));
}

/**
 * P(Lq <= n) from the states of M/G/1, p(n) = p(0) A(n-1) + Σ over 1 <= k <= n of p(k) A(n-k) with
 * A(m) = P(Poisson(ρ) > m): positive terms again.
 */
function queueUpTo(rho: number, free: number): number[] {
  const beyond: number[] = [];
  let mass = exp(-rho);
  for (let m = 0; m <= LONG; m += 1) {
    mass *= rho / (m + 1);
    beyond.push(massFrom(mass, m + 1, rho));
  }
  const p = [free];
  const upTo: number[] = [];
  let sum = free;
  for (let n = 1; n <= LONG; n += 1) {
    let flow = free * (beyond[n - 1] ?? 0);
    for (let k = 1; k < n; k += 1) flow += (p[k] ?? 0) * (beyond[n - k] ?? 0);
    const state = flow * exp(rho);
    p.push(state);
    sum += state;
    upTo.push(sum);
  }
  return upTo;
}

/** P(Poisson(ρ) >= n), given P(= n), for ρ < 1. */
function massFrom(first: number, n: number, rho: number): number {
  let sum = 0;
  let term = first;
  for (let k = n + 1; term > 1e-18 * sum; k += 1) {
    sum += term;
    term *= rho / k;
  }
  return sum;
}

/** P(Wq <= t) for t below LONG services. */
function waitAtMost({ lambda, d, upTo }: DeterministicWait, t: number): number {
  const k = Math.floor(t / d) + 1;
  const x = lambda * (k * d - t);
  let sum = 0;
  let term = exp(-x);
  for (let j = 0; j < k; j += 1) {
    sum += (upTo[k - 1 - j] ?? 0) * term;
    term *= x / (j + 1);
  }
  return sum;
}

/** The time that all but the part `tail` of the customers wait at most. */
export function deterministicWaitPercentile(wait: DeterministicWait, tail: number): number {
  requireProbability('tail', tail, { above: true });
  const { d, rho, decay, weight } = wait;
  if (rho <= tail) return 0;
  const asymptotic = log(weight / tail) / decay;
  if (asymptotic > (LONG - 2) * d) return asymptotic;
  return rootBetween((t) => waitAtMost(wait, t) - (1 - tail), 0, (LONG - 1) * d);
}
