// Finds a Chromium that runs, in this order: the path that SPILLWAY_CHROMIUM or CHROME_PATH names, Playwright's own,
// the system's; else it gets one. "Runs" means that `--version` answers: a downloaded browser whose libraries are
// missing, or a stub that only advertises a package, does not count.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from '@playwright/test';
import { runCommand } from './run-command.mjs';

const systemNames = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const systemPlaces = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const downloadLimitMs = 300_000;

/** @param {string} path */
async function runs(path) {
  if (!existsSync(path)) return false;
  const { code } = await runCommand([path, '--version', '--no-sandbox'], { capture: true, limitMs: 20_000 });
  return code === 0;
}

/** @param {string[]} paths */
async function firstThatRuns(paths) {
  for (const path of paths) if (await runs(path)) return path;
  return null;
}

/** @param {NodeJS.ProcessEnv} env */
function systemPaths(env) {
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  return [...systemNames.flatMap((name) => folders.map((folder) => join(folder, name))), ...systemPlaces];
}

async function download() {
  console.log('No Chromium found; getting one with npx playwright install chromium.');
  await runCommand(['npx', 'playwright', 'install', 'chromium'], { limitMs: downloadLimitMs });
  return await firstThatRuns([chromium.executablePath()]);
}

async function installOnDebian() {
  if (!existsSync('/etc/debian_version') || process.getuid?.() !== 0) return null;
  console.log('That did not give a Chromium that runs; installing the system package with apt-get.');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const steps = [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', '--no-install-recommends', 'chromium'],
  ];
  for (const step of steps) {
    const { code } = await runCommand(step, { env });
    if (code !== 0) return null;
  }
  return await firstThatRuns(systemPaths(process.env));
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {{ mayInstall?: boolean, playwrights?: string }} [options] `playwrights` is where Playwright's own would be
 * @returns {Promise<{ path: string } | { problem: string }>}
 */
export async function findChromium(env, { mayInstall = true, playwrights = chromium.executablePath() } = {}) {
  for (const name of ['SPILLWAY_CHROMIUM', 'CHROME_PATH']) {
    const path = env[name];
    if (!path) continue;
    return (await runs(path))
      ? { path }
      : { problem: `${name} is ${path}, which is not a Chromium that runs.` };
  }
  const found = await firstThatRuns([playwrights, ...systemPaths(env)]);
  const path = found ?? (mayInstall ? ((await download()) ?? (await installOnDebian())) : null);
  if (path) return { path };
  return {
    problem: 'The browser tests need a Chromium: install one, or set SPILLWAY_CHROMIUM to the path of one.',
  };
}
