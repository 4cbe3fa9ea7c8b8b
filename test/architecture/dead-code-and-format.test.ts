/**
 * Dead code and formatting are checked over the whole tree with the static checks; here stands the proof that those
 * checks find what they are for.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { plantTree } from './planted-tree.ts';
import type { PlantedTree } from './planted-tree.ts';

let tree: PlantedTree;
let bareTree: PlantedTree;
beforeAll(() => {
  tree = plantTree();
  bareTree = plantTree({ bare: true });
});
afterAll(() => {
  tree.remove();
  bareTree.remove();
});

test('canary: an unused file, an unused export and an unused dependency are dead code', async () => {
  const before = await tree.check('lint:dead-code');
  expect(before.output).not.toContain('planted');
  tree.plant('src/sim/base/planted-file.ts', 'export const plantedExport = 1;\n');
  tree.plant(
    'src/sim/base/planted-export.ts',
    'export const plantedUsed = 1;\nexport const plantedUnused = 2;\n',
  );
  tree.plant(
    'test/sim/planted.test.ts',
    "import { plantedUsed } from '#sim/base/planted-export.ts';\n\nconsole.log(plantedUsed);\n",
  );
  const { code, output } = await tree.check('lint:dead-code');
  expect(code).not.toBe(0);
  expect(output).toMatch(/src\/sim\/base\/planted-file\.ts/);
  expect(output).toMatch(/plantedUnused/);
  expect(output).not.toMatch(/plantedUsed/);
});

test('canary: wrong formatting is found in TypeScript, Svelte and Markdown', async () => {
  bareTree.plant('src/sim/base/planted-format.ts', 'export const x = "double"\n');
  bareTree.plant('src/lib/ui/Planted.svelte', '<p   class="x" >text</p>\n');
  bareTree.plant('PLANTED.md', '*  item\n');
  bareTree.plant('src/sim/base/planted-tidy.ts', "export const x = 'single';\n");
  const { code, output } = await bareTree.check('lint:format');
  expect(code).not.toBe(0);
  for (const path of ['src/sim/base/planted-format.ts', 'src/lib/ui/Planted.svelte', 'PLANTED.md'])
    expect(output).toContain(path);
  expect(output).not.toContain('planted-tidy');
});
