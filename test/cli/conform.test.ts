import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { conformCommand } from '#cli/conform-command.ts';
import { Folder } from './sample-scenario.ts';

async function conform(...args: string[]): Promise<{ status: number; out: string[]; err: string[] }> {
  let out = '';
  const err: string[] = [];
  const status = await conformCommand(args, {
    out: async (text) => {
      out += text;
      return Promise.resolve();
    },
    err: (line) => void err.push(line),
  });
  return { status, out: out.trimEnd().split('\n'), err };
}

const folder = new Folder();
afterAll(() => folder.remove());

const given = { version: '4.0.0-SNAPSHOT', 'transaction.version': 1 };
const murmur2 = (id: string, hash: number): object => ({
  id,
  given: { keyUtf8: '' },
  steps: [{ do: { verb: 'murmur2' }, expect: { hash } }],
});
/** The empty key hashes to 275646681. */
const kafka = folder.write('hashes.json', {
  topic: 'partitioner',
  given,
  cases: [murmur2('right', 275646681), murmur2('wrong', 275646682), murmur2('also-right', 275646681)],
});
const unmodelled = {
  id: 'sqs/one',
  broker: 'sqs',
  topic: 'ack',
  setup: [],
  steps: [{ do: { op: 'wait' }, expect: {} }],
};

describe('conform', () => {
  it('[CLI-16] prints one line a failing case with step, expectation and answer, and last the counts', async () => {
    const { status, out } = await conform(kafka);
    expect(out).toEqual([
      `wrong: step 1 (murmur2): expected hash 275646682; got hash 275646681 (${kafka})`,
      '2 passed, 1 failed',
    ]);
    expect(status).toBe(1);
  });

  it('[CLI-17] walks folders, passes over other JSON, and counts what is not modelled apart', async () => {
    mkdirSync(join(folder.path, 'all', 'deeper'), { recursive: true });
    writeFileSync(join(folder.path, 'all', 'facts.json'), '{"facts": []}');
    writeFileSync(join(folder.path, 'all', 'notes.txt'), 'no JSON');
    writeFileSync(join(folder.path, 'all', 'deeper', 'sqs.json'), JSON.stringify(unmodelled));
    const all = join(folder.path, 'all');
    const plain = await conform(all);
    expect(plain.out).toEqual(['1 not modelled', '0 passed, 0 failed']);
    expect(plain.err).toEqual([`${join(all, 'facts.json')}: no recorded cases, passed over.`]);
    expect(plain.status).toBe(0);
    const strict = await conform(all, '--strict');
    expect(strict.out[0]).toMatch(/^sqs\/one: not modelled/);
    expect(strict.out.slice(1)).toEqual(['1 not modelled', '0 passed, 1 failed']);
    expect(strict.status).toBe(1);
  });

  it('[CLI-18] counts a file that is named twice once', async () => {
    const { out } = await conform(kafka, kafka, folder.path);
    expect(out.at(-1)).toBe('2 passed, 1 failed');
  });

  it('[CLI-19] --json prints one object', async () => {
    const { status, out } = await conform(kafka, '--json');
    expect(JSON.parse(out.join('\n'))).toEqual({
      passed: 2,
      failed: 1,
      notModelled: 0,
      failures: [
        {
          file: kafka,
          topic: 'partitioner',
          id: 'wrong',
          step: 1,
          verb: 'murmur2',
          expected: { hash: 275646682 },
          got: { hash: 275646681 },
        },
      ],
    });
    expect(status).toBe(1);
  });

  it('[CLI-20] input that holds no recordings is a problem and nothing is replayed', async () => {
    const broken = folder.write('broken.json', '{"topic": "t", "cases": [');
    const facts = folder.write('facts.json', '{"facts": []}');
    const empty = new Folder();
    const { status, out } = await conform(kafka, broken, facts, empty.path, join(empty.path, 'none'));
    empty.remove();
    expect(out.map((line) => line.replace(/#.*/, '')).sort()).toEqual(
      [broken, facts, empty.path, join(empty.path, 'none')].sort(),
    );
    expect(status).toBe(2);
  });
});
