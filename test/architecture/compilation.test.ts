/**
 * Types: src/sim compiles as a library without a browser and without Node, and each of the three compilations finds a
 * planted error. The other two run over the whole tree with the static checks.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantTree, root, runScript } from './planted-tree.ts';
import type { PlantedTree } from './planted-tree.ts';

let tree: PlantedTree;
beforeAll(() => (tree = plantTree({ bare: true })));
afterAll(() => tree.remove());

test('src/sim compiles with ES2023 alone', async () => {
  expect(await runScript('lint:sim-types', root)).toEqual({ code: 0, output: '' });
});

test('canary: a timer, the console, the page, Node and a wrong type do not compile in src/sim', async () => {
  const planted = [
    'setTimeout(() => undefined, 1);',
    "console.log('x');",
    'performance.now();',
    'document.body;',
    'process.exit(1);',
    'structuredClone({});',
    "new TextEncoder().encode('x');",
    "export const wrong: number = 'x';",
    'export const missing = ([1] as number[])[0].toFixed();',
    'export enum Erased { A }',
    "import { Branded } from './branded.ts'; export const x: Branded = 1;",
  ];
  tree.plant('src/sim/base/branded.ts', 'export type Branded = number;\n');
  planted.forEach((text, index) => tree.plant(`src/sim/base/planted-${index}.ts`, `${text}\nexport {};\n`));
  const { code, output } = await tree.check('lint:sim-types');
  expect(code).not.toBe(0);
  const missed = planted.filter((_, index) => !output.includes(`planted-${index}.ts(1,`));
  expect(missed).toEqual([]);
});

test('canary: a wrong type in the command line does not compile', async () => {
  tree.plant(
    'src/cli/planted.ts',
    "import { argv } from 'node:process';\nexport const wrong: number = argv;\n",
  );
  const { code, output } = await tree.check('lint:node-types');
  expect(code).not.toBe(0);
  expect(output).toContain('src/cli/planted.ts(2,');
});

test('canary: a wrong type in a template does not compile', async () => {
  tree.plant(
    'src/lib/ui/Planted.svelte',
    '<script lang="ts">\n  const count: number = 1;\n</script>\n\n<p>{count.toUpperCase()}</p>\n',
  );
  tree.plant('.svelte-kit/tsconfig.json', '{}\n');
  const { code, output } = await tree.check('lint:site-types');
  expect(code).not.toBe(0);
  expect(output).toContain('toUpperCase');
});
