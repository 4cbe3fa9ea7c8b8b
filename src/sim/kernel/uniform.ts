// Random words as uniform numbers: 53-bit fractions (every one a multiple of 2^-53, all equally likely) and
// bounded integers without modulo bias (by rejection, so the number of words taken varies).

import { assert } from '#sim/base/assert.ts';
import type { Source } from '#sim/kernel/random.ts';

const TWO_26 = 67108864;
const TWO_32 = 4294967296;
const TWO_53 = 9007199254740992;
const TWO_MINUS_53 = 1.1102230246251565e-16;

/** A fraction in [0, 1) from two words: 27 bits of the first, 26 of the second. */
export function unit53(high: number, low: number): number {
  return ((high >>> 5) * TWO_26 + (low >>> 6)) * TWO_MINUS_53;
}

/** A fraction in (0, 1] from two words, never 0: what a logarithm can take. */
export function unitOpen(high: number, low: number): number {
  return ((high >>> 5) * TWO_26 + (low >>> 6) + 1) * TWO_MINUS_53;
}

/** The next fraction in [0, 1): two words, the high one first. */
export function nextUnit(source: Source): number {
  const high = source.next();
  return unit53(high, source.next());
}

/** The next fraction in (0, 1]. */
export function nextUnitOpen(source: Source): number {
  const high = source.next();
  return unitOpen(high, source.next());
}

/** An integer from 0 to n - 1, each equally likely, for n from 1 to 2^53. */
export function integerBelow(n: number, source: Source): number {
  assert(n >= 1 && n <= TWO_53 && Math.floor(n) === n, '[RANDOM-3] a bound is an integer from 1 to 2^53');
  if (n <= TWO_32) {
    const limit = TWO_32 - (TWO_32 % n);
    for (;;) {
      const word = source.next();
      if (word < limit) return word % n;
    }
  }
  const limit = TWO_53 - (TWO_53 % n);
  for (;;) {
    const high = source.next() >>> 5;
    const wide = high * TWO_26 + (source.next() >>> 6);
    if (wide < limit) return wide % n;
  }
}

/** An integer from `min` to `max`, both included, each equally likely. */
export function integerBetween(min: number, max: number, source: Source): number {
  return min + integerBelow(max - min + 1, source);
}

/**
 * True with the probability `times` in `of`, exactly: probabilities are integer ratios once a scenario is parsed.
 * Takes a word also where the answer is certain: `times` moves no later draw of the same stream.
 */
export function chance(times: number, of: number, source: Source): boolean {
  return integerBelow(of, source) < times;
}
