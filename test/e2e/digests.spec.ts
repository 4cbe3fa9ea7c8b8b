/**
 * One digest for a scenario wherever it runs: here in a worker of the built site, compared with the digests that the
 * command line and Vitest are held to.
 */
import { readFileSync } from 'node:fs';
import { expect, openScenario, test } from './site-page.ts';

const goldenFile = new URL('../golden/digests.json', import.meta.url);
const golden = Object.entries(
  JSON.parse(readFileSync(goldenFile, 'utf8')) as Record<string, { readonly digest: string }>,
);

test('the site offers every scenario that has a golden digest, and no other', async ({ page, site }) => {
  await page.goto(`${site.root}experiments/`);
  const offered = await page
    .getByRole('article')
    .getByRole('link')
    .evaluateAll((links) => links.map((link) => link.getAttribute('href')?.split('scenario=')[1]));
  expect(offered.sort()).toEqual(golden.map(([name]) => name).sort());
});

for (const [name, { digest }] of golden) {
  test(`${name} has its golden digest in a Chromium worker`, async ({ page, site, complaints }) => {
    expect(await openScenario(page, site.root, name)).toBe(digest);
    expect(complaints.list).toEqual([]);
  });
}
