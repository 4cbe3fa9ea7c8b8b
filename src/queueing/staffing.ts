/**
 * How many servers M/M/c needs.
 *
 * - least c with P(wait) <= target, beside the square-root rule ⌈a + β√a⌉, where β solves
 *   target = 1/(1 + βΦ(β)/φ(β)) (Halfin and Whitt 1981); the rule is one short in some cases
 * - least c with P(Wq <= T) >= target (the service level)
 *
 * Φ/φ is √(π/2) e^(β²/2) + Σ β^(2k+1)/(2k+1)!!: positive terms. Domain: a, λ >= 0, targets between 0 and 1. The count
 * is exact but where two neighbours differ from the target by an ulp.
 */
import { exp, log, log1p } from '#queueing/elementary.ts';
import { erlangCFrom, inverseErlangB, nextInverse } from '#queueing/erlang.ts';
import {
  requireCount,
  requireNotNegative,
  requirePositive,
  requireProbability,
} from '#queueing/impossible-input.ts';
import { bracketAbove, rootBetween } from '#queueing/root.ts';
import { narrow } from '#queueing/wide.ts';
import { spareCapacity } from '#queueing/double-double.ts';

export interface Staffing {
  readonly c: number;
  readonly pWait: number;
}

/** The least c with cμ > λ, decided exactly. */
export function leastStable(lambda: number, mu: number): number {
  let c = Math.max(1, Math.floor(lambda / mu));
  while (spareCapacity(c, mu, lambda) <= 0) c += 1;
  while (c > 1 && spareCapacity(c - 1, mu, lambda) > 0) c -= 1;
  return requireCount('servers', c);
}

/** The least stable c that is `good`, which gets c and P(wait). */
function leastServers(
  lambda: number,
  mu: number,
  good: (c: number, pWait: number) => boolean,
): Staffing & { readonly before: number | null } {
  let c = leastStable(lambda, mu);
  if (lambda === 0) return { c, pWait: 0, before: null };
  const inverse = inverseErlangB(c, lambda / mu);
  let before: number | null = null;
  for (;;) {
    const pWait = narrow(erlangCFrom(inverse, c, mu, lambda));
    if (good(c, pWait)) return { c, pWait, before };
    before = pWait;
    c = requireCount('servers', c + 1);
    nextInverse(inverse, c, lambda / mu);
  }
}

export interface WaitStaffing extends Staffing {
  /** With one server less; null where that would be unstable. */
  readonly pWaitOneLess: number | null;
  readonly betaHalfinWhitt: number;
  readonly cSquareRoot: number;
}

export function staffForWaiting(a: number, target: number): WaitStaffing {
  requireNotNegative('a', a);
  requireProbability('target', target, { above: true, open: true });
  const { c, pWait, before } = leastServers(a, 1, (_, p) => p <= target);
  const beta = halfinWhittBeta(target);
  return {
    c,
    pWait,
    pWaitOneLess: before,
    betaHalfinWhitt: beta,
    cSquareRoot: Math.ceil(a + beta * Math.sqrt(a)),
  };
}

/** β with 1/(1 + βΦ(β)/φ(β)) = target. */
function halfinWhittBeta(target: number): number {
  const wanted = log1p(-target) - log(target);
  const f = (beta: number): number => log(beta * normalRatio(beta)) - wanted;
  return rootBetween(f, 1e-300, bracketAbove(f, 1e-300, 1));
}

/** Φ(x)/φ(x) for x >= 0. */
function normalRatio(x: number): number {
  let sum = 0;
  let term = x;
  for (let k = 1; term > 1e-17 * sum; k += 1) {
    sum += term;
    term *= (x * x) / (2 * k + 1);
  }
  return Math.sqrt(Math.PI / 2) * exp((x * x) / 2) + sum;
}

export interface LevelStaffing extends Staffing {
  /** P(Wq <= T). */
  readonly serviceLevel: number;
}

export function staffForServiceLevel(lambda: number, mu: number, T: number, target: number): LevelStaffing {
  requireNotNegative('lambda', lambda);
  requirePositive('mu', mu);
  requireNotNegative('T', T);
  requireProbability('target', target, { open: true });
  const late = (c: number, pWait: number): number => pWait * exp(-spareCapacity(c, mu, lambda) * T);
  const { c, pWait } = leastServers(lambda, mu, (servers, p) => 1 - late(servers, p) >= target);
  return { c, pWait, serviceLevel: 1 - late(c, pWait) };
}
