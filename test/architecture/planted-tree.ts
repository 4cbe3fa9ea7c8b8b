/**
 * A copy of the repository's sources and settings in a temporary folder, into which a test plants a fault. A check is
 * run there by the very script of package.json, so what is proven is the check as configured, not a likeness of it.
 */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from '../support/run-command.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const settings = [
  'package.json',
  '.prettierignore',
  'tsconfig.json',
  'tsconfig.base.json',
  'svelte.config.js',
];
const sources = ['vite.config.ts', 'src', 'bin', 'test', 'scenarios', '.svelte-kit/tsconfig.json'];

interface PlantOptions {
  /** Starts from the settings and tools alone, without the sources, where a check judges single files. */
  readonly bare?: boolean;
}

export interface PlantedTree {
  plant(path: string, text: string): void;
  check(script: string): Promise<{ readonly code: number; readonly output: string }>;
  remove(): void;
}

export function plantTree({ bare = false }: PlantOptions = {}): PlantedTree {
  const folder = mkdtempSync(join(tmpdir(), 'spillway-planted-'));
  const copied = bare
    ? [...settings, 'src/sim/tsconfig.json', 'test/tsconfig.json', 'test/architecture']
    : [...settings, ...sources];
  for (const path of copied) {
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return {
    plant(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    check: (script) => runScript(script, folder),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Runs one script of package.json in `folder`, without npm's own start-up. */
export function runScript(script: string, folder: string) {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const command = scripts[script];
  if (command === undefined) throw new Error(`package.json has no script ${script}`);
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  return runCommand(['sh', '-c', command], {
    cwd: folder,
    env: { ...process.env, PATH: path, NO_COLOR: '1', FORCE_COLOR: '0' },
    capture: true,
  });
}
