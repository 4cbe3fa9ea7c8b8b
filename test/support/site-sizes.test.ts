import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { budgets, checkSizes, measureSite } from './site-sizes.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spillway-sizes-'));
  write('index.html', page('./_app/immutable/entry/home.js'));
  write('lab/index.html', page('../_app/immutable/entry/lab.js'));
  write('_app/immutable/entry/home.js', 'import{a}from"../chunks/shared.js";a()');
  write(
    '_app/immutable/entry/lab.js',
    'import"../chunks/shared.js";const later=()=>import("../chunks/editor.js");later',
  );
  write('_app/immutable/chunks/shared.js', `export const a=${noise(20)}`);
  write('_app/immutable/chunks/editor.js', `export const b=${noise(400)}`);
  write('_app/immutable/workers/simulation.worker-x.js', `const c=${noise(30)};import("./chunks/k.js")`);
  write('_app/immutable/workers/chunks/k.js', `const d='CompletingRebalance',e=${noise(50)}`);
  write('_app/immutable/workers/chunks/r.js', `const f=${noise(90)}`);
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
const page = (script: string): string => `<link href="${script}" rel="modulepreload"><script>1</script>`;
/** A text that does not compress below this many kB. */
const noise = (kilobytes: number): string => JSON.stringify(randomBytes(kilobytes * 500).toString('hex'));

test('what a page imports by itself is weighed, what it loads on demand is not', () => {
  const { home, lab, worker, kafka } = measureSite(folder);
  expect(home).toBeGreaterThan(10);
  expect(home).toBeLessThan(20);
  expect(Math.abs(lab - home)).toBeLessThan(1);
  expect(worker).toBeGreaterThan(10);
  expect(worker).toBeLessThan(20);
  expect(kafka).toBeGreaterThan(20);
  expect(kafka).toBeLessThan(30);
  expect(checkSizes(folder)).toMatchObject({ failed: 0, passed: 4 });
});

test('canary: a page over its budget fails, and so does one without scripts', () => {
  write('_app/immutable/chunks/shared.js', `export const a=${noise(4 * budgets.home)}`);
  const heavy = checkSizes(folder);
  expect(heavy.lines.find((line) => line.includes('home'))).toContain('FAILED');
  write('index.html', '<p>nothing</p>');
  expect(checkSizes(folder).lines.find((line) => line.includes('home'))).toContain('FAILED home: 0.0 kB');
});
