// Builds the site and measures it in Chromium, one test at a time.
import { fileURLToPath } from 'node:url';
import { findChromium } from './find-chromium.mjs';
import { runCommand } from './run-command.mjs';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const browser = await findChromium(process.env);
if ('problem' in browser) {
  console.error(browser.problem);
  process.exit(1);
}
const built = await runCommand(['npx', 'vite', 'build', '--logLevel', 'error'], { cwd, env: process.env });
const measured =
  built.code === 0
    ? await runCommand(
        [
          'npx',
          'playwright',
          'test',
          'measured',
          '--config',
          'test/e2e/playwright.config.ts',
          '--workers',
          '1',
        ],
        { cwd, env: { ...process.env, SPILLWAY_CHROMIUM: browser.path } },
      )
    : built;
process.exitCode = measured.code;
