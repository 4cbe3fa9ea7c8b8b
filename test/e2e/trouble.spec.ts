/** When something of ours goes wrong: the worker ends, or an assertion fails. The last good picture stays, and it is said. */
import { expect, openScenario, playhead, test, untilIdle } from './site-page.ts';

test.use({ viewport: { width: 1440, height: 900 } });

test('a worker that dies is started again at the playhead, and says so', async ({ page, site }) => {
  const digest = await openScenario(page, site.root, 'crash-after-charge');
  await page.keyboard.press('n');
  const at = await playhead(page);
  const [worker] = page.workers();
  if (worker === undefined) throw new Error('no worker');
  await worker.evaluate(() => {
    setTimeout(() => {
      throw new Error('out of memory');
    }, 0);
  });
  await expect(page.getByText(/started again from file and seed/)).toBeVisible();
  await untilIdle(page);
  expect(await playhead(page)).toBe(at);
  await expect(page.locator('main')).toHaveAttribute('data-digest', digest ?? '');
});

test('an assertion of ours that fails is a bar with what we need to find it; the picture stays', async ({
  page,
  site,
}) => {
  await page.addInitScript(() => {
    const Real = window.MessageChannel;
    window.MessageChannel = class extends Real {
      constructor() {
        super();
        Reflect.set(window, 'lastPort', this.port1);
      }
    };
  });
  await openScenario(page, site.root, 'crash-after-charge');
  await page.keyboard.press('n');
  const drawn = await page.locator('.stage-figure').innerHTML();
  await page.evaluate(() => {
    const port: unknown = Reflect.get(window, 'lastPort');
    if (!(port instanceof MessagePort)) throw new Error('no port');
    const data = { kind: 'bug', run: -1, message: '[KAFKA-LOG-3] an offset went backwards' };
    port.dispatchEvent(new MessageEvent('message', { data }));
  });
  const bar = page.getByRole('alert').filter({ hasText: '[KAFKA-LOG-3]' });
  await expect(bar).toContainText('Seed 7');
  await expect(bar.getByRole('button')).toBeVisible();
  expect(await page.locator('.stage-figure').innerHTML()).toBe(drawn);
});
