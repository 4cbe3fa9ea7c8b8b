/**
 * What somebody does in the lab: open, play, step, scrub, crash by hand, read the verdict, repair, share, come back, hand in
 * a bad file. Every wait is for the page's own idle signal or for what the reader would see.
 */
import { expect, frames, openScenario, playhead, test, untilIdle } from './site-page.ts';

test('nothing moves until asked; then it plays, and stops where it is told', async ({ page, site }) => {
  await openScenario(page, site.root, 'crash-after-charge');
  expect(await playhead(page)).toBe(0);
  await page.keyboard.press('Space');
  await expect.poll(() => playhead(page)).toBeGreaterThan(50_000);
  await page.keyboard.press('Space');
  await untilIdle(page);
  const stopped = await playhead(page);
  await frames(page, 10);
  expect(await playhead(page)).toBe(stopped);
});

test('a step and a step back show what was there before', async ({ page, site }) => {
  await openScenario(page, site.root, 'crash-after-charge');
  await page.keyboard.press('n');
  const stage = page.locator('[data-region="stage"] svg').first();
  const before = { at: await playhead(page), drawn: await stage.innerHTML() };
  expect(before.at).toBeGreaterThan(0);
  for (let i = 0; i < 12; i += 1) await page.keyboard.press('.');
  expect(await playhead(page)).toBeGreaterThan(before.at);
  expect(await stage.innerHTML()).not.toBe(before.drawn);
  for (let i = 0; i < 12; i += 1) await page.keyboard.press(',');
  expect(await playhead(page)).toBe(before.at);
  expect(await stage.innerHTML()).toBe(before.drawn);
});

test('the arrows scrub, and the live region says where things stand', async ({ page, site }) => {
  await openScenario(page, site.root, 'crash-after-charge');
  await page.keyboard.press('Shift+ArrowRight');
  expect(await playhead(page)).toBe(1_000_000);
  await page.keyboard.press('.');
  await expect(page.locator('[data-live]')).toHaveText(/^00:0\d\.\d{3}, \S/);
});

test('crashing a process by hand adds a fault to the document and runs to the same moment', async ({
  page,
  site,
}) => {
  const healthy = await openScenario(page, site.root, 'healthy');
  for (let i = 0; i < 8; i += 1) await page.keyboard.press('Shift+ArrowRight');
  const at = await playhead(page);
  await page.getByRole('treeitem', { name: /payment-1/ }).click();
  await page.keyboard.press('b');
  await page.getByRole('dialog').getByRole('button', { name: 'Crash payment-1 now' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await untilIdle(page);
  expect(await playhead(page)).toBe(at);
  expect(await page.locator('main').getAttribute('data-digest')).not.toBe(healthy);
  await expect(page.getByRole('treeitem', { name: /F1 crash payment-1/ })).toBeVisible();
  await page.keyboard.press('Control+z');
  await untilIdle(page);
  await expect(page.locator('main')).toHaveAttribute('data-digest', healthy ?? '');
});

test('a verdict opens its chain; a repair runs the same seed and shows both verdicts', async ({
  page,
  site,
}) => {
  await openScenario(page, site.root, 'crash-after-charge');
  await page.locator('[data-checks]').click();
  const panel = page.locator('[data-region="inspector"]');
  await expect(panel).toContainText('was charged twice');
  await page.keyboard.press(']');
  await expect.poll(() => playhead(page)).toBeGreaterThan(0);
  const first = await playhead(page);
  await page.keyboard.press(']');
  await expect.poll(() => playhead(page)).toBeGreaterThan(first);
  await panel.getByRole('button', { name: 'Try a repair' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /and run again/ })
    .click();
  await untilIdle(page);
  const row = panel.getByRole('row', { name: /Effect once/ });
  await expect(row).toContainText('invalid');
  await expect(row).toContainText('valid');
  await expect(panel).toContainText('Same seed, from the beginning');
});

test('a link carries the scenario: what it opens has the same digest', async ({ page, site, context }) => {
  await openScenario(page, site.root, 'healthy');
  await page.getByRole('treeitem', { name: /payment-1/ }).click();
  await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('b');
  await page.getByRole('dialog').getByRole('button', { name: 'Crash payment-1 now' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await untilIdle(page);
  const digest = await page.locator('main').getAttribute('data-digest');
  await page.getByRole('button', { name: 'Share' }).click();
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
  expect(link).toContain('#s1=');
  const other = await context.newPage();
  await other.goto(link);
  await untilIdle(other);
  await expect(other.locator('main')).toHaveAttribute('data-digest', digest ?? '');
});

test('a reload keeps the draft', async ({ page, site }) => {
  await openScenario(page, site.root, 'healthy');
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('treeitem', { name: /payment-2/ }).click();
  await page.keyboard.press('b');
  await page.getByRole('dialog').getByRole('button', { name: 'Crash payment-2 now' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await untilIdle(page);
  const digest = await page.locator('main').getAttribute('data-digest');
  await page.reload();
  await untilIdle(page);
  await expect(page.locator('main')).toHaveAttribute('data-digest', digest ?? '');
});

test('a bad file gets its problems, and what was open stays open', async ({ page, site, complaints }) => {
  const digest = await openScenario(page, site.root, 'healthy');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByLabel('A file from this machine').setInputFiles({
    name: 'bad.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{ "version": 1, "titel": "x", "horizon": "0 parsecs" }'),
  });
  const problems = page.getByRole('region', { name: 'Problems' });
  await expect(problems).toContainText('#/titel');
  await expect(problems).toContainText('#/horizon');
  await expect(page.getByText(/bad\.json was not opened/)).toBeVisible();
  await expect(page.locator('main')).toHaveAttribute('data-digest', digest ?? '');
  expect(complaints.list).toEqual([]);
});

test('single keys can be switched off, those with Ctrl stay', async ({ page, site }) => {
  await openScenario(page, site.root, 'healthy');
  await page.keyboard.press('?');
  await page.getByRole('checkbox', { name: /Keys without Ctrl or Cmd/ }).uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('.');
  expect(await playhead(page)).toBe(0);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
});

test('F6 goes round the regions', async ({ page, site }) => {
  await openScenario(page, site.root, 'healthy');
  const region = () =>
    page.evaluate(() => document.activeElement?.closest<HTMLElement>('[data-region]')?.dataset.region ?? '');
  const seen: string[] = [];
  for (let i = 0; i < 5; i += 1) {
    await page.keyboard.press('F6');
    seen.push(await region());
  }
  expect(seen).toEqual(['bar', 'outline', 'stage', 'timeline', 'inspector']);
});

test('on a phone it reads, runs, steps, scrubs and breaks', async ({ page, site }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await openScenario(page, site.root, 'healthy');
  await page.locator('[data-region="transport"]').getByRole('slider').fill('2000000');
  expect(await playhead(page)).toBe(2_000_000);
  await page.getByRole('button', { name: 'Step one event', exact: true }).click();
  expect(await playhead(page)).toBeGreaterThan(2_000_000);
  await page.getByRole('button', { name: 'Break…' }).click();
  await page.getByRole('dialog').locator('button.bad').click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await untilIdle(page);
  await expect(page.getByText(/The fault is in the file/)).toBeVisible();
});
