// Runs every `lint:` script of package.json, two at a time, and prints the output of those that fail.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCommand } from './run-command.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
const checks = Object.keys(scripts).filter((name) => name.startsWith('lint:'));
const waiting = [...checks];
let failed = 0;

async function runWaiting() {
  for (let check = waiting.shift(); check; check = waiting.shift()) {
    const began = Date.now();
    const { code, output } = await runCommand(['npm', 'run', '-s', check], { cwd: root, capture: true });
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    if (code !== 0) failed += 1;
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${check} (${seconds} s)`);
    if (code !== 0) console.log(output.trimEnd().replace(/^/gm, '       '));
  }
}

await runCommand(['npm', 'run', '-s', 'prepare'], { cwd: root });
await Promise.all([runWaiting(), runWaiting()]);
console.log(`Static checks: ${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
