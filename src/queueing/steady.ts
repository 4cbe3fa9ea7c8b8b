/**
 * What every answer of a queue has in common. Times are in the unit whose inverse the rates have. Names are those of
 * the field: L customers in the system, Lq of them waiting, W time in the system, Wq of it waiting, ρ the part of the
 * capacity that is used.
 */
import { lnOf, narrow, type Wide } from '#queueing/wide.ts';

/** The arrival rate reaches the capacity: there is no steady state, and no mean that could be told. */
export interface Unstable {
  readonly unstable: true;
  readonly rho: number;
  /** By how many customers a unit of time the queue grows in the long run; 0 exactly at capacity. */
  readonly growthRate: number;
}

export interface Means {
  readonly L: number;
  readonly Lq: number;
  readonly W: number;
  readonly Wq: number;
}

export function isUnstable<T extends object>(answer: T | Unstable): answer is Unstable {
  return 'unstable' in answer && answer.unstable === true;
}

/** How fast it grows, in words. `unit` is that of the rates' time, if it is known. */
export function unstableSentence({ growthRate }: Unstable, unit = 'unit of time'): string {
  if (growthRate === 0)
    return 'Unstable: the queue never settles, since the arrivals use all of the capacity.';
  return `Unstable: the queue grows by ${Number(growthRate.toPrecision(4))} a ${unit}.`;
}

/** Where doubles end in practice: what is smaller is told by its logarithm. */
const SMALLEST = 1e-300;

/**
 * The value under its name; below 1e-300 the value is 0 and `log10_` with the name holds its decimal logarithm.
 */
export function told(name: string, value: Wide): Readonly<Record<string, number>> {
  const plain = narrow(value);
  if (plain >= SMALLEST || value.mantissa === 0) return { [name]: plain };
  return { [name]: 0, [`log10_${name}`]: lnOf(value) / Math.LN10 };
}
