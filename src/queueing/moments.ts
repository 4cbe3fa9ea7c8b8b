/**
 * First and second moments of what service times, vacations and batches are drawn from, as pairs of doubles, since
 * saturation is measured against the mean.
 */
import { minus, over, pair, plus, product, quotient, times, type Pair } from '#queueing/double-double.ts';
import { requireCount, requirePositive, requireProbability } from '#queueing/impossible-input.ts';

export type Duration =
  | { readonly kind: 'deterministic'; readonly mean: number }
  | { readonly kind: 'exponential'; readonly mean: number }
  /** The sum of k exponential stages. */
  | { readonly kind: 'erlang'; readonly k: number; readonly mean: number }
  /** Exponential with rate1 with probability p, else with rate2. */
  | { readonly kind: 'hyperexponential'; readonly p: number; readonly rate1: number; readonly rate2: number };

export interface Moments {
  readonly mean: Pair;
  /** E[X²]. */
  readonly square: Pair;
}

const squared = (x: number): Pair => product(x, x);

export function momentsOf(duration: Duration): Moments {
  if (duration.kind === 'hyperexponential') {
    const { rate1, rate2 } = duration;
    requirePositive('rate1', rate1);
    requirePositive('rate2', rate2);
    const p = pair(requireProbability('p', duration.p));
    const rest = minus(pair(1), p);
    const first = over(p, pair(rate1));
    const second = over(rest, pair(rate2));
    const square = plus(over(first, pair(rate1)), over(second, pair(rate2)));
    return { mean: plus(first, second), square: times(pair(2), square) };
  }
  const mean = requirePositive('mean', duration.mean);
  if (duration.kind === 'deterministic') return { mean: pair(mean), square: squared(mean) };
  const k = duration.kind === 'erlang' ? requireCount('k', duration.k) : 1;
  return { mean: pair(mean), square: times(squared(mean), quotient(k + 1, k)) };
}

/** How many customers come at once. */
export type Batch =
  | { readonly kind: 'fixed'; readonly size: number }
  /** 1, 2, … with success probability p: mean 1/p. */
  | { readonly kind: 'geometric'; readonly p: number };

export function batchMoments(batch: Batch): Moments {
  if (batch.kind === 'fixed') {
    const size = requireCount('size', batch.size);
    return { mean: pair(size), square: squared(size) };
  }
  const p = requireProbability('p', batch.p, { above: true });
  return { mean: quotient(1, p), square: over(minus(pair(2), pair(p)), squared(p)) };
}
