/**
 * The gallery: cards run their files when they come into view, what they draw agrees with what the files expect, choosing
 * leaves what was chosen, and a card opens its file in the lab. Clean by axe at three widths in both themes.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, untilIdle } from './site-page.ts';

test('a card that is seen runs its file, and says whether the verdict is as expected', async ({
  page,
  site,
  complaints,
}) => {
  await page.goto(`${site.root}experiments/`);
  const card = page.getByRole('article', { name: 'Crash after the charge, before the commit' });
  await card.scrollIntoViewIfNeeded();
  await expect(card.getByRole('img')).toHaveAccessibleName(/1 fault, 1 anomaly/, { timeout: 60_000 });
  await expect(card).toContainText('every verdict is as expected');
  expect(complaints.list).toEqual([]);
});

test('choosing narrows the cards, and a card opens in the lab', async ({ page, site }) => {
  await page.goto(`${site.root}experiments/`);
  const cards = page.getByRole('article');
  const all = await cards.count();
  await page.getByRole('combobox', { name: /^Fault/ }).selectOption('crash');
  await expect(cards).not.toHaveCount(all);
  await page.getByRole('combobox', { name: /^What it shows/ }).selectOption('effects');
  await expect(page.getByRole('status')).toContainText(` of ${all} experiments`);
  await page.getByRole('link', { name: 'Crash after the charge, before the commit' }).click();
  await untilIdle(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    'Crash after the charge, before the commit',
  );
});

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 1024, 390]) {
    test.describe(`${colorScheme} at ${width}`, () => {
      test.use({ colorScheme, viewport: { width, height: 900 } });

      test('the gallery has no violations', async ({ page, site }) => {
        await page.goto(`${site.root}experiments/`);
        await expect(page.getByRole('article').first().getByRole('img')).toBeVisible({ timeout: 60_000 });
        const found = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
          .analyze();
        expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
        const wider = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(wider).toBe(0);
      });
    });
  }
}
