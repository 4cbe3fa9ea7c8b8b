/**
 * One server with any service distribution, and its relatives.
 *
 * - M/G/1 (Pollaczek-Khinchine): Wq = λE[S²]/(2(1 - ρ)), ρ = λE[S].
 * - M/M/1 with multiple vacations: a server that finds no work goes away for V, again and again, until it finds some:
 *   Wq(M/M/1) + E[V²]/(2E[V]) (decomposition).
 * - M[X]/M/1: batches at rate λ: L = ρ/(1 - ρ) · (E[X²] + E[X])/(2E[X]), ρ = λE[X]/μ.
 *
 * λ >= capacity is unstable. 1 - ρ is computed with pairs of doubles: relative error a few ulp near saturation too.
 * Source: Gross et al., sections 6.1 and 4.1; Takagi, "Queueing Analysis 1" (1991) for vacations.
 */
import { minus, over, pair, plus, times, value, type Pair } from '#queueing/double-double.ts';
import { requireNotNegative, requirePositive } from '#queueing/impossible-input.ts';
import { batchMoments, momentsOf, type Batch, type Duration } from '#queueing/moments.ts';
import type { Means, Unstable } from '#queueing/steady.ts';

interface WithLoad extends Means {
  readonly rho: number;
}

function overloadOf(rho: Pair, capacity: number): Unstable | null {
  const free = value(minus(pair(1), rho));
  return free > 0 ? null : { unstable: true, rho: value(rho), growthRate: free === 0 ? 0 : -free * capacity };
}

export function mg1(lambda: number, service: Duration): WithLoad | Unstable {
  requireNotNegative('lambda', lambda);
  const { mean, square } = momentsOf(service);
  const rho = times(pair(lambda), mean);
  const unstable = overloadOf(rho, 1 / value(mean));
  if (unstable !== null) return unstable;
  const Wq = value(over(times(pair(lambda), square), times(pair(2), minus(pair(1), rho))));
  const W = Wq + value(mean);
  return { rho: value(rho), Wq, W, Lq: lambda * Wq, L: lambda * W };
}

export function multipleVacations(lambda: number, mu: number, vacation: Duration): WithLoad | Unstable {
  requireNotNegative('lambda', lambda);
  requirePositive('mu', mu);
  const spare = mu - lambda;
  if (!(spare > 0)) return { unstable: true, rho: lambda / mu, growthRate: lambda - mu };
  const { mean, square } = momentsOf(vacation);
  const Wq = lambda / mu / spare + value(over(square, times(pair(2), mean)));
  const W = Wq + 1 / mu;
  return { rho: lambda / mu, Wq, W, Lq: lambda * Wq, L: lambda * W };
}

/** `lambda` is the rate of batches; means are over single customers. */
export function batchArrivals(lambda: number, mu: number, batch: Batch): WithLoad | Unstable {
  requirePositive('lambda', lambda);
  requirePositive('mu', mu);
  const { mean, square } = batchMoments(batch);
  const arrivals = times(pair(lambda), mean);
  const rho = over(arrivals, pair(mu));
  const unstable = overloadOf(rho, mu);
  if (unstable !== null) return unstable;
  const inBatch = value(over(plus(square, mean), times(pair(2), mean)));
  const free = value(minus(pair(1), rho));
  const L = (value(rho) / free) * inBatch;
  // L - ρ, by what is left of the product when ρ is taken out.
  const Lq = (value(rho) / free) * (value(over(minus(square, mean), times(pair(2), mean))) + value(rho));
  const rate = value(arrivals);
  return { rho: value(rho), L, Lq, W: L / rate, Wq: Lq / rate };
}
