/**
 * Compares a closed form's answer with its high-precision reference value: within `rtol` of each number, zero and
 * whole counts exactly, `null` where the quantity does not exist, `unstable: true` alone where there is no steady
 * state. Of an optimal allocation any one of `allOptimal` is right; what describes the search is no claim.
 */
import type { ReferenceValue } from '#conform/case-file.ts';
import type { Difference } from '#conform/match.ts';
import { isObject, type JsonObject } from '#conform/recorded-json.ts';

/** A model of src/queueing by name: what it answers for these parameters. */
export type ClosedForm = (model: string, params: JsonObject) => JsonObject | 'not-modelled';

const ABOUT_THE_SEARCH = new Set([
  'runnerUp',
  'relGapToRunnerUp',
  'searched',
  'optimaCount',
  'greedyIsOptimal',
]);

/** Numbers waiting or present, times waited or spent: what does not exist without a steady state. */
const MEAN = /^[LlWw]/;

export function judgeValue(reference: ReferenceValue, answer: JsonObject): Difference[] {
  const { expected, rtol } = reference;
  const found: Difference[] = [];
  for (const key of Object.keys(expected)) {
    if (ABOUT_THE_SEARCH.has(key) || key === 'allOptimal') continue;
    const got = Object.hasOwn(answer, key) ? answer[key] : undefined;
    const alternatives =
      key === 'optimal' && Array.isArray(expected['allOptimal']) ? expected['allOptimal'] : [];
    const wanted: unknown[] = [expected[key], ...(alternatives as unknown[])];
    if (!wanted.some((one) => close(one, got, rtol))) found.push({ path: key, expected: expected[key], got });
  }
  if (expected['unstable'] === true) {
    for (const key of Object.keys(answer)) {
      const got = answer[key];
      if (MEAN.test(key) && got !== null && got !== undefined) found.push({ path: key, expected: null, got });
    }
  }
  return found;
}

function close(expected: unknown, got: unknown, rtol: number): boolean {
  if (expected === null) return got === null || got === undefined;
  if (typeof expected === 'number') {
    return typeof got === 'number' && Math.abs(got - expected) <= rtol * Math.abs(expected);
  }
  if (Array.isArray(expected)) {
    const list = expected as unknown[];
    return (
      Array.isArray(got) && got.length === list.length && list.every((one, i) => close(one, got[i], rtol))
    );
  }
  if (isObject(expected)) {
    return isObject(got) && Object.keys(expected).every((key) => close(expected[key], got[key], rtol));
  }
  return expected === got;
}
