/**
 * The import table: the tree obeys it, every room under src stands in it, and the check finds planted imports of
 * every forbidden kind.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importTable } from './import-table.mjs';
import { plantTree, root, runScript } from './planted-tree.ts';
import type { PlantedTree } from './planted-tree.ts';

const script = 'lint:imports';

test('every import in src is allowed by the import table', async () => {
  const { code, output } = await runScript(script, root);
  expect(output.trim()).toMatch(/no dependency violations found/);
  expect(code).toBe(0);
});

test('every room under src stands in the import table', () => {
  const rooms = new Set(importTable.map(({ room }) => room));
  const nested = ['sim', 'lib'];
  const folders = (path: string): string[] =>
    readdirSync(join(root, path), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  const found = [
    ...folders('src').filter((room) => !nested.includes(room)),
    ...nested
      .filter((room) => existsSync(join(root, 'src', room)))
      .flatMap((room) => folders(`src/${room}`).map((name) => `${room}/${name}`)),
  ];
  expect(found.filter((room) => !rooms.has(room))).toEqual([]);
});

/** From, to (a path below src, or a package), and whether it may be. */
const cases: readonly (readonly [string, string, boolean])[] = [
  ['sim/base/a.ts', 'sim/kernel/k.ts', false],
  ['sim/kernel/a.ts', 'sim/trace/t.ts', false],
  ['sim/kernel/b.ts', 'sim/base/b.ts', true],
  ['sim/messaging/a.ts', 'sim/trace/t.ts', false],
  ['sim/trace/a.ts', 'sim/messaging/m.ts', true],
  ['sim/trace/b.ts', 'sim/brokers/kafka/log.ts', false],
  ['sim/metrics/a.ts', 'sim/run/r.ts', false],
  ['sim/checkers/a.ts', 'sim/services/s.ts', false],
  ['sim/checkers/b.ts', 'sim/metrics/m.ts', false],
  ['sim/network/a.ts', 'sim/brokers/kafka/log.ts', false],
  ['sim/machines/a.ts', 'xstate', true],
  ['sim/kernel/c.ts', 'xstate', false],
  ['sim/brokers/kafka/a.ts', 'sim/hosts/h.ts', true],
  ['sim/brokers/kafka/b.ts', 'sim/brokers/sqs/q.ts', false],
  ['sim/brokers/kafka/c.ts', 'sim/faults/f.ts', false],
  ['sim/brokers/kafka/config.ts', 'sim/kernel/k.ts', false],
  ['sim/brokers/kafka/d.ts', 'sim/brokers/kafka/config.ts', true],
  ['sim/brokers/sqs/e.ts', 'sim/brokers/kafka/config.ts', false],
  ['sim/brokers/kafka/f.machine.ts', 'xstate', true],
  ['sim/brokers/kafka/g.machine.ts', 'typebox', false],
  ['sim/brokers/kafka/h.machine.ts', 'sim/faults/f.ts', false],
  ['sim/brokers/kafka/i.ts', 'xstate', false],
  ['sim/services/a.ts', 'sim/brokers/kafka/client/producer.ts', true],
  ['sim/services/b.ts', 'sim/brokers/kafka/log.ts', false],
  ['sim/services/c.ts', 'sim/faults/f.ts', false],
  ['sim/faults/a.ts', 'sim/services/s.ts', false],
  ['sim/scenario/a.ts', 'sim/brokers/kafka/config.ts', true],
  ['sim/scenario/b.ts', 'sim/kernel/k.ts', false],
  ['sim/scenario/c.ts', 'typebox', true],
  ['sim/trace/c.ts', 'typebox', false],
  ['sim/run/a.ts', 'sim/services/s.ts', true],
  ['sim/run/b.ts', 'lib/ui/u.ts', false],
  ['sim/run/c.ts', 'node:fs', false],
  ['sim/run/d.ts', 'vite', false],
  ['queueing/a.ts', 'sim/base/b.ts', false],
  ['cli/a.ts', 'node:fs', true],
  ['cli/b.ts', 'worker/w.ts', false],
  ['conform/a.ts', 'node:fs', false],
  ['conform/b.ts', 'sim/brokers/kafka/log.ts', false],
  ['conform/c.ts', 'sim/brokers/kafka/verbs.ts', true],
  ['worker/a.ts', 'sim/trace/t.ts', false],
  ['worker/b.ts', 'lib/ui/u.ts', false],
  ['lib/views/a.ts', 'lib/run/r.ts', false],
  ['lib/views/b.ts', 'worker/w.ts', false],
  ['lib/run/a.ts', 'sim/services/s.ts', false],
  ['lib/editor/a.ts', 'sim/run/r.ts', false],
  ['lib/lessons/a.ts', 'sim/run/r.ts', false],
  ['lib/calculators/a.ts', 'sim/base/b.ts', false],
  ['lib/storage/a.ts', 'lib/views/v.ts', false],
  ['routes/a.ts', 'sim/base/b.ts', false],
  ['routes/b.ts', 'worker/w.ts', false],
];

const targets = [...new Set(cases.map(([, to]) => to).filter((to) => to.endsWith('.ts')))];

describe('canary', () => {
  let tree: PlantedTree;
  let output = '';

  beforeAll(async () => {
    tree = plantTree({ bare: true });
    for (const target of targets) tree.plant(`src/${target}`, 'export const planted = 1;\n');
    for (const [from, to] of cases) {
      const up = '../'.repeat(from.split('/').length);
      const path = to.endsWith('.ts') ? `${up}src/${to}` : to;
      tree.plant(`src/${from}`, `import * as planted from '${path}';\nexport const used = planted;\n`);
    }
    tree.plant(
      'src/worker/types.ts',
      "import type { planted } from '../sim/trace/t.ts';\nexport type T = typeof planted;\n",
    );
    tree.plant(
      'src/sim/run/gone.ts',
      "import { gone } from '#sim/run/not-there.ts';\nexport const used = gone;\n",
    );
    tree.plant(
      'src/sim/run/one.ts',
      "import { two } from '#sim/run/two.ts';\nexport const one = (): unknown => two;\n",
    );
    tree.plant(
      'src/sim/run/two.ts',
      "import { one } from '#sim/run/one.ts';\nexport const two = (): unknown => one;\n",
    );
    tree.plant(
      'src/sim/trace/by-alias.ts',
      "import { planted } from '#sim/run/r.ts';\nexport const used = planted;\n",
    );
    ({ output } = await tree.check(script));
  });
  afterAll(() => tree.remove());

  const complaintsAbout = (from: string): string[] =>
    output.split('\n').filter((line) => line.includes(`src/${from} →`) || line.includes(`src/${from} ->`));

  for (const [from, to, allowed] of cases) {
    test(`${from.replace(/\/[^/]+$/, '')} ${allowed ? 'may' : 'may not'} import ${to}`, () => {
      if (allowed) expect(complaintsAbout(from)).toEqual([]);
      else expect(complaintsAbout(from)).not.toEqual([]);
    });
  }

  test('a type may cross where the table says types only', () => {
    expect(complaintsAbout('worker/types.ts')).toEqual([]);
  });

  test('an import that does not resolve, a cycle and a subpath import are all seen', () => {
    expect(complaintsAbout('sim/run/gone.ts').join('\n')).toContain('every import resolves');
    expect(output).toContain('no cycles between files: src/sim/run/one.ts');
    expect(complaintsAbout('sim/trace/by-alias.ts')).not.toEqual([]);
  });
});
