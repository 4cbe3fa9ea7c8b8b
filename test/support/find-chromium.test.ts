import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium } from './find-chromium.mjs';

let folder: string;

/** A program that answers like a browser, or like one that cannot start. */
function browser(path: string, works: boolean): string {
  const file = join(folder, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `#!/bin/sh\nexit ${works ? 0 : 127}\n`);
  chmodSync(file, 0o755);
  return file;
}

beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'spillway-browsers-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const none = { mayInstall: false, playwrights: '/nowhere/chromium' };

test('a path from the environment comes first', async () => {
  const path = browser('mine/chromium', true);
  const system = browser('system/chromium', true);
  expect(await findChromium({ SPILLWAY_CHROMIUM: path, PATH: join(system, '..') }, none)).toEqual({ path });
  expect(await findChromium({ CHROME_PATH: path }, none)).toEqual({ path });
});

test('a path from the environment that does not run is said, not passed over', async () => {
  const path = browser('broken/chromium', false);
  expect(await findChromium({ SPILLWAY_CHROMIUM: path }, none)).toEqual({
    problem: `SPILLWAY_CHROMIUM is ${path}, which is not a Chromium that runs.`,
  });
});

test("Playwright's own comes before the system's", async () => {
  const playwrights = browser('playwright/chrome', true);
  const system = browser('path/chromium', true);
  const env = { PATH: join(system, '..') };
  expect(await findChromium(env, { mayInstall: false, playwrights })).toEqual({ path: playwrights });
});

test("the system's is taken, a stub that does not run is passed over", async () => {
  const stub = browser('first/chromium-browser', false);
  const real = browser('second/google-chrome', true);
  const env = { PATH: [join(stub, '..'), join(real, '..')].join(':') };
  expect(await findChromium(env, none)).toEqual({ path: real });
});

test('without any there is one sentence', async () => {
  expect(await findChromium({ PATH: folder }, none)).toEqual({
    problem: 'The browser tests need a Chromium: install one, or set SPILLWAY_CHROMIUM to the path of one.',
  });
});
