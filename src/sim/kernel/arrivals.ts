// When things arrive: times in integer microseconds since the start, never falling, as data and state in plain
// numbers. A rate is an exact ratio, so 3/s stays 3/s: constant arrivals are computed from their number and
// never added up, random ones are added up as reals and rounded down only when told.
// Left out: rates that change with time (several arrivals with their own start and end do that).

import { assert } from '#sim/base/assert.ts';
import { log } from '#sim/kernel/portable-math.ts';
import type { Source } from '#sim/kernel/random.ts';
import { nextUnitOpen } from '#sim/kernel/uniform.ts';

/** `count` arrivals in `per` microseconds, both positive integers: 1000/min is 1000 in 60,000,000. */
export interface Rate {
  readonly count: number;
  readonly per: number;
}

export type Arrivals =
  /** Arrival n, from 1, at floor(n * per / count): the first one gap after the start. */
  | { readonly kind: 'constant'; readonly rate: Rate }
  /** Independent exponential gaps. */
  | { readonly kind: 'poisson'; readonly rate: Rate }
  /** Poisson at `rate` for `burst` microseconds, then nothing for `pause`, and again: an on-off source. */
  | { readonly kind: 'bursty'; readonly rate: Rate; readonly burst: number; readonly pause: number };

/** Plain data: how far a source of arrivals has come. */
export interface ArrivalState {
  /** Arrivals so far. */
  n: number;
  /** The last Poisson arrival in real microseconds; of a bursty source in time that was on. */
  clock: number;
}

export function createArrivalState(): ArrivalState {
  return { n: 0, clock: 0 };
}

/** The mean gap between arrivals, in real microseconds. */
function meanGap(arrivals: Arrivals): number {
  return arrivals.rate.per / arrivals.rate.count;
}

/** Asserts what the scenario's parser has already refused with a sentence. */
export function checkArrivals(arrivals: Arrivals): void {
  const { count, per } = arrivals.rate;
  assert(Number.isSafeInteger(count) && count >= 1, '[ARRIVALS-1] a rate counts at least 1');
  assert(Number.isSafeInteger(per) && per >= 1, '[ARRIVALS-1] a rate is per 1 microsecond or more');
  assert(Number.isSafeInteger(count * per), '[ARRIVALS-1] count times microseconds is at most 2^53 - 1');
  if (arrivals.kind !== 'bursty') return;
  const { burst, pause } = arrivals;
  assert(Number.isSafeInteger(burst) && burst >= 1, '[ARRIVALS-2] a burst lasts a whole microsecond or more');
  assert(Number.isSafeInteger(pause) && pause >= 0, '[ARRIVALS-2] a pause lasts 0 microseconds or more');
}

/** The time of the next arrival, in integer microseconds since the start; equal or later than the one before. */
export function nextArrival(arrivals: Arrivals, state: ArrivalState, source: Source): number {
  state.n += 1;
  switch (arrivals.kind) {
    case 'constant':
      return nthConstant(arrivals.rate, state.n);
    case 'poisson':
      state.clock += exponential(meanGap(arrivals), source);
      return Math.floor(state.clock);
    case 'bursty': {
      state.clock += exponential(meanGap(arrivals), source);
      const on = Math.floor(state.clock);
      return on + Math.floor(on / arrivals.burst) * arrivals.pause;
    }
  }
}

/** floor(n * per / count) without leaving exact integers: whole rounds of `count` first. */
export function nthConstant(rate: Rate, n: number): number {
  const { count, per } = rate;
  const rest = n % count;
  // Exact: rest * per is an integer below 2^53, and its rounded quotient cannot reach the next integer.
  return ((n - rest) / count) * per + Math.floor((rest * per) / count);
}

function exponential(mean: number, source: Source): number {
  return -mean * log(nextUnitOpen(source));
}
