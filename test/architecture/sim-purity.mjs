// The rules that keep src/sim deterministic: nothing that reads the outside (clocks, locale, ambient randomness),
// nothing that differs between engines in the last bit, nothing that cannot be copied as plain data.
// Each entry carries the sentence that its violation prints.

const exactMath = [
  ...['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt', 'trunc'],
  ...['E', 'LN2', 'LN10', 'LOG2E', 'LOG10E', 'PI', 'SQRT1_2', 'SQRT2'],
];

const wallClock = 'the model knows SimTime only; ask ctx.now and ctx.schedule.';
const noPromise = 'handlers are synchronous: an event is data, its effects are further events.';
const noLocale = 'results differ with locale and engine; compare code units.';
const noOutside = 'the simulator has no outside: what a run says, it says in the trace.';

/** @type {Record<string, string>} */
const globals = {
  Date: wallClock,
  performance: wallClock,
  setTimeout: wallClock,
  setInterval: wallClock,
  setImmediate: wallClock,
  clearTimeout: wallClock,
  clearInterval: wallClock,
  queueMicrotask: noPromise,
  requestAnimationFrame: wallClock,
  Promise: noPromise,
  console: noOutside,
  process: noOutside,
  globalThis: noOutside,
  window: noOutside,
  self: noOutside,
  document: noOutside,
  fetch: noOutside,
  postMessage: noOutside,
  crypto: 'draw from ctx.random(stream, key), so that the seed decides.',
  structuredClone: 'use clone from #sim/base, which every engine runs alike.',
  TextEncoder: 'use utf8 from #sim/base; there is no encoder in ES2023.',
  Intl: noLocale,
  WeakRef: 'garbage collection is not part of the model.',
  FinalizationRegistry: 'garbage collection is not part of the model.',
  SharedArrayBuffer: 'static hosts cannot set the headers that it needs.',
  Atomics: 'static hosts cannot set the headers that it needs.',
  createActor: 'actors run on the wall clock; use transition() and let the kernel own the timers.',
  SimulatedClock: 'two timers would see one time; the kernel owns the timers.',
};

const forbiddenXstate = [
  ...['createActor', 'interpret', 'SimulatedClock', 'waitFor', 'toPromise', 'createEmptyActor'],
  ...['fromPromise', 'fromCallback', 'fromObservable', 'fromEventObservable', 'fromTransition'],
  ...['spawnChild', 'stopChild', 'emit', 'sendTo', 'sendParent', 'forwardTo', 'log'],
];

const syntax = [
  {
    selector: `MemberExpression[object.name='Math'][computed=false]:not([property.name=/^(${exactMath.join('|')})$/])`,
    message: 'engines differ in the last bit of this function; use #sim/kernel/portable-math.ts.',
  },
  { selector: "MemberExpression[object.name='Math'][computed=true]", message: 'name the Math function.' },
  {
    selector: ":not(MemberExpression) > Identifier[name='Math']",
    message: 'use Math.name directly, so that this rule can see which function it is.',
  },
  { selector: "BinaryExpression[operator='**']", message: '** differs between engines; multiply.' },
  { selector: "AssignmentExpression[operator='**=']", message: '** differs between engines; multiply.' },
  { selector: ':function[async=true]', message: noPromise },
  { selector: ':function[generator=true]', message: 'generators cannot be copied; keep state as data.' },
  { selector: 'AwaitExpression', message: noPromise },
  { selector: 'ForOfStatement[await=true]', message: noPromise },
  { selector: 'ImportExpression', message: noPromise },
  {
    selector: 'ForInStatement',
    message: 'integer-like keys come first whatever was inserted; iterate arrays, Maps or sorted keys.',
  },
  {
    selector: 'MemberExpression[property.name=/^(localeCompare|toLocale[A-Z].*)$/]',
    message: noLocale,
  },
  {
    selector: 'Property[key.name=/^(localeCompare|toLocale[A-Z].*)$/]',
    message: noLocale,
  },
];

const machineSyntax = [
  {
    selector: "Property[key.name='invoke']",
    message: 'invoked actors come back as closures that nobody runs.',
  },
  {
    selector: 'Property[key.name=/^(actions|entry|exit)$/] > :function',
    message: 'named actions only: an inline function comes back as a closure that nobody runs.',
  },
  {
    selector: 'Property[key.name=/^(actions|entry|exit)$/] > ArrayExpression > :function',
    message: 'named actions only: an inline function comes back as a closure that nobody runs.',
  },
];

/** @param {{ selector: string, message: string }[]} syntaxRules @returns {import('eslint').Linter.RulesRecord} */
const rulesWith = (syntaxRules) => ({
  'no-eval': 'error',
  'no-new-func': 'error',
  'no-restricted-globals': [
    'error',
    ...Object.entries(globals).map(([name, message]) => ({ name, message })),
  ],
  'no-restricted-syntax': ['error', ...syntaxRules],
  'no-restricted-imports': [
    'error',
    {
      paths: [
        {
          name: 'xstate',
          importNames: forbiddenXstate,
          message: 'only the pure functions: initialTransition and transition.',
        },
      ],
      patterns: [{ group: ['xstate/*'], message: 'only the pure functions of xstate itself.' }],
    },
  ],
});

export const simPurityRules = rulesWith(syntax);
export const simMachineRules = rulesWith([...syntax, ...machineSyntax]);
