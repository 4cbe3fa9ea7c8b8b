/**
 * The page itself: the strict policy holds, it works below a sub-path, a bad file is answered with its problems, a
 * run can be stopped by keyboard, and the watch that all browser tests rely on does notice violations.
 */
import { expect, runScenario, test, untilIdle } from './site-page.ts';

test('it runs below a sub-path without a complaint', async ({ page, site, complaints }) => {
  await page.goto(site.subPath);
  await untilIdle(page);
  const name = await page.locator('input[name="scenario"]').first().getAttribute('value');
  expect(await runScenario(page, name ?? '')).toMatch(/^[0-9a-f]{8,}$/);
  await expect(page.locator('[data-verdict]').first()).toBeVisible();
  expect(complaints.list).toEqual([]);
});

test('a double charge is shown with the chain of causes that explains it', async ({ page, site }) => {
  await page.goto(site.root);
  await untilIdle(page);
  await runScenario(page, 'crash-after-charge');
  const verdict = page.locator('[data-checker="effect-once"]');
  await expect(verdict).toHaveAttribute('data-verdict', 'invalid');
  await expect(verdict).toContainText('as the file expects');
  const chain = verdict.locator('ol li');
  await expect(chain.filter({ hasText: 'fault' })).toContainText('crash');
  await expect(chain.last()).toContainText('effect=cards.charge');
});

test('the keyboard alone is enough', async ({ page, site }) => {
  await page.goto(site.root);
  await untilIdle(page);
  const radios = page.locator('input[name="scenario"]');
  await page.keyboard.press('Tab');
  await expect(radios.first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(radios.nth(1)).toBeChecked();
  await page.keyboard.press('Enter');
  await expect(page.locator('[data-digest]')).toBeVisible();
});

test('a bad file gets its problems, and what was shown stays', async ({ page, site, complaints }) => {
  await page.goto(site.root);
  await untilIdle(page);
  const name = await page.locator('input[name="scenario"]').first().getAttribute('value');
  const digest = await runScenario(page, name ?? '');
  await page.getByLabel('Run a file of your own').setInputFiles({
    name: 'bad.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{ "version": 1, "titel": "x", "horizon": "0 parsecs" }'),
  });
  const problems = page.getByRole('region', { name: 'Problems' });
  await expect(problems).toContainText('bad.json was not run');
  await expect(problems).toContainText('#/titel');
  await expect(problems).toContainText('#/horizon');
  await expect(page.locator('[data-digest]')).toHaveText(digest ?? '');
  expect(complaints.list).toEqual([]);
});

test('canary: an inline script violates the policy, and the watch notices', async ({
  page,
  site,
  complaints,
}) => {
  await page.goto(site.root);
  await untilIdle(page);
  expect(complaints.list).toEqual([]);
  await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'document.title = "ran"';
    document.head.append(script);
  });
  await expect.poll(() => complaints.list.join('\n')).toContain('policy: script-src');
  expect(await page.title()).toBe('Spillway');
});
