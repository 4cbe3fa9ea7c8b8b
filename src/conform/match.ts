/**
 * Compares what came with what a recording expects, by the rules that the recordings' READMEs state: an object on the
 * fields that the expectation gives, `null` as none, `{"oneOf": […]}` as alternatives, arrays in order unless the field
 * is one of those compared as sets, and whole numbers beyond 2^53 as 64-bit integers. Knows rules and field names,
 * no case and no broker.
 */
import { isObject, type JsonObject } from '#conform/recorded-json.ts';

export interface MatchRules {
  /** Fields whose lists are sets; where such a field holds an object, the lists in it are. */
  readonly sets: ReadonlySet<string>;
  /** Fields that hold one list a member and say all there is: a list that the expectation lacks must be empty. */
  readonly whole: ReadonlySet<string>;
}

export interface Difference {
  /** `response/assignment`, or `` for the whole value. */
  readonly path: string;
  readonly expected: unknown;
  readonly got: unknown;
}

const ordered: MatchRules = { sets: new Set(), whole: new Set() };

/** Every place where `got` is not what `expected` says. */
export function differences(expected: unknown, got: unknown, rules: MatchRules = ordered): Difference[] {
  return compare(expected, got, rules, '', false);
}

export function matches(expected: unknown, got: unknown, rules: MatchRules = ordered): boolean {
  return differences(expected, got, rules).length === 0;
}

function compare(
  expected: unknown,
  got: unknown,
  rules: MatchRules,
  path: string,
  set: boolean,
): Difference[] {
  const different = [{ path, expected, got }];
  if (expected === null) return got === null || got === undefined ? [] : different;
  if (Array.isArray(expected)) {
    if (!Array.isArray(got)) return different;
    return compareLists(expected, got, rules, path, set);
  }
  if (isObject(expected)) {
    const alternatives = expected['oneOf'];
    if (Array.isArray(alternatives) && Object.keys(expected).length === 1) {
      return alternatives.some((one) => compare(one, got, rules, path, set).length === 0) ? [] : different;
    }
    if (!isObject(got)) return different;
    return compareFields(expected, got, rules, path, set);
  }
  return sameScalar(expected, got) ? [] : different;
}

function compareFields(
  expected: JsonObject,
  got: JsonObject,
  rules: MatchRules,
  path: string,
  set: boolean,
): Difference[] {
  const found: Difference[] = [];
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (rules.whole.has(name)) {
    for (const key of Object.keys(got)) {
      const held = got[key];
      if (Object.hasOwn(expected, key) || (Array.isArray(held) && held.length === 0)) continue;
      found.push({ path: join(path, key), expected: undefined, got: held });
    }
  }
  for (const key of Object.keys(expected)) {
    const held = Object.hasOwn(got, key) ? got[key] : undefined;
    found.push(...compare(expected[key], held, rules, join(path, key), set || rules.sets.has(key)));
  }
  return found;
}

function compareLists(
  expected: readonly unknown[],
  got: readonly unknown[],
  rules: MatchRules,
  path: string,
  set: boolean,
): Difference[] {
  const fits = (one: unknown, other: unknown): boolean =>
    compare(one, other, rules, path, false).length === 0;
  const same = set
    ? expected.length === got.length && pairUp(expected, got, fits)
    : expected.length === got.length && expected.every((one, row) => fits(one, got[row]));
  return same ? [] : [{ path, expected, got }];
}

/**
 * Whether every expectation can have an element of its own. Expectations are partial, so the first that fits may be
 * needed by another one: augmenting paths (Kuhn's matching).
 */
function pairUp(
  expected: readonly unknown[],
  got: readonly unknown[],
  fits: (one: unknown, other: unknown) => boolean,
): boolean {
  const takenBy: number[] = got.map(() => -1);
  const place = (row: number, tried: Set<number>): boolean => {
    for (let column = 0; column < got.length; column += 1) {
      if (tried.has(column) || !fits(expected[row], got[column])) continue;
      tried.add(column);
      const holder = takenBy[column] ?? -1;
      if (holder !== -1 && !place(holder, tried)) continue;
      takenBy[column] = row;
      return true;
    }
    return false;
  };
  return expected.every((_one, row) => place(row, new Set()));
}

/** Fractions are quotients that may be rounded once more or less on either side; whole numbers are exact. */
function sameScalar(expected: unknown, got: unknown): boolean {
  if (typeof expected === 'bigint') return got === String(expected) || toLong(got) === expected;
  if (typeof expected === 'number' && typeof got === 'bigint') return BigInt(expected) === got;
  if (typeof expected === 'number' && typeof got === 'number' && !Number.isInteger(expected)) {
    return Math.abs(expected - got) <= 1e-12 * Math.abs(expected);
  }
  return expected === got;
}

/** A whole number as 64 bits; a double beyond them is cut off at the largest, as Java's cast to long does. */
function toLong(got: unknown): bigint | null {
  if (typeof got === 'bigint') return got;
  if (typeof got !== 'number' || !Number.isInteger(got)) return null;
  return got >= 2 ** 63 ? 2n ** 63n - 1n : BigInt(got);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}/${key}`;
}
