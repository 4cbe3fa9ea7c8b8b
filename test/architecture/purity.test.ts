/**
 * The purity of src/sim: the tree obeys, and the rules refuse every construct that would let a run depend on the
 * machine, the engine, the locale or the clock. Each construct is shown to the linter as a file of src/sim.
 */
import { ESLint } from 'eslint';
import { describe, expect, test } from 'vitest';
import { root } from './planted-tree.ts';

const eslint = new ESLint({ cwd: root, overrideConfigFile: 'test/architecture/eslint.config.mjs' });

const purityRules = [
  'no-restricted-globals',
  'no-restricted-syntax',
  'no-restricted-imports',
  'no-eval',
  'no-new-func',
];

async function complaints(text: string, filePath = 'src/sim/kernel/planted.ts'): Promise<string[]> {
  const [result] = await eslint.lintText(`${text}\n`, { filePath });
  return (result?.messages ?? []).map(({ ruleId, message }) => ruleId ?? message);
}

test('src/sim obeys the purity rules', async () => {
  const results = await eslint.lintFiles(['src/sim/**/*.ts']);
  const found = results.flatMap(({ filePath, messages }) =>
    messages
      .filter(({ ruleId }) => ruleId !== null && purityRules.includes(ruleId))
      .map(({ line, message }) => `${filePath.slice(root.length)}:${line} ${message}`),
  );
  expect(results.length).toBeGreaterThan(20);
  expect(found).toEqual([]);
});

const inexact = [
  ...['random', 'log', 'log1p', 'log2', 'log10', 'exp', 'expm1', 'pow', 'cbrt', 'hypot'],
  ...[
    'sin',
    'cos',
    'tan',
    'asin',
    'acos',
    'atan',
    'atan2',
    'sinh',
    'cosh',
    'tanh',
    'asinh',
    'acosh',
    'atanh',
  ],
];

const impure = [
  ...inexact.map((name) => `export const x = Math.${name}(2);`),
  "export const x = Math['log'](2);",
  'const { log } = Math; export const x = log(2);',
  'const m = Math; export const x = m;',
  'export const x = 2 ** 0.5;',
  'export let x = 2; x **= 3;',
  'export const x = Date.now();',
  'export const x = new Date();',
  'export const x = performance.now();',
  'export const x = globalThis.performance;',
  'setTimeout(() => undefined, 1);',
  'setInterval(() => undefined, 1);',
  'queueMicrotask(() => undefined);',
  'export async function x() { return 1; }',
  'export const x = async () => 1;',
  'export class X { async go() { return 1; } }',
  'export function* x() { yield 1; }',
  'export const x = { *[Symbol.iterator]() { yield 1; } };',
  'export const x = Promise.resolve(1);',
  'export const x = new Promise(() => undefined);',
  "export const x = import('#sim/base/time.ts');",
  "console.log('x');",
  'export const x = process.env;',
  'export const x = new Intl.NumberFormat();',
  "export const x = ['b', 'a'].sort((p, q) => p.localeCompare(q));",
  'export const x = (1).toLocaleString();',
  "export const x = 'a'.toLocaleUpperCase();",
  'export const x = structuredClone({});',
  'export const x = crypto.getRandomValues(new Uint8Array(1));',
  'export const x = [] as string[]; for (const key in { a: 1 }) x.push(key);',
  'export const x = createActor(1);',
  'export const x = new SimulatedClock();',
  "import { createActor } from 'xstate'; export const x = createActor;",
  "import { SimulatedClock } from 'xstate'; export const x = SimulatedClock;",
  "import { fromPromise } from 'xstate'; export const x = fromPromise;",
  "import { useMachine } from 'xstate/react'; export const x = useMachine;",
  "export const x = eval('1');",
  "export const x = new Function('return 1');",
  'export const x = new WeakRef({});',
];

describe('canary: refused in src/sim', () => {
  test.each(impure)('%s', async (text) => {
    const found = await complaints(text);
    expect(found.filter((rule) => purityRules.includes(rule))).not.toEqual([]);
  });

  test('an inline action and an invoked actor in a machine', async () => {
    const file = 'src/sim/brokers/kafka/planted.machine.ts';
    expect(await complaints('export const x = { entry: () => undefined };', file)).toContain(
      'no-restricted-syntax',
    );
    expect(await complaints('export const x = { actions: [() => 1] };', file)).toContain(
      'no-restricted-syntax',
    );
    expect(await complaints("export const x = { invoke: { src: 'a' } };", file)).toContain(
      'no-restricted-syntax',
    );
  });

  test('any, a non-null assertion, a silenced compiler and an oversized function', async () => {
    expect(await complaints('export const x: any = 1;')).toContain('@typescript-eslint/no-explicit-any');
    expect(await complaints('export const x = [1][0]!;')).toContain(
      '@typescript-eslint/no-non-null-assertion',
    );
    expect(await complaints('// @ts-ignore\nexport const x = 1;')).toContain(
      '@typescript-eslint/ban-ts-comment',
    );
    const long = `export function x() {\n${'  x();\n'.repeat(80)}}`;
    expect(await complaints(long)).toContain('max-lines-per-function');
    expect(await complaints('export {};\n// line\n'.repeat(260))).toContain('max-lines');
  });
});

describe('allowed in src/sim', () => {
  const exact = [
    'abs',
    'ceil',
    'clz32',
    'floor',
    'fround',
    'imul',
    'max',
    'min',
    'round',
    'sign',
    'sqrt',
    'trunc',
  ];
  test.each([
    ...exact.map((name) => `export const x = Math.${name}(2);`),
    'export const x = [3, 1].sort((a, b) => a - b);',
    "import { initialTransition, transition } from 'xstate'; export const x = [initialTransition, transition];",
    'export const x = new Map([[1, 2]]);',
    'export const x = (2 + 3 - 1) * 4 / 5 % 6;',
  ])('%s', async (text) => {
    expect(await complaints(text)).toEqual([]);
  });

  test('the same constructs elsewhere: the rules are those of src/sim', async () => {
    expect(await complaints('export const x = Date.now();', 'src/worker/planted.ts')).toEqual([]);
  });
});
