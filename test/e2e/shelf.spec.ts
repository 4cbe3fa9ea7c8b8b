/**
 * What is kept in the browser: drafts and runs on their list, everything out and in again, a second tab on the same draft,
 * and a browser that stores nothing or has no room left. Work is never lost, and the page says where it is.
 */
import type { Page } from '@playwright/test';
import { expect, openScenario, test, untilIdle } from './site-page.ts';

async function crashSomething(page: Page): Promise<void> {
  await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('treeitem', { name: /^payment-1,/ }).click();
  await page.keyboard.press('b');
  await page.getByRole('dialog').getByRole('button', { name: 'Crash payment-1 now' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await untilIdle(page);
}

async function openShelf(page: Page) {
  await page.getByRole('button', { name: 'Drafts', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Drafts and runs' });
  await expect(dialog.locator('[data-read="true"]')).toBeVisible();
  return dialog;
}

const digestOf = (page: Page) => page.locator('main').getAttribute('data-digest');

test('a draft and a run are listed, renamed, opened and deleted, and deleting can be undone', async ({
  page,
  site,
  complaints,
}) => {
  await openScenario(page, site.root, 'healthy');
  await crashSomething(page);
  const digest = await digestOf(page);
  let dialog = await openShelf(page);
  await dialog.getByRole('button', { name: 'Rename healthy.json' }).click();
  await dialog.getByRole('textbox', { name: 'New name' }).fill('payment dies');
  await page.keyboard.press('Enter');
  await expect(dialog.getByRole('button', { name: 'Open payment dies' })).toBeVisible();
  await dialog.getByRole('button', { name: 'Keep this run' }).click();
  await expect(dialog.getByRole('button', { name: 'Open A healthy order system' })).toBeVisible();
  await page.keyboard.press('Escape');

  await openScenario(page, site.root, 'poison-record');
  dialog = await openShelf(page);
  await dialog.getByRole('button', { name: 'Open payment dies' }).click();
  await expect(dialog).toHaveCount(0);
  await untilIdle(page);
  await expect(page.locator('main')).toHaveAttribute('data-digest', digest ?? '');

  await openScenario(page, site.root, 'poison-record');
  dialog = await openShelf(page);
  await dialog.getByRole('button', { name: 'Open A healthy order system' }).click();
  await untilIdle(page);
  await expect(page.locator('main')).toHaveAttribute('data-digest', digest ?? '');

  dialog = await openShelf(page);
  await dialog.getByRole('button', { name: 'Delete payment dies' }).click();
  await expect(dialog.getByRole('button', { name: 'Open payment dies' })).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await expect(dialog.getByRole('button', { name: 'Open payment dies' })).toBeVisible();
  expect(complaints.list).toEqual([]);
});

test('everything goes out as one file and comes back in', async ({ page, site }) => {
  await openScenario(page, site.root, 'healthy');
  await crashSomething(page);
  let dialog = await openShelf(page);
  await dialog.getByRole('button', { name: 'Keep this run' }).click();
  const saving = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save everything as a file' }).click();
  const file = await (await saving).path();
  for (const name of ['Delete healthy.json', 'Delete A healthy order system']) {
    await dialog.getByRole('button', { name }).click();
    await expect(dialog.getByRole('button', { name })).toHaveCount(0);
  }
  await dialog.locator('input[type="file"]').setInputFiles(file);
  await expect(dialog.getByText(/Brought in: 1 draft, 1 run/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Open healthy.json' })).toBeVisible();
  await dialog.locator('input[type="file"]').setInputFiles({
    name: 'no-export.json',
    mimeType: 'application/json',
    buffer: Buffer.from('{"version": 1}'),
  });
  await expect(dialog.getByText(/This is not an export of everything/)).toBeVisible();
  await page.keyboard.press('Escape');
  dialog = await openShelf(page);
  await expect(dialog.getByRole('button', { name: 'Open healthy.json' })).toBeVisible();
});

test('a second tab on the same draft goes on under a draft of its own; both are kept', async ({
  page,
  site,
  context,
}) => {
  await openScenario(page, site.root, 'healthy');
  await crashSomething(page);
  const other = await context.newPage();
  // No scenario in the address: the newest draft is what the second tab opens.
  await other.goto(`${site.root}lab/`);
  await untilIdle(other);
  expect(await digestOf(other)).toBe(await digestOf(page));
  await other.keyboard.press('Control+z');
  await crashSomething(other);
  await expect(page.getByText(/Another tab changed healthy\.json/)).toBeVisible();
  await crashSomething(page);
  const dialog = await openShelf(page);
  await expect(dialog.getByRole('button', { name: 'Open healthy.json', exact: true })).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Open healthy.json (this tab)' })).toBeVisible();
});

test('a browser that has no room left says so, and an export still holds the work', async ({
  page,
  site,
}) => {
  await openScenario(page, site.root, 'healthy');
  await page.evaluate(() => {
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('no space', 'QuotaExceededError');
    };
  });
  await crashSomething(page);
  await expect(page.getByText(/storage is full/)).toBeVisible();
  const dialog = await openShelf(page);
  const saving = page.waitForEvent('download');
  await dialog.getByRole('button', { name: 'Save everything as a file' }).click();
  const stream = await (await saving).createReadStream();
  let text = '';
  for await (const part of stream) text += String(part);
  expect(text).toContain('payment-1');
  expect(JSON.parse(text)).toMatchObject({ drafts: [{ name: 'healthy.json' }] });
});

test('a browser that stores nothing runs all the same, and says so', async ({ page, site }) => {
  await page.addInitScript(() => {
    Object.defineProperty(window, 'indexedDB', { value: undefined });
  });
  await openScenario(page, site.root, 'healthy');
  await crashSomething(page);
  await expect(page.getByText(/does not let the page store anything/)).toBeVisible();
  const dialog = await openShelf(page);
  await expect(dialog.getByRole('alert')).toContainText('does not let the page store anything');
});
