/**
 * Calculator C1: handlers behind one shared queue, or one queue each (the partitions of a log). What the sources'
 * formula says of it, and what is right; every measure in the unit of time of the rates.
 *
 * Other service or arrival variabilities scale the mean wait by (ca² + cs²)/2 (Allen-Cunneen, an approximation). With
 * partitions W = Σ p W(p λ), each M/M/1, and the customer's wait is a mixture of theirs.
 */
import { exp, power, wholePower } from '#queueing/elementary.ts';
import {
  ImpossibleInput,
  requireCount,
  requireNotNegative,
  requireProbability,
} from '#queueing/impossible-input.ts';
import { mmc, overload, waitPercentile, type Station } from '#queueing/mmc.ts';
import { bracketAbove, rootBetween } from '#queueing/root.ts';
import { isUnstable, type Means, type Unstable } from '#queueing/steady.ts';

/** The sources' listing, with the ways in which it fails. Its algebra is right where it survives. */
export type SourcesQueue = Means | { readonly status: 'unstable' } | { readonly fails: string };

/**
 * p0 = 1/(Σ (nρ)^k/k! + (nρ)^n/(n!(1-ρ))), Lq = ρ(nρ)^n p0/(n!(1-ρ)²), as printed: factorials and powers in doubles,
 * 1 - ρ rounded, Lq divided by λ. Source: [3:1190-1224].
 */
export function sourcesQueue({ lambda, mu, servers: n }: Station): SourcesQueue {
  const rho = lambda / (n * mu);
  if (rho >= 1) return { status: 'unstable' };
  let sum = 0;
  let factorial = 1;
  for (let k = 0; k < n; k += 1) {
    if (k > 0) factorial *= k;
    sum += wholePower(n * rho, k) / factorial;
  }
  factorial *= n;
  const loads = wholePower(n * rho, n);
  if (!Number.isFinite(factorial) || !Number.isFinite(loads)) {
    return { fails: `${n} to the power of ${n} and its factorial overflow.` };
  }
  if (lambda === 0) return { fails: 'It divides by the arrival rate, which is 0.' };
  const p0 = 1 / (sum + loads / (factorial * (1 - rho)));
  const Lq = (rho * loads * p0) / (factorial * (1 - rho) * (1 - rho));
  const Wq = Lq / lambda;
  const W = Wq + 1 / mu;
  return { Lq, Wq, W, L: lambda * W };
}

export interface QueueAnswer extends Means {
  readonly rho: number;
  readonly pWait: number;
  /** The waits that half, 95 and 99 of 100 do not exceed; null where only the mean is known. */
  readonly waits: { readonly p50: number; readonly p95: number; readonly p99: number } | null;
  /** Whether the numbers are an approximation, and whose. */
  readonly approximation: 'Allen-Cunneen' | null;
}

export interface Variability {
  readonly ca2: number;
  readonly cs2: number;
}

const EXPONENTIAL: Variability = { ca2: 1, cs2: 1 };

function withVariability(means: Means, lambda: number, service: number, { ca2, cs2 }: Variability): Means {
  requireNotNegative('ca2', ca2);
  requireNotNegative('cs2', cs2);
  const factor = (ca2 + cs2) / 2;
  const Wq = means.Wq * factor;
  return { Wq, Lq: means.Lq * factor, W: Wq + service, L: lambda * (Wq + service) };
}

const isExponential = ({ ca2, cs2 }: Variability): boolean => ca2 === 1 && cs2 === 1;

/** One queue for all handlers: competing consumers. */
export function sharedQueue(station: Station, variability = EXPONENTIAL): QueueAnswer | Unstable {
  const answer = mmc(station);
  if (isUnstable(answer)) return answer;
  const { rho, pWait } = answer;
  const exact = isExponential(variability);
  const at = (tail: number): number => waitPercentile(answer, tail);
  return {
    ...withVariability(answer, station.lambda, 1 / station.mu, variability),
    rho,
    pWait,
    waits: exact ? { p50: at(0.5), p95: at(0.05), p99: at(0.01) } : null,
    approximation: exact ? null : 'Allen-Cunneen',
  };
}

/**
 * One queue a handler. `shares` are the parts of the arrivals that each partition gets (equal ones if left out); they
 * sum to 1. Unstable as soon as one partition is.
 */
export function partitionedQueues(
  station: Station,
  shares?: readonly number[],
  variability = EXPONENTIAL,
): QueueAnswer | Unstable {
  const { lambda, mu, servers } = station;
  requireCount('servers', servers);
  if (shares !== undefined) checkShares(shares, servers);
  // Where all are alike, one stands for all.
  const queues =
    shares === undefined
      ? [{ p: 1, queue: { lambda: lambda / servers, mu, servers: 1 } }]
      : shares.map((p) => ({ p, queue: { lambda: p * lambda, mu, servers: 1 } }));
  const worst = queues.map(({ queue }) => overload(queue)).filter((one) => one !== null);
  if (worst.length > 0) {
    const alike = shares === undefined ? servers : 1;
    const growthRate = alike * worst.reduce((sum, one) => sum + one.growthRate, 0);
    return { unstable: true, rho: Math.max(...worst.map(({ rho }) => rho)), growthRate };
  }
  let Wq = 0;
  let pWait = 0;
  for (const { p, queue } of queues) {
    const one = mmc(queue);
    if (isUnstable(one)) continue;
    Wq += p * one.Wq;
    pWait += p * one.pWait;
  }
  const means = { Wq, Lq: lambda * Wq, W: Wq + 1 / mu, L: lambda * (Wq + 1 / mu) };
  const tailOver = (t: number): number =>
    queues.reduce((sum, { p, queue }) => sum + ((p * queue.lambda) / mu) * exp(-(mu - queue.lambda) * t), 0);
  const at = (tail: number): number => {
    if (pWait <= tail) return 0;
    const f = (t: number): number => tailOver(t) - tail;
    return rootBetween(f, 0, bracketAbove(f, 0, 1 / mu));
  };
  const exact = isExponential(variability);
  return {
    ...withVariability(means, lambda, 1 / mu, variability),
    rho: Math.max(...queues.map(({ queue }) => queue.lambda / mu)),
    pWait,
    waits: exact ? { p50: at(0.5), p95: at(0.05), p99: at(0.01) } : null,
    approximation: exact ? null : 'Allen-Cunneen',
  };
}

function checkShares(shares: readonly number[], servers: number): void {
  shares.forEach((p, i) => requireProbability(`shares/${i}`, p));
  const sum = shares.reduce((total, p) => total + p, 0);
  if (shares.length !== servers) {
    throw new ImpossibleInput('/shares', `There are ${shares.length} shares for ${servers} partitions.`);
  }
  if (Math.abs(sum - 1) > 1e-9) throw new ImpossibleInput('/shares', `The shares sum to ${sum}, not to 1.`);
}

export interface CurvePoint {
  readonly rho: number;
  readonly W: number;
  readonly Wq: number;
}

/** W against utilisation for the same handlers: the hockey stick. Even steps in log(1 - ρ), since it bends near 1. */
export function waitCurve(
  mu: number,
  servers: number,
  mode: 'shared' | 'partitioned',
  points = 160,
): readonly CurvePoint[] {
  return Array.from({ length: points }, (_, i) => {
    const rho = 1 - power(10, (-6 * i) / points);
    // So far below capacity fewer than e^-72 of the customers wait: too few to draw.
    if (mode === 'shared' && (1 - rho) * Math.sqrt(servers) > 12) return { rho, W: 1 / mu, Wq: 0 };
    const lambda = rho * servers * mu;
    const one = mode === 'shared' ? mmc({ lambda, mu, servers }) : mmc({ lambda: rho * mu, mu, servers: 1 });
    return isUnstable(one) ? { rho, W: Infinity, Wq: Infinity } : { rho, W: one.W, Wq: one.Wq };
  });
}
