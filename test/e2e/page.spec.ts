/**
 * The site as a whole: the strict policy holds on every page, it works below a sub-path and without a network, and the
 * watch that all browser tests rely on does notice violations.
 */
import { expect, openScenario, test, untilIdle } from './site-page.ts';

test('home and lab run below a sub-path without a complaint', async ({ page, site, complaints }) => {
  await page.goto(site.subPath);
  await untilIdle(page);
  await page.getByRole('link', { name: 'Lab', exact: true }).first().click();
  await expect(page).toHaveURL(/\/spillway\/lab\//);
  await untilIdle(page);
  expect(await page.locator('main').getAttribute('data-digest')).toMatch(/^[0-9a-f]{8,}$/);
  expect(complaints.list).toEqual([]);
});

test('nothing that a page asks for lies outside the site', async ({ page, site }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  const asked = new Set<string>();
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  await openScenario(page, site.root, 'crash-after-charge');
  await page.keyboard.press('e');
  await expect(page.locator('.cm-content')).toBeVisible();
  const ours = new URL(site.root).origin;
  expect([...asked].filter((origin) => origin !== ours && origin !== 'null')).toEqual([]);
});

test('after the first visit it works without a network', async ({ page, context, site }) => {
  await page.goto(site.subPath);
  await untilIdle(page);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
  await context.setOffline(true);
  const digest = await openScenario(page, site.subPath, 'zombie-after-pause');
  expect(digest).toMatch(/^[0-9a-f]{8,}$/);
  await page.goto(site.subPath);
  await untilIdle(page);
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
  expect(await page.title()).not.toBe('ran');
});
