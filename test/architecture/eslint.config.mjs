// One ESLint configuration for the whole tree. Formatting is Prettier's; types are the compiler's; here stand
// the rules about meaning, size and, for src/sim, purity.
import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from '../../svelte.config.js';
import { simMachineRules, simPurityRules } from './sim-purity.mjs';

/** @type {import("eslint").Linter.RulesRecord} */
const sizes = {
  'max-lines': ['error', { max: 500 }],
  'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
};

/** @type {import("eslint").Linter.RulesRecord} */
const meaning = {
  eqeqeq: ['error', 'always'],
  'no-var': 'error',
  'prefer-const': 'error',
  'no-console': 'error',
  // Whoever prints or reads foreign text names control characters on purpose.
  'no-control-regex': 'off',
  'no-warning-comments': ['error', { terms: ['fixme', 'xxx', 'todo'] }],
  '@typescript-eslint/no-explicit-any': 'error',
  '@typescript-eslint/no-non-null-assertion': 'error',
  '@typescript-eslint/ban-ts-comment': 'error',
  '@typescript-eslint/consistent-type-imports': [
    'error',
    { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false },
  ],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
};

export default ts.config(
  { ignores: ['node_modules/', '.svelte-kit/', 'build/', 'test-results/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  {
    files: ['**/*.ts', '**/*.mjs', '**/*.js', '**/*.svelte'],
    rules: { ...meaning, ...sizes },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig },
    },
    rules: { 'max-lines': ['error', { max: 250 }] },
  },
  {
    files: ['src/lib/**', 'src/routes/**', 'src/worker/**'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['bin/**', 'test/**', 'src/cli/**', '*.config.*'],
    languageOptions: { globals: globals.node },
    rules: { 'no-console': 'off', 'no-undef': 'off' },
  },
  { files: ['**/*.ts'], rules: { 'no-undef': 'off' } },
  // A suite is one long function, and hostile input holds numbers that no double can.
  { files: ['test/**'], rules: { 'max-lines-per-function': 'off', 'no-loss-of-precision': 'off' } },
  // Playwright reads a fixture's dependencies from the pattern of its first parameter.
  { files: ['test/e2e/**'], rules: { 'no-empty-pattern': 'off' } },
  { files: ['src/app.d.ts'], rules: { '@typescript-eslint/no-empty-object-type': 'off' } },
  { files: ['src/sim/**/*.ts', 'src/queueing/**/*.ts'], rules: simPurityRules },
  { files: ['src/sim/**/*.machine.ts'], rules: simMachineRules },
);
