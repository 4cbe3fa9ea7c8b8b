/**
 * Poisson classes with strict priorities, the first highest, in order of arrival within a class. σ(k) is the load of
 * classes 1 to k over all servers.
 *
 * - Without preemption, one server (Cobham): Wq(k) = R/((1 - σ(k-1))(1 - σ(k))), R = Σ λ/μ² (exponential service).
 *   Several servers of one rate μ: R = P(wait)/(cμ) with Erlang C of the total.
 * - Preemptive resume, one server: W(k) = 1/(μ(1 - σ(k-1))) + Σ over i <= k of λ/μ² / ((1 - σ(k-1))(1 - σ(k))).
 *   Several servers of one rate: classes 1 to k together are M/M/c, whatever is below them.
 *
 * Several servers with different rates have no closed form. Unstable where the total load reaches the capacity; the
 * upper classes may still be served well, and the answer says how many.
 * Source: Cobham (1954); Kella and Yechiali (1985); Gross et al., section 4.4. Relative error a few ulp: 1 - σ is
 * computed with pairs of doubles.
 */
import { minus, over, pair, plus, product, quotient, value, type Pair } from '#queueing/double-double.ts';
import { erlangC } from '#queueing/erlang.ts';
import { ImpossibleInput, requireCount, requirePositive } from '#queueing/impossible-input.ts';
import { mmc } from '#queueing/mmc.ts';
import { isUnstable, type Unstable } from '#queueing/steady.ts';
import { narrow } from '#queueing/wide.ts';

export interface PriorityClass {
  readonly lambda: number;
  readonly mu: number;
}

interface ClassMeans {
  readonly Wq: readonly number[];
  readonly W: readonly number[];
  readonly Lq: readonly number[];
  readonly L: readonly number[];
  readonly LqTotal: number;
}

interface PriorityOverload extends Unstable {
  /** Upper classes that are served all the same where arrivals preempt. */
  readonly stableClasses: number;
}

interface Loads {
  /** 1 - σ(k), from k = 0 (no class) on. */
  readonly free: readonly number[];
  readonly overload: PriorityOverload | null;
}

function loadsOf(classes: readonly PriorityClass[], servers: number): Loads {
  requireCount('c', servers);
  if (classes.length === 0)
    throw new ImpossibleInput('/classes', 'classes is empty; there must be at least one.');
  classes.forEach(({ lambda, mu }, i) => {
    requirePositive(`classes/${i}/lambda`, lambda);
    requirePositive(`classes/${i}/mu`, mu);
    if (servers > 1 && mu !== classes[0]?.mu) {
      const sentence = `Class ${i + 1} has another mu than class 1; several servers need one for all.`;
      throw new ImpossibleInput(`/classes/${i}/mu`, sentence);
    }
  });
  let sigma: Pair = pair(0);
  const free = [1];
  for (const { lambda, mu } of classes) {
    sigma = plus(sigma, over(pair(lambda), product(servers, mu)));
    free.push(value(minus(pair(1), sigma)));
  }
  const left = free.at(-1) ?? 0;
  if (left > 0) return { free, overload: null };
  const mu = classes.at(-1)?.mu ?? 0;
  const stableClasses = free.filter((one) => one > 0).length - 1;
  const growthRate = left === 0 ? 0 : -left * servers * mu;
  return { free, overload: { unstable: true, rho: value(sigma), growthRate, stableClasses } };
}

function meansOf(classes: readonly PriorityClass[], Wq: readonly number[]): ClassMeans {
  const W = classes.map(({ mu }, k) => (Wq[k] ?? 0) + 1 / mu);
  const Lq = classes.map(({ lambda }, k) => lambda * (Wq[k] ?? 0));
  const L = classes.map(({ lambda }, k) => lambda * (W[k] ?? 0));
  return { Wq, W, Lq, L, LqTotal: Lq.reduce((sum, one) => sum + one, 0) };
}

/** Σ λ/μ² over the first classes: what is left of the service under way. */
function residual(classes: readonly PriorityClass[]): number {
  return classes.reduce((sum, { lambda, mu }) => sum + value(quotient(lambda, mu)) / mu, 0);
}

export function nonPreemptive(
  classes: readonly PriorityClass[],
  servers: number,
): ClassMeans | PriorityOverload {
  const { free, overload } = loadsOf(classes, servers);
  if (overload !== null) return overload;
  const mu = classes[0]?.mu ?? 1;
  const total = classes.reduce((sum, { lambda }) => plus(sum, pair(lambda)), pair(0));
  const R = servers === 1 ? residual(classes) : narrow(erlangC(servers, mu, value(total))) / (servers * mu);
  return meansOf(
    classes,
    classes.map((_, k) => R / ((free[k] ?? 0) * (free[k + 1] ?? 0))),
  );
}

export function preemptiveResume(
  classes: readonly PriorityClass[],
  servers: number,
): ClassMeans | PriorityOverload {
  const { free, overload } = loadsOf(classes, servers);
  if (overload !== null) return overload;
  if (servers > 1) return preemptiveShared(classes, servers);
  const Wq = classes.map(({ mu }, k) => {
    const above = free[k] ?? 0;
    const waiting = residual(classes.slice(0, k + 1)) / (above * (free[k + 1] ?? 0));
    // Interruptions stretch the service to 1/(μ(1-σ)); what exceeds 1/μ is waiting too.
    return waiting + (1 - above) / above / mu;
  });
  return meansOf(classes, Wq);
}

function preemptiveShared(classes: readonly PriorityClass[], servers: number): ClassMeans {
  const mu = classes[0]?.mu ?? 1;
  let lambda = 0;
  let before = 0;
  const Wq = classes.map((one) => {
    lambda += one.lambda;
    const together = mmc({ lambda, mu, servers });
    const Lq = isUnstable(together) ? Infinity : together.Lq;
    const own = (Lq - before) / one.lambda;
    before = Lq;
    return own;
  });
  return meansOf(classes, Wq);
}
