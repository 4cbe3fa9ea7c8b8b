/**
 * Runs side by side: the address names them, what differs is marked, what has no counterpart says so; chosen by link, by
 * form and from the lab; each run opens in the lab as it was. Clean by axe at three widths in both themes.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, openScenario, test, untilIdle } from './site-page.ts';

const trio = 'compare/?runs=pause-stop-the-world,pause-cooperative,pause-without-barrier';
const brokers = 'compare/?runs=orders-on-either-broker&on=kafka,rabbit';

test('the rebalance protocols stand side by side, and what differs is marked', async ({
  page,
  site,
  complaints,
}) => {
  await page.goto(`${site.root}${trio}`);
  await untilIdle(page);
  await expect(page.getByRole('article')).toHaveCount(3);
  await expect(
    page.getByRole('img', { name: /Timeline of pause-cooperative: .* 3 partition pauses/ }),
  ).toBeVisible();
  const numbers = page.getByRole('region', { name: 'Numbers side by side' }).last();
  await expect(numbers.getByRole('row', { name: /differs: Longest pause/ })).toContainText('5.13 s');
  await expect(numbers.getByRole('row', { name: /Rebalances/ }).last()).toContainText('no counterpart');
  await expect(numbers.getByRole('row', { name: /Commits refused/ })).toHaveCount(1);
  await page.getByLabel('Only what differs').check();
  await expect(numbers.getByRole('row', { name: /Commits refused/ })).toHaveCount(0);
  expect(complaints.list).toEqual([]);
});

test('one file runs on either broker, and opens in the lab as it ran', async ({ page, site, complaints }) => {
  await page.goto(`${site.root}${brokers}`);
  await untilIdle(page);
  const rabbit = page.getByRole('article').last();
  await expect(rabbit).toContainText('order-3 was charged twice.');
  await expect(rabbit).toContainText('No counterpart.');
  await rabbit.getByText('The picture as tables').click();
  await expect(rabbit.getByRole('heading', { name: 'Pauses' }).first()).toBeVisible();
  const kafka = page.getByRole('article').first();
  await kafka.getByRole('link', { name: 'Open this run in the lab' }).click();
  await untilIdle(page);
  await expect(page.getByRole('treeitem', { name: /kafka/ }).first()).toBeVisible();
  expect(complaints.list).toEqual([]);
});

test('two files are chosen by form with the keyboard alone', async ({ page, site }) => {
  await page.goto(`${site.root}compare/`);
  await untilIdle(page);
  await page.getByLabel('First run').selectOption('crash-after-charge');
  await page.getByLabel('Second run').selectOption('crash-after-charge-repaired');
  await page.getByRole('button', { name: 'Compare these files' }).press('Enter');
  await expect(page.getByRole('article')).toHaveCount(2, { timeout: 45_000 });
  await expect(page).toHaveURL(/runs=crash-after-charge,crash-after-charge-repaired/);
  await expect(page.getByText('The files differ in “idempotencyKey”')).toBeVisible();
});

test('a file that does not exist is named, and the others are not lost', async ({ page, site }) => {
  await page.goto(`${site.root}compare/?runs=crash-after-charge,no-such-file`);
  await untilIdle(page);
  await expect(page.getByText('There is no scenario file no-such-file.')).toBeVisible();
  await expect(page.getByText('Too few runs are left to compare.')).toBeVisible();
});

test('the lab offers the comparison for a file of the site’s as it is', async ({ page, site }) => {
  await openScenario(page, site.root, 'crash-after-charge');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('Compare with');
  await page.keyboard.press('Enter');
  await untilIdle(page);
  await expect(page.getByLabel('First run')).toHaveValue('crash-after-charge');
  await expect(page.getByRole('status')).toContainText('Choose what to compare it with.');
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 1024, 390]) {
    test.describe(`${colorScheme} at ${width}`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      test('the comparison has no violations, with its chains and tables open', async ({ page, site }) => {
        for (const address of [trio, brokers]) {
          await page.goto(`${site.root}${address}`);
          await untilIdle(page);
          for (const summary of await page.locator('article summary').all()) await summary.click();
          const found = await new AxeBuilder({ page })
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
            .analyze();
          expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
          const wider = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(wider).toBe(0);
        }
      });
    });
  }
}
