/**
 * Home's miniature: still until asked, a crash that charges a card twice, a repair that does not, both from real runs; and
 * the run that it showed opens in the lab.
 */
import { expect, playhead, test, untilIdle } from './site-page.ts';

const numbers = /(\d+\.\d\d) taken, (\d+\.\d\d) owed/;

test('one press crashes payment and charges twice, one more repairs it', async ({
  page,
  site,
  complaints,
}) => {
  await page.goto(site.root);
  await untilIdle(page);
  const sentence = page.locator('[data-sentence]');
  await expect(sentence).toContainText('has not yet committed its offset');
  await page.getByRole('button', { name: 'Crash payment-1 now' }).click();
  await expect(page.locator('main')).toHaveAttribute('data-phase', 'crashed', { timeout: 30_000 });
  await expect(sentence).toContainText('was charged twice');
  const [, taken, owed] = numbers.exec((await sentence.textContent()) ?? '') ?? [];
  expect(Number(taken)).toBeCloseTo(2 * Number(owed), 2);
  await page.getByRole('button', { name: /Fix it/ }).click();
  await expect(page.locator('main')).toHaveAttribute('data-phase', 'fixed', { timeout: 30_000 });
  await expect(sentence).toContainText('was charged once');
  const [, onceTaken, onceOwed] = numbers.exec((await sentence.textContent()) ?? '') ?? [];
  expect(onceTaken).toBe(onceOwed);
  expect(onceOwed).toBe(owed);
  expect(complaints.list).toEqual([]);
});

test('the run opens in the lab', async ({ page, site }) => {
  await page.goto(site.root);
  await untilIdle(page);
  await page.getByRole('link', { name: 'Open this run in the lab' }).click();
  await expect(page).toHaveURL(/\/lab\//);
  await untilIdle(page);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('An order, a payment, a crash');
  expect(await playhead(page)).toBe(0);
});
