// What a page's scripts weigh on their way: brotli, every script that the prerendered page names and all that those
// import before anything is clicked. Scripts that are imported on demand (the editor, a scenario's text) do not count;
// the worker has a line of its own, and so has what it loads for a file on Kafka, with which the lab begins.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

/** What only Kafka's part of the worker says: a state of its group coordinator. */
const KAFKA = 'CompletingRebalance';

/** kB of 1000 bytes. */
export const budgets = { home: 110, lab: 260, worker: 140, kafka: 80 };

/** Static imports and re-exports of a built module. @param {string} text */
function importsOf(text) {
  const found = text.matchAll(
    /(?:^|[;}\s])(?:import|export)\s*(?:[\w$*{}\s,]+?\bfrom\s*)?["'](\.[^"']+)["']/g,
  );
  return [...found].map(([, path = '']) => path);
}

/** @param {string[]} entries */
function closure(entries) {
  const seen = new Set();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file) || !existsSync(file)) continue;
    seen.add(file);
    for (const path of importsOf(readFileSync(file, 'utf8')))
      waiting.push(normalize(join(dirname(file), path)));
  }
  return [...seen];
}

/** @param {string[]} files */
function brotliKilobytes(files) {
  const bytes = files.map((file) => brotliCompressSync(readFileSync(file)).length);
  return bytes.reduce((sum, size) => sum + size, 0) / 1000;
}

/** The scripts that a prerendered page loads by itself. @param {string} page */
function scriptsOf(page) {
  const html = readFileSync(page, 'utf8');
  const named = [
    ...html.matchAll(/<link[^>]+href="([^"]+\.js)"[^>]*rel="modulepreload"/g),
    ...html.matchAll(/<link[^>]+rel="modulepreload"[^>]*href="([^"]+\.js)"/g),
    ...html.matchAll(/<script[^>]+src="([^"]+\.js)"/g),
    ...html.matchAll(/import\("([^"]+\.js)"\)/g),
  ];
  return named.map(([, path = '']) => normalize(join(dirname(page), path)));
}

/** @param {string} folder Where the built site stands. */
export function measureSite(folder) {
  const workers = join(folder, '_app', 'immutable', 'workers');
  const built = existsSync(workers)
    ? readdirSync(workers, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'))
    : [];
  const begin = closure(built.filter((name) => !name.includes('chunks')).map((name) => join(workers, name)));
  const onDemand = built.map((name) => join(workers, name)).filter((file) => !begin.includes(file));
  const kafka = closure(onDemand.filter((file) => readFileSync(file, 'utf8').includes(KAFKA)));
  return {
    home: brotliKilobytes(closure(scriptsOf(join(folder, 'index.html')))),
    lab: brotliKilobytes(closure(scriptsOf(join(folder, 'lab', 'index.html')))),
    worker: brotliKilobytes(begin),
    kafka: brotliKilobytes(kafka.filter((file) => !begin.includes(file))),
  };
}

/** One line a budget; `failed` where one is exceeded or nothing was found to weigh. @param {string} folder */
export function checkSizes(folder) {
  const sizes = measureSite(folder);
  const lines = Object.entries(budgets).map(([name, most]) => {
    const size = sizes[/** @type {keyof typeof budgets} */ (name)];
    const ok = size > 0 && size < most;
    return {
      ok,
      text: `${ok ? 'ok    ' : 'FAILED'} ${name}: ${size.toFixed(1)} kB brotli, under ${most} kB`,
    };
  });
  return {
    failed: lines.filter(({ ok }) => !ok).length,
    passed: lines.filter(({ ok }) => ok).length,
    lines: lines.map(({ text }) => text),
  };
}
