/**
 * WCAG 2.2 AA as far as axe can tell, before and after a run, in both themes and at the three widths that the page is
 * drawn for; nothing is wider than the screen.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, runScenario, test, untilIdle } from './site-page.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).withTags(tags).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [1440, 1024, 390]) {
    test(`no violations in ${colorScheme} at ${width}`, async ({ page, site }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      await page.goto(site.root);
      await untilIdle(page);
      expect(await violations(page)).toEqual([]);
      const name = await page.locator('input[name="scenario"]').first().getAttribute('value');
      await runScenario(page, name ?? '');
      expect(await violations(page)).toEqual([]);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBe(0);
    });
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
