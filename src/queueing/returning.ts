/**
 * M/M/1 with customers that come back.
 *
 * - Bernoulli feedback: after each service the customer rejoins with probability q: λ' = λ/(1 - q), L = ρ'/(1 - ρ').
 * - Immediate retries: an attempt fails with probability q and rejoins the tail at once, at most K times, and is then
 *   dead-lettered: λ' = λ(1 - q^(K+1))/(1 - q), P(dead letter) = q^(K+1). One exponential rate for all attempts, so
 *   the node has product form and L is exact.
 * - Classical retrial: who finds the server busy tries again after an exponential time, rate θ each:
 *   L(orbit) = ρ²/(1 - ρ)·(1 + μ/θ).
 *
 * Domain 0 <= q < 1, θ > 0; unstable where λ' >= μ. Source: Takács (1963); Falin and Templeton, "Retrial Queues"
 * (1997), section 1.2. Relative error a few ulp.
 */
import { minus, over, pair, plus, times, value, type Pair } from '#queueing/double-double.ts';
import {
  requireCount,
  requireNotNegative,
  requirePositive,
  requireProbability,
} from '#queueing/impossible-input.ts';
import type { Unstable } from '#queueing/steady.ts';

interface Feedback {
  /** Services begun a unit of time. */
  readonly lambdaEff: number;
  readonly rho: number;
  readonly L: number;
  readonly Wperpass: number;
  /** From the first arrival to the last departure. */
  readonly Wtotal: number;
  readonly meanPasses: number;
}

/** `passes` is the mean number of services a customer. */
function withPasses(lambda: number, mu: number, passes: Pair): Feedback | Unstable {
  const rate = times(pair(lambda), passes);
  const spare = value(minus(pair(mu), rate));
  const lambdaEff = value(rate);
  const rho = lambdaEff / mu;
  if (!(spare > 0)) return { unstable: true, rho, growthRate: spare === 0 ? 0 : -spare / value(passes) };
  const L = lambdaEff / spare;
  const meanPasses = value(passes);
  return { lambdaEff, rho, L, Wperpass: 1 / spare, Wtotal: meanPasses / spare, meanPasses };
}

export function bernoulliFeedback(lambda: number, mu: number, q: number): Feedback | Unstable {
  requireNotNegative('lambda', lambda);
  requirePositive('mu', mu);
  requireProbability('q', q, { open: true });
  return withPasses(lambda, mu, over(pair(1), minus(pair(1), pair(q))));
}

export function immediateRetries(
  lambda: number,
  mu: number,
  q: number,
  maxRetries: number,
): (Feedback & { readonly pDeadLetter: number }) | Unstable {
  requireNotNegative('lambda', lambda);
  requirePositive('mu', mu);
  requireProbability('q', q);
  requireCount('maxRetries', maxRetries, 0, 100_000);
  let passes: Pair = pair(0);
  let power: Pair = pair(1);
  for (let attempt = 0; attempt <= maxRetries; attempt += 1) {
    passes = plus(passes, power);
    power = times(power, pair(q));
  }
  const answer = withPasses(lambda, mu, passes);
  return 'unstable' in answer ? answer : { ...answer, pDeadLetter: value(power) };
}

export interface RetrialAnswer {
  readonly Lorbit: number;
  readonly L: number;
  readonly Worbit: number;
  readonly pIdle: number;
}

export function classicalRetrial(lambda: number, mu: number, theta: number): RetrialAnswer | Unstable {
  requireNotNegative('lambda', lambda);
  requirePositive('mu', mu);
  requirePositive('theta', theta);
  const spare = mu - lambda;
  const rho = lambda / mu;
  if (!(spare > 0)) return { unstable: true, rho, growthRate: -spare };
  const Worbit = (rho / spare) * (1 + mu / theta);
  return { Lorbit: lambda * Worbit, L: lambda * Worbit + rho, Worbit, pIdle: spare / mu };
}
