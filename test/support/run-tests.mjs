// All tests, as `npm test` runs them: Vitest, then the built site in a browser. A failure in one part does not keep
// the others from running. `--deep` runs the same tables with full counts.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './find-chromium.mjs';
import { runCommand } from './run-command.mjs';
import { checkSizes } from './site-sizes.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const results = join(root, 'node_modules', '.cache', 'spillway', 'results');
const unitResults = join(results, 'vitest.json');
const browserResults = join(results, 'playwright.json');

const env = { ...process.env };
if (process.argv.includes('--deep')) env.SPILLWAY_DEEP = '1';

/** @param {string} file */
const readResults = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const browser = await findChromium(env);
if ('problem' in browser) {
  console.error(browser.problem);
  process.exit(1);
}
console.log(`Browser tests use ${browser.path}`);

const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitResults}`];
const unit = await runCommand(['npx', 'vitest', 'run', ...reporters], { cwd: root, env });
const site = await runCommand(['npx', 'vite', 'build', '--logLevel', 'warn'], { cwd: root, env });
const browserTests =
  site.code === 0
    ? await runCommand(['npx', 'playwright', 'test', '--config', 'test/e2e/playwright.config.ts'], {
        cwd: root,
        env: { ...env, SPILLWAY_CHROMIUM: browser.path, PLAYWRIGHT_JSON_OUTPUT_NAME: browserResults },
      })
    : { code: 1 };
const sizes = site.code === 0 ? checkSizes(join(root, 'build')) : { failed: 0, passed: 0, lines: [] };
for (const line of sizes.lines) console.log(line);
if (site.code !== 0) console.error('The site did not build, so the browser tests were not run.');

const unitCounts = readResults(unitResults);
const browserCounts = readResults(browserResults)?.stats;
const passed = (unitCounts?.numPassedTests ?? 0) + (browserCounts?.expected ?? 0) + sizes.passed;
const failedTests = (unitCounts?.numFailedTests ?? 0) + (browserCounts?.unexpected ?? 0) + sizes.failed;
const broken = unit.code !== 0 || site.code !== 0 || browserTests.code !== 0 || sizes.failed > 0;
// A file that does not load, or a site that does not build, is a failure without a failing test.
const failed = broken ? Math.max(1, failedTests) : failedTests;
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
