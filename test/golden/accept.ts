/**
 * Accepts the present digests and verdicts as golden, with a reason: `npm run accept -- --reason "why"`. What changed
 * and why is added to accepted.md; nothing is written where nothing changed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { computeGolden } from './golden.ts';

const folder = join(process.cwd(), 'test', 'golden');
const { values } = parseArgs({ options: { reason: { type: 'string' } } });
const reason = values.reason?.trim() ?? '';
if (reason.length < 10) {
  console.error('Say why in a sentence: npm run accept -- --reason "why"');
  process.exit(2);
}

const read = (file: string): Record<string, unknown> =>
  existsSync(join(folder, file))
    ? (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>)
    : {};

const { digests, verdicts, version } = computeGolden();
const changed = [
  ...changesOf('digest', read('digests.json'), digests),
  ...changesOf('verdicts', read('verdicts.json'), verdicts),
];
if (changed.length === 0) {
  console.log('Nothing has changed.');
} else {
  writeFileSync(join(folder, 'digests.json'), `${JSON.stringify(digests, null, 2)}\n`);
  writeFileSync(join(folder, 'verdicts.json'), `${JSON.stringify(verdicts, null, 2)}\n`);
  const log = join(folder, 'accepted.md');
  const head = '# Accepted changes of golden files\n';
  const before = existsSync(log) ? readFileSync(log, 'utf8') : head;
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(log, `${before}\n- ${today}, engine ${version}: ${reason} (${summary(changed)})\n`);
  for (const line of changed) console.log(line);
}

function changesOf(
  what: string,
  before: Record<string, unknown>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
    .map((name) => `${what} of ${name}`);
}

function summary(lines: readonly string[]): string {
  return lines.length <= 6
    ? lines.join(', ')
    : `${lines.slice(0, 6).join(', ')} and ${lines.length - 6} more`;
}
