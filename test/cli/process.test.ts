/** The program as it is started by a shell: exit statuses, streams and start-up. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Folder, sample } from './sample-scenario.ts';

const program = fileURLToPath(new URL('../../bin/spillway.mjs', import.meta.url));
const folder = new Folder();
afterAll(() => folder.remove());

function spillway(...args: string[]): Promise<{ status: unknown; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { cwd: folder.path, encoding: 'utf8' },
      (error, out, err) => {
        resolve({ status: error === null ? 0 : error.code, out, err });
      },
    );
  });
}

describe('the program', () => {
  folder.write('good.json', sample);
  folder.write('unexpected.json', { ...sample, expect: {} });
  folder.write('bad.json', { ...sample, horizon: 'soon' });

  it('[CLI-21] exits with 0, 1 and 2, with answers on standard output', async () => {
    const [good, unexpected, bad, unknown] = await Promise.all([
      spillway('run', 'good.json', '--json'),
      spillway('run', 'unexpected.json'),
      spillway('check', 'bad.json'),
      spillway('walk'),
    ]);
    expect(JSON.parse(good.out)).toMatchObject({ scenario: 'good', seed: 7 });
    expect([good.status, good.err]).toEqual([0, '']);
    expect(unexpected.status).toBe(1);
    expect(bad.out).toMatch(/^bad\.json#\/horizon: /);
    expect(bad.status).toBe(2);
    expect([unknown.status, unknown.out]).toEqual([2, '']);
    expect(`${bad.err}${unknown.err}`).not.toMatch(/^ {4}at /m);
  });

  it('[CLI-22] ends quietly when the reader of its output goes away', async () => {
    const shell = `"${process.execPath}" "${program}" run good.json --trace - | head -n 1`;
    const told = await new Promise<{ out: string; err: string }>((resolve) => {
      execFile('sh', ['-c', shell], { cwd: folder.path, encoding: 'utf8' }, (_error, out, err) =>
        resolve({ out, err }),
      );
    });
    expect(told.out).toMatch(/^# Spillway trace/);
    expect(told.err).not.toMatch(/EPIPE|Error/);
  });
});
