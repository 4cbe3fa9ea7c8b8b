/**
 * What the page costs, as ratios to a loop of plain arithmetic in the same page: a frame of two thousand moving messages,
 * a seek in a trace of two hundred thousand records, the first frame after the worker's start. Milliseconds are told, and
 * only the ratios can fail.
 */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { busyOrders, callingServices } from './measured-scenarios.ts';
import { calibration, framesDuring, median, watchLongTasks, workByFrame } from './page-measures.ts';
import { expect, openScenario, playhead, test, untilIdle } from './site-page.ts';

// Waiting depends on what else the machine does at that moment; work does not.
test.describe.configure({ mode: 'serial', timeout: 180_000, retries: 2 });
test.use({ viewport: { width: 1440, height: 900 } });

/** In loops; one takes 10.5 ms of work on the machine for which 8 ms, 50 ms and 300 ms were asked. */
const limits = { frame: 0.76, seek: 4.76, firstFrame: 28.6 };

function tell(what: string, milliseconds: number, unit: number): number {
  const ratio = milliseconds / unit;
  console.log(
    `${what}: ${milliseconds.toFixed(2)} ms, ${ratio.toFixed(2)} of the loop's ${unit.toFixed(2)} ms`,
  );
  return ratio;
}

async function openText(page: Page, address: string, text: string, title: string): Promise<void> {
  await openScenario(page, address, 'healthy');
  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await page.getByLabel('A file from this machine').setInputFiles({
    name: 'measured.json',
    mimeType: 'application/json',
    buffer: Buffer.from(text),
  });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
  await expect(page.locator('main')).toHaveAttribute('data-idle', 'true', { timeout: 120_000 });
}

test('a frame of 2,000 moving messages', async ({ page, site }) => {
  const text = callingServices({
    title: 'Two thousand',
    services: 10,
    rate: 100,
    horizon: '8s',
    latency: '1s',
  });
  await openText(page, site.root, text, 'Two thousand');
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('Shift+ArrowRight');
  await expect(page.locator('[data-region="stage"]')).toContainText('Individual messages');
  const unit = await calibration(page);
  const frames = await framesDuring(page, async () => {
    await page.keyboard.press('Space');
    // Three hundred frames at the page's own pace.
    await page.evaluate(async () => {
      for (let i = 0; i < 310; i += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    });
    await page.keyboard.press('Space');
  });
  await untilIdle(page);
  expect(await playhead(page)).toBeGreaterThan(4_000_000);
  expect(frames.length).toBeGreaterThanOrEqual(300);
  expect(tell('a frame, median of 300', median(frames.slice(5, 305)), unit.work)).toBeLessThan(limits.frame);
});

test('scrubbing a trace of 200,000 records', async ({ page, site }) => {
  const file = new URL('../../scenarios/effects/crash-after-charge.json', import.meta.url);
  await openText(page, site.root, busyOrders(readFileSync(file, 'utf8')), 'Busy orders');
  const unit = await calibration(page);
  const long = await watchLongTasks(page);
  const flag = await page
    .getByRole('slider', { name: /playhead/i })
    .first()
    .boundingBox();
  const axis = await page.locator('[data-region="timeline"]').boundingBox();
  if (flag === null || axis === null) throw new Error('no timeline');
  const y = flag.y + flag.height / 2;
  const left = flag.x + flag.width / 2;
  const frames = await framesDuring(page, async () => {
    await page.mouse.move(left, y);
    await page.mouse.down();
    for (let i = 1; i <= 120; i += 1) {
      await page.mouse.move(left + (axis.x + axis.width - left - 20) * ((i * 0.618_033_988_75) % 1), y);
    }
    await page.mouse.up();
  });
  await untilIdle(page);
  expect(await playhead(page)).toBeGreaterThan(0);
  const tasks = await long();
  // Of the wall's time, so others that use the machine are in it: told, not judged.
  console.log(`tasks over 50 ms: ${tasks.length === 0 ? 'none' : tasks.map(Math.round).join(', ')}`);
  tell('a seek, median of 120', median(frames), unit.work);
  expect(tell('the longest frame of 120 seeks', Math.max(...frames), unit.work)).toBeLessThan(limits.seek);
});

test('the first frame after the worker starts', async ({ page, site }) => {
  await page.addInitScript(() => {
    const times: { worker: number; frame: number } = { worker: 0, frame: 0 };
    Reflect.set(window, 'starts', times);
    const Real = window.Worker;
    window.Worker = class extends Real {
      constructor(address: string | URL, options?: WorkerOptions) {
        times.worker ||= performance.now();
        super(address, options);
      }
    };
    new MutationObserver(() => {
      if (times.frame > 0 || document.querySelector('.stage-figure') === null) return;
      times.frame = -1;
      requestAnimationFrame(() => (times.frame = performance.now()));
    }).observe(document, { childList: true, subtree: true });
  });
  const spans: number[] = [];
  const ratios: number[] = [];
  for (let i = 0; i < 5; i += 1) {
    await openScenario(page, site.root, 'crash-after-charge');
    const { worker, frame } = await page.evaluate(
      () => Reflect.get(window, 'starts') as { worker: number; frame: number },
    );
    expect(frame).toBeGreaterThan(worker);
    spans.push(frame - worker);
    // Beside each load, because what else the machine does changes from one to the next.
    ratios.push((frame - worker) / (await calibration(page)).wall);
  }
  const [waited, ratio] = [median(spans), median(ratios)];
  console.log(`to the first frame, median of five: ${waited.toFixed(0)} ms, ${ratio.toFixed(1)} loops`);
  expect(ratio).toBeLessThan(limits.firstFrame);
});

test('canary: work that overlaps is counted once, and each frame has its own', () => {
  const span = (name: string, ts: number, dur: number) => ({ name, ph: 'X', ts, dur, tid: 1, pid: 1 });
  const frames = workByFrame([
    span('FireAnimationFrame', 0, 4_000),
    span('FunctionCall', 1_000, 2_000),
    span('Layout', 5_000, 1_000),
    span('FireAnimationFrame', 16_000, 1_000),
    span('UpdateLayoutTree', 17_500, 500),
    span('FireAnimationFrame', 32_000, 1),
    { ...span('FunctionCall', 33_000, 9_000), tdur: 2_000 },
    span('FireAnimationFrame', 48_000, 1),
  ]);
  expect(frames).toEqual([5, 1.5, 2.001]);
});
