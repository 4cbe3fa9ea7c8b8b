/** Names and heads of all source files, and the proof that wrong ones are noticed. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { complaintsAboutFile } from './file-names.ts';
import { root } from './planted-tree.ts';

test('every source file has a telling name and says what it is', () => {
  const files = ['src', 'test', 'bin'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(ts|mjs|svelte)$/.test(path))
      .map((path) => `${folder}/${path}`),
  );
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap((path) => complaintsAboutFile(path, readFileSync(join(root, path), 'utf8')))).toEqual(
    [],
  );
});

test('canary: wrong names and missing heads are noticed', () => {
  const head = '// What it is.\n';
  expect(complaintsAboutFile('src/sim/base/heap.ts', head)).toEqual([]);
  expect(complaintsAboutFile('src/lib/ui/VerdictMark.svelte', '<!-- What it is. -->')).toEqual([]);
  expect(complaintsAboutFile('src/sim/base/HeapQueue.ts', head)).toHaveLength(1);
  expect(complaintsAboutFile('src/sim/base/heap_queue.ts', head)).toHaveLength(1);
  expect(complaintsAboutFile('src/sim/base/utils.ts', head)).toHaveLength(1);
  expect(complaintsAboutFile('src/lib/ui/types.ts', head)).toHaveLength(1);
  expect(complaintsAboutFile('src/sim/base/heap.ts', 'export const x = 1;\n')).toHaveLength(1);
});
