/**
 * Calculator C14: how likely a reader who looks t after a write still sees the old state: P(lag > t). Lag is from the
 * commit to the moment when the copy shows it. Times in seconds. The sources say "usually very quickly" [4:255-279].
 */
import { exp } from '#queueing/elementary.ts';
import { requireNotNegative, requirePositive } from '#queueing/impossible-input.ts';
import { momentsOf, type Duration } from '#queueing/moments.ts';
import { bracketAbove, rootBetween } from '#queueing/root.ts';
import { value } from '#queueing/double-double.ts';

export function staleProbability(lag: Duration, thinkTime: number): number {
  momentsOf(lag);
  const t = requireNotNegative('thinkTime', thinkTime);
  if (lag.kind === 'deterministic') return t < lag.mean ? 1 : 0;
  if (lag.kind === 'hyperexponential') {
    return lag.p * exp(-lag.rate1 * t) + (1 - lag.p) * exp(-lag.rate2 * t);
  }
  const k = lag.kind === 'erlang' ? lag.k : 1;
  // The k-th stage is not over: fewer than k events of a Poisson process at the stages' rate.
  const x = (t * k) / lag.mean;
  let term = exp(-x);
  let sum = 0;
  for (let j = 0; j < k; j += 1) {
    sum += term;
    term *= x / (j + 1);
  }
  return Math.min(1, sum);
}

/** How long a reader must wait to see the new state with all but this probability. */
export function thinkTimeFor(lag: Duration, stale: number): number {
  requirePositive('stale', stale);
  if (stale >= 1) return 0;
  const f = (t: number): number => staleProbability(lag, t) - stale;
  return rootBetween(f, 0, bracketAbove(f, 0, value(momentsOf(lag).mean)));
}
