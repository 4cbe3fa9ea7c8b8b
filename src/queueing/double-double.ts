/**
 * Sums and products to about 32 digits as unevaluated pairs of doubles. Near saturation everything hangs on a
 * difference such as cμ − λ or 1 − ρ; rounding cμ or ρ first would lose as many digits as there are nines in ρ.
 * Left out: anything near overflow (the splitting constant needs products below 1e300).
 * Source: Dekker, "A floating-point technique for extending the available precision" (1971); Knuth, TAOCP 2, 4.2.2.
 */
export interface Pair {
  readonly hi: number;
  readonly lo: number;
}

export const pair = (x: number): Pair => ({ hi: x, lo: 0 });

/** x + y exactly. */
function exactSum(x: number, y: number): Pair {
  const hi = x + y;
  const part = hi - x;
  return { hi, lo: x - (hi - part) + (y - part) };
}

const SPLITTER = 134217729;

/** x·y exactly. */
export function product(x: number, y: number): Pair {
  const hi = x * y;
  const bigX = SPLITTER * x;
  const bigY = SPLITTER * y;
  const x1 = bigX - (bigX - x);
  const y1 = bigY - (bigY - y);
  const x2 = x - x1;
  const y2 = y - y1;
  const lo = x2 * y2 - (hi - x1 * y1 - x2 * y1 - x1 * y2);
  return Number.isFinite(lo) ? { hi, lo } : { hi, lo: 0 };
}

export function plus(a: Pair, b: Pair): Pair {
  const sum = exactSum(a.hi, b.hi);
  return exactSum(sum.hi, sum.lo + a.lo + b.lo);
}

const negative = (a: Pair): Pair => ({ hi: -a.hi, lo: -a.lo });

export const minus = (a: Pair, b: Pair): Pair => plus(a, negative(b));

export function times(a: Pair, b: Pair): Pair {
  const main = product(a.hi, b.hi);
  return exactSum(main.hi, main.lo + a.hi * b.lo + a.lo * b.hi);
}

export function over(a: Pair, b: Pair): Pair {
  const first = a.hi / b.hi;
  const rest = minus(a, times(pair(first), b));
  return exactSum(first, (rest.hi + rest.lo) / b.hi);
}

export const quotient = (x: number, y: number): Pair => over(pair(x), pair(y));

/** The nearest double, for what is done with the pair. */
export const value = (a: Pair): number => a.hi + a.lo;

/** cμ − λ, rounded once. */
export function spareCapacity(servers: number, mu: number, lambda: number): number {
  return value(minus(product(servers, mu), pair(lambda)));
}
