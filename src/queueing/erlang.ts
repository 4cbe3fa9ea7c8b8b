/**
 * Erlang B and C for any number of servers. `a` = λ/μ is the offered load in erlangs.
 *
 * B(c) = (a^c/c!) / Σ a^k/k!, by the recurrence for its inverse, 1/B(k) = 1 + (k/a)/B(k-1): factorials and powers
 * overflow from about 150 servers on, the inverse kept as a wide number never does, and errors shrink while k < a.
 * C = 1/(ρ + (1 - ρ)/B) with 1 - ρ = (cμ - λ)/(cμ), where cμ - λ is exact.
 * Source: Erlang (1917); the recurrence in Cooper, "Introduction to Queueing Theory" (1981), section 3.3. Relative
 * error about √c ulp.
 */
import { spareCapacity } from '#queueing/double-double.ts';
import { log } from '#queueing/elementary.ts';
import { requireCount, requireNotNegative, requireProbability } from '#queueing/impossible-input.ts';
import { lnGamma } from '#queueing/poisson.ts';
import {
  addTo,
  narrow,
  settled,
  wide,
  wideExp,
  wideProduct,
  wideQuotient,
  wideSum,
  type Wide,
} from '#queueing/wide.ts';

/** Below it a^c/c! is all there is of B, and the recurrence would divide by what is hardly a number. */
const HARDLY_ANY_LOAD = 1e-40;

/** 1/B for c servers and a > 0 erlangs. */
export function inverseErlangB(servers: number, a: number): Wide {
  if (a < HARDLY_ANY_LOAD) return wideExp(lnGamma(servers + 1) - servers * log(a));
  const start = Math.max(0, forgottenBelow(servers, a));
  const inverse = wide(start === 0 ? 1 : a / (a - start));
  for (let k = start + 1; k <= servers; k += 1) nextInverse(inverse, k, a);
  return inverse;
}

/**
 * Where the recurrence may begin with a guess: each step up to a shrinks what was wrong by k/a, and from here on that is
 * e^-42 in all. Near saturation this spares 97 of 100 steps at 100,000 servers.
 */
function forgottenBelow(servers: number, a: number): number {
  const short = Math.max(0, a - servers);
  return Math.floor(a - Math.sqrt(84 * a + short * short)) - 1;
}

/** From 1/B(k-1) to 1/B(k), in place. */
export function nextInverse(inverse: Wide, k: number, a: number): void {
  inverse.mantissa = (k * inverse.mantissa) / a;
  addTo(inverse, 1, 0);
  settled(inverse);
}

/** Erlang B: the probability that an arrival finds all `servers` busy and is lost. */
export function erlangB(servers: number, a: number): Wide {
  requireCount('c', servers, 0);
  requireNotNegative('a', a);
  if (a === 0) return wide(servers === 0 ? 1 : 0);
  return wideQuotient(wide(1), inverseErlangB(servers, a));
}

/** Erlang C from 1/B where λ < cμ: the probability that an arrival has to wait. */
export function erlangCFrom(inverse: Wide, servers: number, mu: number, lambda: number): Wide {
  const capacity = servers * mu;
  const spare = spareCapacity(servers, mu, lambda) / capacity;
  return wideQuotient(wide(1), wideSum(wideProduct(inverse, spare), wide(lambda / capacity)));
}

/** Erlang C: the probability that an arrival has to wait, λ < cμ. */
export function erlangC(servers: number, mu: number, lambda: number): Wide {
  return lambda === 0 ? wide(0) : erlangCFrom(inverseErlangB(servers, lambda / mu), servers, mu, lambda);
}

/** The least number of servers that loses at most the part `target` of the arrivals, and what it then loses. */
export function serversForBlocking(a: number, target: number): { readonly c: number; readonly pBlock: Wide } {
  requireNotNegative('a', a);
  requireProbability('target', target, { above: true });
  if (a === 0) return target === 1 ? { c: 0, pBlock: wide(1) } : { c: 1, pBlock: wide(0) };
  const inverse = wide(1);
  let c = 0;
  while (1 / narrow(inverse) > target) {
    c += 1;
    nextInverse(inverse, c, a);
    requireCount('c', c);
  }
  return { c, pBlock: wideQuotient(wide(1), inverse) };
}
