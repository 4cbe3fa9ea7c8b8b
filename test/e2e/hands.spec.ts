/**
 * What hands do to the document outside its editor: parts moved and joined on the stage, crash points armed, links cut and
 * processes slowed by the form, fault bars dragged, files dropped and pasted. Each is a change that undo takes back.
 */
import type { Page } from '@playwright/test';
import { expect, openScenario, playhead, test, untilIdle } from './site-page.ts';

test.use({ viewport: { width: 1440, height: 900 } });

const digestOf = (page: Page) => page.locator('main').getAttribute('data-digest');

async function boxOf(page: Page, target: string) {
  const box = await page.locator(`[data-target="${target}"]`).first().boundingBox();
  if (box === null) throw new Error(`${target} is not drawn`);
  return box;
}

async function drag(page: Page, from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

test('a part is dragged: the run goes on as it was, undo takes it back, a reload keeps it', async ({
  page,
  site,
  complaints,
}) => {
  const digest = await openScenario(page, site.root, 'healthy');
  await page.keyboard.press('Shift+ArrowRight');
  const before = await boxOf(page, 'process|payment-1');
  const hold = { x: before.x + 100, y: before.y + 8 };
  await drag(page, hold, { x: hold.x, y: hold.y - 60 });
  await untilIdle(page);
  const after = await boxOf(page, 'process|payment-1');
  expect(before.y - after.y).toBeGreaterThan(40);
  expect(await playhead(page)).toBe(1_000_000);
  expect(await digestOf(page)).toBe(digest);
  await expect(page.locator('.notice')).toHaveCount(0);
  await page.reload();
  await untilIdle(page);
  expect(Math.abs((await boxOf(page, 'process|payment-1')).y - after.y)).toBeLessThan(2);
  expect(complaints.list).toEqual([]);
});

test('a part is moved by the keyboard alone, taken back, moved by numbers, and laid out anew', async ({
  page,
  site,
}) => {
  await openScenario(page, site.root, 'healthy');
  await page.getByRole('treeitem', { name: /^cards/ }).click();
  const before = await boxOf(page, 'store|cards');
  await page.keyboard.press('m');
  const form = page.getByRole('form', { name: 'Move cards' });
  await expect(form.getByRole('button', { name: /arrow keys move it/ })).toBeFocused();
  await page.keyboard.press('Shift+ArrowUp');
  expect((await boxOf(page, 'store|cards')).y).toBeLessThan(before.y - 20);
  await page.keyboard.press('Escape');
  await expect(form).toHaveCount(0);
  expect((await boxOf(page, 'store|cards')).y).toBeCloseTo(before.y, 0);
  await page.keyboard.press('m');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await untilIdle(page);
  const kept = await boxOf(page, 'store|cards');
  expect(kept.y).toBeLessThan(before.y);
  await page.keyboard.press('m');
  await form.getByRole('button', { name: 'Lay out anew' }).click();
  await untilIdle(page);
  expect((await boxOf(page, 'store|cards')).y).toBeCloseTo(before.y, 0);
  await page.keyboard.press('Control+z');
  await untilIdle(page);
  expect((await boxOf(page, 'store|cards')).y).toBeCloseTo(kept.y, 0);
});

test('a line drawn from a service to a topic lets it publish there', async ({ page, site }) => {
  const digest = await openScenario(page, site.root, 'healthy');
  const from = await boxOf(page, 'process|checkout-1');
  const to = await boxOf(page, 'topic|payments');
  const port = page.locator('[data-port="process|checkout-1"]');
  const start = await port.boundingBox();
  if (start === null) throw new Error('no port');
  await drag(
    page,
    { x: start.x + start.width / 2, y: start.y + start.height / 2 },
    { x: to.x + 60, y: to.y + 60 },
  );
  expect(from.x).toBeLessThan(to.x);
  const dialog = page.getByRole('dialog', { name: 'Connect checkout to payments' });
  await dialog.getByLabel('Event type').selectOption('payment.completed');
  await dialog.getByRole('button', { name: 'Let checkout publish payment.completed' }).click();
  await expect(dialog).toHaveCount(0);
  await untilIdle(page);
  expect(await digestOf(page)).not.toBe(digest);
  await page.keyboard.press('Control+z');
  await untilIdle(page);
  expect(await digestOf(page)).toBe(digest);
});

test('a crash point between two steps is armed, and strikes there', async ({ page, site }) => {
  await openScenario(page, site.root, 'healthy');
  await page.locator('[data-target="tick|payment-1|payment/charge|after"]').click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('button.bad').click();
  await expect(dialog).toHaveCount(0);
  await untilIdle(page);
  await expect(page.getByRole('treeitem', { name: /F1 crash payment/ })).toBeVisible();
  await expect(page.locator('[data-target="tick|payment-1|payment/charge|after"]')).toHaveAttribute(
    'aria-pressed',
    'true',
  );
  await page.keyboard.press('End');
  await expect(page.locator('[data-checks]')).toContainText('anomal');
});

for (const { choice, told } of [
  { choice: 'Slow payment-1 down now', told: /F1 slow payment-1/ },
  { choice: 'Cut payment-1 off now', told: /F1 partition payment-1/ },
  { choice: 'Delay everything to and from payment-1 now', told: /F1 latency payment-1/ },
  { choice: 'Pause payment-1 now', told: /F1 pause payment-1/ },
]) {
  test(`the form does this: ${choice}`, async ({ page, site }) => {
    const digest = await openScenario(page, site.root, 'healthy');
    for (let i = 0; i < 8; i += 1) await page.keyboard.press('Shift+ArrowRight');
    await page.getByRole('treeitem', { name: /^payment-1,/ }).click();
    await page.keyboard.press('b');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(choice, { exact: true }).check();
    await dialog.getByRole('button', { name: choice }).click();
    await expect(dialog).toHaveCount(0);
    await untilIdle(page);
    await expect(page.getByRole('treeitem', { name: told })).toBeVisible();
    expect(await digestOf(page)).not.toBe(digest);
    expect(await playhead(page)).toBe(8_000_000);
  });
}

test('a fault bar is dragged along the timeline, and its edge made longer', async ({ page, site }) => {
  await openScenario(page, site.root, 'healthy');
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('Shift+ArrowRight');
  await page.getByRole('treeitem', { name: /^payment-1,/ }).click();
  await page.keyboard.press('b');
  await page.getByRole('dialog').getByRole('button', { name: 'Crash payment-1 now' }).click();
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await untilIdle(page);
  const digest = await digestOf(page);
  const bar = page.locator('[data-region="timeline"]').getByRole('button', { name: /F1/ });
  const box = await bar.boundingBox();
  if (box === null) throw new Error('no bar');
  const hold = { x: box.x + 20, y: box.y + box.height / 2 };
  await drag(page, hold, { x: hold.x + 120, y: hold.y });
  await untilIdle(page);
  expect(await digestOf(page)).not.toBe(digest);
  expect((await bar.boundingBox())?.x ?? 0).toBeGreaterThan(box.x + 60);
  await page.keyboard.press('Control+z');
  await untilIdle(page);
  expect(await digestOf(page)).toBe(digest);
});

const small = JSON.stringify({
  version: 1,
  title: 'Dropped',
  data: { item: { id: 'sequence' } },
  events: { 'item.made': { version: '1.0', fields: { 'item.id': 'id' }, size: '500B' } },
  brokers: { kafka: { kind: 'kafka', topics: { items: { partitions: 1 } } } },
  on: 'kafka',
  carry: { kafka: { publish: { 'item.made': { topic: 'items', key: '{item.id}' } } } },
  services: { producer: { every: '1s', limit: 3, do: [{ publish: 'item.made', wait: 'confirm' }] } },
});

test('a file dropped and a text pasted are opened', async ({ page, site }) => {
  await openScenario(page, site.root, 'healthy');
  const data = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'dropped.json', { type: 'application/json' }));
    return transfer;
  }, small);
  await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
  await expect(page.getByText('Drop the scenario file to open it.')).toBeVisible();
  await page.dispatchEvent('main', 'drop', { dataTransfer: data });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Dropped');
  await untilIdle(page);
  await page.evaluate(
    (text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
    },
    small.replace('Dropped', 'Pasted'),
  );
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Pasted');
});

test('an empty stage says how to begin, and begins', async ({ page, site, complaints }) => {
  await openScenario(page, site.root, 'healthy');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('empty stage');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Nothing here yet.' })).toBeVisible();
  await page.getByRole('button', { name: 'Paste a scenario' }).click();
  await expect(page.getByLabel('Or paste JSON')).toBeFocused();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add a producer and a topic' }).click();
  await expect(page.locator('[data-target="topic|items"]')).toBeVisible();
  await untilIdle(page);
  expect(complaints.list).toEqual([]);
});
