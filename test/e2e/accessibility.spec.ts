/**
 * WCAG 2.2 AA as far as axe can tell, on home and in the lab, with and without an open verdict, in both themes and at the
 * three widths that the pages are drawn for; nothing is wider than the screen.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, openScenario, test, untilIdle } from './site-page.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(tags).analyze();
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 160)).join('\n    ')}`,
  );
}

async function overflow(page: Page): Promise<number> {
  return await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 1024, 390]) {
    test.describe(`${colorScheme} at ${width}`, () => {
      test.use({
        colorScheme,
        viewport: { width, height: 900 },
        contextOptions: { reducedMotion: 'reduce' },
      });

      test('home has no violations, before and after the crash', async ({ page, site }) => {
        await page.goto(site.root);
        await untilIdle(page);
        expect(await violations(page)).toEqual([]);
        await page.getByRole('button', { name: 'Crash payment-1 now' }).click();
        await expect(page.locator('main')).toHaveAttribute('data-phase', 'crashed', { timeout: 30_000 });
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
      });

      test('the lab has no violations, with and without an open verdict', async ({ page, site }) => {
        await openScenario(page, site.root, 'crash-after-charge');
        expect(await violations(page)).toEqual([]);
        await page.locator('[data-checks]').click();
        await page.keyboard.press('n');
        await expect(page.getByRole('region', { name: 'Verdicts' }).first()).toBeVisible();
        expect(await violations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
      });
    });
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`${colorScheme} at 1440`, () => {
    test.use({ colorScheme, viewport: { width: 1440, height: 900 } });

    test('a chosen process and the editor have no violations', async ({ page, site }) => {
      await openScenario(page, site.root, 'crash-after-charge');
      await page.keyboard.press('n');
      await page.getByRole('treeitem', { name: /payment-1/ }).click();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('e');
      await expect(page.locator('.cm-content')).toBeVisible();
      expect(await violations(page)).toEqual([]);
    });
  });
}

test('the dialogs have no violations', async ({ page, site }) => {
  await openScenario(page, site.root, 'crash-after-charge');
  for (const key of ['Control+k', '?', 'b']) {
    await page.keyboard.press(key);
    await expect(page.locator('dialog[open]')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect(page.locator('dialog[open]')).toHaveCount(0);
  }
});

/** Each state that a reader can bring about in the lab, and what shows that it is there. */
const states: readonly {
  readonly name: string;
  readonly least: number;
  readonly reach: (page: Page) => Promise<void>;
}[] = [
  {
    name: 'the list of drafts and runs',
    least: 0,
    reach: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('drafts and runs');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Drafts and runs' });
      await dialog.getByRole('button', { name: 'Keep this run' }).click();
      await dialog.getByRole('button', { name: /^Rename/ }).click();
    },
  },
  {
    name: 'the sequence of the open chain',
    least: 0,
    reach: async (page) => {
      await page.locator('[data-checks]').click();
      await page.getByRole('button', { name: 'Sequence', exact: true }).click();
      await expect(page.locator('.sequence-figure .pin').first()).toBeVisible();
    },
  },
  {
    name: 'the sequence of the last second, as picture beside the stage and as a table',
    least: 720,
    reach: async (page) => {
      await page.keyboard.press('n');
      await page.getByRole('button', { name: 'Both', exact: true }).click();
      await expect(page.locator('.sequence-figure')).toBeVisible();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('t');
      await expect(page.locator('.sequence-figure')).toHaveCount(0);
    },
  },
  {
    name: 'the form that moves a part',
    least: 720,
    reach: async (page) => {
      await page.locator('[data-target="process|checkout-1"]').click({ position: { x: 70, y: 10 } });
      await page.keyboard.press('m');
      await expect(page.getByRole('form', { name: 'Move checkout-1' })).toBeVisible();
    },
  },
  {
    name: 'the empty stage',
    least: 0,
    reach: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox').fill('empty stage');
      await page.keyboard.press('Enter');
      await expect(page.getByRole('heading', { name: 'Nothing here yet.' })).toBeVisible();
    },
  },
  {
    name: 'both verdicts of a repair',
    least: 0,
    reach: async (page) => {
      await page.locator('[data-checks]').click();
      await page.getByRole('button', { name: 'Try a repair' }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: /and run again/ })
        .click();
      await untilIdle(page);
      await expect(page.getByText('Same seed, from the beginning')).toBeVisible();
    },
  },
];

for (const { name, least, reach } of states) {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const width of [1440, 1024, 390].filter((wide) => wide >= least)) {
      test.describe(`${colorScheme} at ${width}`, () => {
        test.use({
          colorScheme,
          viewport: { width, height: 900 },
          contextOptions: { reducedMotion: 'reduce' },
        });

        test(`${name}: no violations`, async ({ page, site }) => {
          await openScenario(page, site.root, 'crash-after-charge');
          await reach(page);
          expect(await violations(page)).toEqual([]);
          expect(await overflow(page)).toBe(0);
        });
      });
    }
  }
}

test('canary: text too pale to read and a field without a name are found', async ({ page, site }) => {
  await page.goto(site.root);
  await untilIdle(page);
  await page.evaluate(() => {
    const pale = document.createElement('p');
    pale.textContent = 'pale';
    pale.style.color = '#ddd';
    pale.style.background = '#fff';
    document.querySelector('main')?.append(pale, document.createElement('textarea'));
  });
  const found = (await violations(page)).join('\n');
  expect(found).toContain('color-contrast');
  expect(found).toContain('label');
});
