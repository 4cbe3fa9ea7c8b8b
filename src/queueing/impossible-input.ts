/**
 * Input that no queue can have, told in one sentence. An arrival rate beyond the capacity is none of that: it has an
 * answer ("unstable").
 */
export class ImpossibleInput extends RangeError {
  override readonly name = 'ImpossibleInput';
  /** Where in the parameters, as a JSON pointer. */
  readonly pointer: string;

  constructor(pointer: string, sentence: string) {
    super(sentence);
    this.pointer = pointer;
  }
}

/** `services/1/mu` is called mu: where it stands is the pointer's to say. */
export const labelOf = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

/** Rates and times below and above are no rates of anything, and their products no doubles. */
const LEAST = 1e-100;
const MOST = 1e100;

/** More servers, places or customers than a loop over them should meet. */
const MOST_PLACES = 10_000_000;

export function requirePositive(name: string, x: number): number {
  if (x >= LEAST && x <= MOST) return x;
  const why = x > 0 ? 'between 1e-100 and 1e100' : 'greater than 0';
  throw new ImpossibleInput(`/${name}`, `${labelOf(name)} is ${x}; it must be a number ${why}.`);
}

export function requireNotNegative(name: string, x: number): number {
  if (x === 0) return 0;
  if (!(x > 0))
    throw new ImpossibleInput(`/${name}`, `${labelOf(name)} is ${x}; it must be a number, 0 or greater.`);
  return requirePositive(name, x);
}

export function requireCount(name: string, x: number, least = 1, most = MOST_PLACES): number {
  if (Number.isInteger(x) && x >= least && x <= most) return x;
  throw new ImpossibleInput(
    `/${name}`,
    `${labelOf(name)} is ${x}; it must be a whole number from ${least} to ${most}.`,
  );
}

/** `open` excludes 1, `above` excludes 0. */
export function requireProbability(
  name: string,
  x: number,
  { open = false, above = false }: { open?: boolean; above?: boolean } = {},
): number {
  if (x >= 0 && x <= 1 && !(open && x === 1) && !(above && x === 0)) return x;
  const from = above ? 'greater than 0' : 'from 0';
  const to = open ? 'less than 1' : '1';
  const joined = above || open ? `${from} ${open ? 'and' : 'up to'} ${to}` : `${from} to ${to}`;
  throw new ImpossibleInput(`/${name}`, `${labelOf(name)} is ${x}; it must be ${joined}.`);
}
