/**
 * [SCENARIO-HOSTILE] Whatever file is dropped on the page: an answer comes, soon, and it is a scenario or a list of problems
 * whose pointers name places of that file. Thousands of mutated files; a failure prints the file and its seed.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { mutations, systematic, type Mutation } from '../sim/scenario/mutations.ts';
import { keysOf, readText, scenarioFiles, wholeFile } from '../sim/scenario/scenario-files.ts';
import { parseScenario } from '#sim/scenario/parse.ts';

const deep = process.env['SPILLWAY_DEEP'] === '1';
const seed = process.env['SPILLWAY_SEED'] ?? '20261120';
let judged = 0;
let refused = 0;

/** Whether `pointer` names a value of `document`, or a key of one (which a problem may say is missing or double). */
function namesAPlace(document: unknown, pointer: string): boolean {
  const keys = keysOf(pointer);
  let here: unknown = document;
  return keys.every((key, i) => {
    if (typeof here !== 'object' || here === null) return false;
    const next: unknown = Object.hasOwn(here, key) ? (here as Record<string, unknown>)[key] : undefined;
    here = next;
    return next !== undefined || i === keys.length - 1;
  });
}

function judge({ text, about }: Mutation): void {
  const told = `${about} (SPILLWAY_SEED=${seed})\n${text.slice(0, 20_000)}`;
  const before = performance.now();
  let result: ReturnType<typeof parseScenario>;
  try {
    result = parseScenario(text);
  } catch (error) {
    throw new Error(`parseScenario threw: ${told}`, { cause: error });
  }
  if (performance.now() - before > 2_000) throw new Error(`took too long: ${told}`);
  judged += 1;
  if (result.ok) return;
  refused += 1;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = undefined;
  }
  if (result.problems.length === 0) throw new Error(`refused without a problem: ${told}`);
  for (const { pointer, sentence, hint } of result.problems) {
    const right = pointer === '' || pointer.startsWith('/');
    if (!right || sentence.length < 10 || sentence.length > 700 || hint === '') {
      throw new Error(`a problem without form: ${JSON.stringify({ pointer, sentence, hint })}: ${told}`);
    }
    if (document !== undefined && !namesAPlace(document, pointer)) {
      throw new Error(`${pointer} (${sentence}) names no place: ${told}`);
    }
  }
}

test.each(scenarioFiles())('%s, changed at random', (path) => {
  for (const mutation of mutations(readText(path), deep ? 20_000 : 400, seed + path)) judge(mutation);
});

test('the whole file of the format, every place with every strange value', () => {
  for (const mutation of systematic(wholeFile)) judge(mutation);
});

test('an old file, changed at random', () => {
  const old = readText('test/sim/scenario/files/version-0.json');
  for (const mutation of mutations(old, deep ? 20_000 : 400, `${seed}old`)) judge(mutation);
});

describe('made to harm', () => {
  const long = 'a'.repeat(1_000_000);
  const services = (count: number) =>
    Array.from({ length: count }, (_, i) => `"s${i}":{"every":"1s","do":["stop"]}`).join(',');
  const harmful: readonly (readonly [string, string])[] = [
    ['nothing but brackets', '['.repeat(1_000_000)],
    ['closed brackets', `${'['.repeat(50_000)}${']'.repeat(50_000)}`],
    ['a key of a million characters', `{"version":1,"services":{},"${long}":1}`],
    ['a text of a million characters', `{"version":1,"services":{},"title":"${long}"}`],
    ['a number of a million digits', `{"version":1,"services":{},"seed":${'9'.repeat(1_000_000)}}`],
    [
      'a hundred thousand unknown keys',
      `{"version":1,"services":{},${Array.from({ length: 100_000 }, (_, i) => `"k${i}":1`).join(',')}}`,
    ],
    ['ten thousand services', `{"version":1,"services":{${services(10_000)}}}`],
    ['all the same key', `{"version":1,"services":{${'"a":1,'.repeat(50_000)}"b":1}}`],
    [
      'a prototype',
      '{"version":1,"__proto__":{"services":{}},"services":{"constructor":{"prototype":{"x":1}}}}',
    ],
    ['escapes of a prototype', '{"version":1,"\\u005f_proto__":{"polluted":true},"services":{}}'],
    [
      'names of methods',
      '{"version":1,"services":{"toString":{"every":"1s","do":["stop"]},"hasOwnProperty":{"every":"1s","do":["stop"]}}}',
    ],
    [
      'a pattern that backtracks',
      `{"version":1,"services":{},"horizon":"${'1'.repeat(100_000)}.${'1'.repeat(100_000)}!"}`,
    ],
    ['a duration of many digits', '{"version":1,"services":{},"horizon":"99999999999999999999999999s"}'],
    [
      'a template of holes',
      `{"version":1,"services":{"a":{"every":"1s","do":[{"call":"b.c","key":"${'{'.repeat(499)}"}]}}}`,
    ],
    [
      'very many instances',
      `{"version":1,"services":{${Array.from({ length: 50 }, (_, i) => `"s${i}":{"instances":1000,"every":"1s","do":["stop"]}`).join(',')}}}`,
    ],
    [
      'very many partitions',
      `{"version":1,"services":{},"brokers":{"k":{"kind":"kafka","topics":{${Array.from({ length: 500 }, (_, i) => `"t${i}":{"partitions":10000}`).join(',')}}}}}`,
    ],
    [
      'steps in steps',
      `{"version":1,"services":{"a":{"every":"1s","do":[${'{"when":{"nth":1},"do":['.repeat(25)}"stop"${']}'.repeat(25)}]}}}`,
    ],
    [
      'very many steps',
      `{"version":1,"services":{"a":{"every":"1s","do":[${'{"when":{"nth":1},"do":["stop","stop","stop","stop","stop","stop","stop"]},'.repeat(199)}"stop"]}}}`,
    ],
    ['halves of characters', '{"version":1,"services":{"\ud800":1},"title":"\\ud800\udc00\\udfff"}'],
    ['nothing but blanks', ' '.repeat(4_999_999)],
    ['UTF-16 read as UTF-8', [...wholeFile].join('\u0000')],
    ['a binary file', String.fromCharCode(...Array.from({ length: 4096 }, (_, i) => (i * 37) % 256))],
  ];

  test.each(harmful)('%s', (about, text) => {
    const before = performance.now();
    judge({ about, text });
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

test('canary: the judge tells a pointer that names no place', () => {
  expect(namesAPlace({ a: [{ b: 1 }] }, '/a/0/b')).toBe(true);
  expect(namesAPlace({ a: [{ b: 1 }] }, '/a/0/c')).toBe(true);
  expect(namesAPlace({ a: [{ b: 1 }] }, '/a/1/b')).toBe(false);
  expect(namesAPlace({}, '/toString/x')).toBe(false);
});

afterAll(() => {
  expect(judged).toBeGreaterThan(300);
  expect(refused).toBeGreaterThan(300);
});
