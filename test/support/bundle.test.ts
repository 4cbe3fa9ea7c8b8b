import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundle } from '../../bin/bundle.mjs';

test('a bundled module runs, and several processes may bundle it at once', async () => {
  const entry = 'src/sim/base/time.ts';
  const addresses = await Promise.all([bundle('test', entry), bundle('test', entry), bundle('test', entry)]);
  expect(new Set(addresses).size).toBe(1);
  const [address = ''] = addresses;
  expect(existsSync(fileURLToPath(address))).toBe(true);
  const { formatTime } = (await import(/* @vite-ignore */ address)) as typeof import('#sim/base/time.ts');
  expect(formatTime(12_480_000)).toBe('00:12.480');
});

test('a missing entry is an error, not an empty program', async () => {
  await expect(bundle('test', 'src/not-there.ts')).rejects.toThrow('Could not resolve');
});
