// Turns one TypeScript entry into one JavaScript file that Node can import: Node 20 runs no TypeScript, and
// bundling takes some 50 ms. Files are named by their content, so that several processes may bundle at once
// and an unchanged program is written once.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'spillway');
const keptForMs = 24 * 60 * 60 * 1000;

/** @param {string} name */
function dropOldBundles(name) {
  for (const file of readdirSync(cache)) {
    if (!file.startsWith(`${name}-`)) continue;
    const path = join(cache, file);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > keptForMs) rmSync(path, { force: true });
  }
}

/**
 * Bundles `entry` (a path from the repository's root) and returns the address to import.
 * @param {string} name
 * @param {string} entry
 */
export async function bundle(name, entry) {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    sourcemap: 'inline',
    sourcesContent: false,
    logLevel: 'silent',
  });
  const text = outputFiles[0]?.contents ?? new Uint8Array();
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  const file = join(cache, `${name}-${hash}.mjs`);
  if (!existsSync(file)) {
    mkdirSync(cache, { recursive: true });
    dropOldBundles(name);
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  }
  return pathToFileURL(file).href;
}
