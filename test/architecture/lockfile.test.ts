/**
 * The lockfile names no download address (whoever installs uses their own registry) and lacks no optional package:
 * `npm ci` refuses a lockfile in which one platform's binary is missing, on every platform.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './planted-tree.ts';

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
}

type Packages = Readonly<Record<string, Locked>>;

function complaintsAboutLock(packages: Packages): string[] {
  return Object.entries(packages).flatMap(([path, locked]) => [
    ...(locked.resolved?.startsWith('http') ? [`${path}: has a download address`] : []),
    ...Object.keys(locked.optionalDependencies ?? {})
      .filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
      .map((name) => `${path}: ${name} is missing`),
  ]);
}

test('the lockfile is complete and names no registry', () => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Packages;
  };
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(complaintsAboutLock(packages)).toEqual([]);
});

test('canary: a missing binary and a download address are noticed', () => {
  const packages = {
    'node_modules/tool': { optionalDependencies: { 'tool-linux': '1.0.0', 'tool-darwin': '1.0.0' } },
    'node_modules/tool-linux': { resolved: 'https://registry.example/tool-linux.tgz' },
  };
  expect(complaintsAboutLock(packages)).toEqual([
    'node_modules/tool: tool-darwin is missing',
    'node_modules/tool-linux: has a download address',
  ]);
});
