/**
 * Whole ways through the site: by keyboard alone, by touch, and the sequence and comparison at every width. Nothing here
 * uses what the way in question would not have.
 */
import type { Page } from '@playwright/test';
import { expect, openScenario, playhead, test, untilIdle } from './site-page.ts';

/** Tab until something with this name has the focus: what somebody without a pointer does. */
async function tabTo(page: Page, name: RegExp, most = 60): Promise<void> {
  for (let i = 0; i < most; i += 1) {
    const here = await page.evaluate(() => {
      const { activeElement: element } = document;
      return element === document.body || element === null
        ? ''
        : (element.getAttribute('aria-label') ?? element.textContent ?? '').trim();
    });
    if (name.test(here)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${String(name)}`);
}

test('home by keyboard alone: crash, then fix', async ({ page, site }) => {
  await page.goto(site.root);
  await untilIdle(page);
  await tabTo(page, /^Crash payment-1 now$/);
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toHaveAttribute('data-phase', 'crashed', { timeout: 30_000 });
  await tabTo(page, /Fix it/);
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toHaveAttribute('data-phase', 'fixed', { timeout: 30_000 });
  await expect(page.locator('[data-sentence]')).toContainText('was charged once');
});

test('the lab by keyboard alone: run, break, read the verdict, repair, edit, share', async ({
  page,
  site,
  complaints,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openScenario(page, site.root, 'healthy');
  await page.keyboard.press('Space');
  await expect.poll(() => playhead(page)).toBeGreaterThan(20_000);
  await page.keyboard.press('Space');
  await untilIdle(page);

  // On the stage: arrows go from part to part and into one, b breaks what has the focus.
  await page.keyboard.press('F6');
  await page.keyboard.press('F6');
  await page.keyboard.press('F6');
  await tabTo(page, /^checkout-1, /);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('b');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);

  // From anywhere: find a part, break it.
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('payment-1');
  await page.keyboard.press('Enter');
  for (let i = 0; i < 7; i += 1) await page.keyboard.press('Shift+ArrowRight');
  await page.keyboard.press('b');
  await expect(page.getByRole('dialog', { name: 'Break payment-1' })).toBeVisible();
  await tabTo(page, /^Crash payment-1 now$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await untilIdle(page);
  await expect(page.getByText(/The fault is in the file/)).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('crash after the charge, before the commit');
  await page.keyboard.press('Enter');
  await expect(page.locator('main')).toHaveAttribute('data-file', 'crash-after-charge.json');
  await untilIdle(page);

  // Read why.
  await page.keyboard.press('v');
  const panel = page.locator('[data-region="inspector"]');
  await expect(panel).toContainText('was charged twice');
  await page.keyboard.press(']');
  const first = await playhead(page);
  await page.keyboard.press(']');
  expect(await playhead(page)).toBeGreaterThan(first);

  // Repair.
  await tabTo(page, /^Try a repair$/, 120);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Try a repair' })).toBeVisible();
  await tabTo(page, /and run again/);
  await page.keyboard.press('Enter');
  await untilIdle(page);
  await expect(panel).toContainText('Same seed, from the beginning');

  // Edit by form, and take it back.
  const repaired = await page.locator('main').getAttribute('data-digest');
  await page.keyboard.press('Control+z');
  await untilIdle(page);
  expect(await page.locator('main').getAttribute('data-digest')).not.toBe(repaired);
  await page.keyboard.press('e');
  await expect(page.locator('.cm-content')).toBeVisible();
  await page.getByRole('combobox', { name: 'idempotencyKey' }).focus();
  await page.keyboard.type('{order.id}');
  await page.keyboard.press('Tab');
  await untilIdle(page);
  // The API ignores the key, so the run is the same; that it ran again is said.
  await expect(page.getByText(/The document changed: seed 7 runs again/)).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('share');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('textbox', { name: 'Link' })).toHaveValue(/#s1=/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  expect(complaints.list).toEqual([]);
});

test.describe('by touch', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('it runs, steps, scrubs, breaks and reads the verdict', async ({ page, site, complaints }) => {
    await openScenario(page, site.root, 'crash-after-charge');
    const transport = page.locator('[data-region="transport"]');
    await transport.getByRole('button', { name: 'Play' }).tap();
    await expect.poll(() => playhead(page)).toBeGreaterThan(20_000);
    await transport.getByRole('button', { name: 'Pause' }).tap();
    await untilIdle(page);
    const stopped = await playhead(page);
    await transport.getByRole('button', { name: 'Step one event', exact: true }).tap();
    expect(await playhead(page)).toBeGreaterThan(stopped);
    const slider = await transport.getByRole('slider').boundingBox();
    if (slider === null) throw new Error('no slider');
    await page.touchscreen.tap(slider.x + slider.width * 0.4, slider.y + slider.height / 2);
    expect(await playhead(page)).toBeGreaterThan(4_000_000);
    await page.locator('[data-checks]').tap();
    await expect(page.locator('[data-region="inspector"]')).toContainText('was charged twice');
    await page.getByRole('button', { name: 'Sequence', exact: true }).tap();
    await expect(page.locator('.sequence-figure .pin').first()).toBeVisible();
    await transport.getByRole('button', { name: 'Break…' }).tap();
    await page.getByRole('dialog').locator('button.bad').tap();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    await untilIdle(page);
    await expect(page.getByText(/The fault is in the file/)).toBeVisible();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide).toBeLessThanOrEqual(0);
    expect(complaints.list).toEqual([]);
  });
});

for (const width of [1440, 1024, 390]) {
  test(`both verdicts of a repair stand side by side at ${width}`, async ({ page, site }) => {
    await page.setViewportSize({ width, height: 900 });
    await openScenario(page, site.root, 'crash-after-charge');
    await page.locator('[data-checks]').click();
    const panel = page.locator('[data-region="inspector"]');
    await panel.getByRole('button', { name: 'Try a repair' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /and run again/ })
      .click();
    await untilIdle(page);
    const row = panel.getByRole('row', { name: /Effect once/ });
    await expect(row).toBeVisible();
    const table = await panel.getByRole('table').first().boundingBox();
    expect((table?.x ?? 0) + (table?.width ?? 0)).toBeLessThanOrEqual(width);
  });
}

test('the sequence is walked by arrow keys, narrowed to a key, and read as a table', async ({
  page,
  site,
}) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await openScenario(page, site.root, 'crash-after-charge');
  await page.keyboard.press('n');
  await page.keyboard.press('s');
  const arrows = page.locator('.sequence-figure [data-arrow]');
  const all = await arrows.count();
  expect(all).toBeGreaterThan(10);
  await arrows.first().focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(arrows.nth(2)).toBeFocused();
  const before = await playhead(page);
  await page.keyboard.press('Enter');
  expect(await playhead(page)).toBeLessThan(before);
  await page.getByRole('textbox', { name: 'Key' }).fill('order-11');
  await expect.poll(() => arrows.count()).toBeLessThan(all);
  await page.getByRole('textbox', { name: 'Key' }).fill('');
  await page.locator('[data-region="stage"]').getByRole('button', { name: 'Topics as one line' }).click();
  await expect(page.locator('.sequence-figure')).toContainText('orders');
  await page.keyboard.press('t');
  const table = page.locator('[data-region="stage"]').getByRole('table');
  await expect(table).toContainText('payment-1');
  await page.keyboard.press('t');
  await expect(page.locator('.sequence-figure')).toBeVisible();
});
