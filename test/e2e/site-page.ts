/**
 * The page under test: served from the built site, watched for everything that a clean page does not do (console
 * errors, exceptions, policy violations, failed requests), and waited for by the page's own idle signal.
 */
import { test as base, expect } from '@playwright/test';
import type { Page } from '@playwright/test';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serveDirectory } from '../../bin/static-server.mjs';

const build = fileURLToPath(new URL('../../build', import.meta.url));

interface SiteAddresses {
  /** The site at a server's root. */
  readonly root: string;
  /** The same files below a folder, as a project page on a static host has them. */
  readonly subPath: string;
}

interface Complaints {
  readonly list: string[];
}

export const test = base.extend<{ complaints: Complaints }, { site: SiteAddresses }>({
  site: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'spillway-site-'));
      symlinkSync(build, join(folder, 'spillway'));
      const atRoot = await serveDirectory({ directory: build, port: 0 });
      const below = await serveDirectory({ directory: folder, port: 0 });
      await use({ root: atRoot.address, subPath: `${below.address}spillway/` });
      atRoot.close();
      below.close();
      rmSync(folder, { recursive: true });
    },
    { scope: 'worker' },
  ],
  complaints: async ({ page }, use) => {
    const list: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') list.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => list.push(`exception: ${error.message}`));
    page.on('requestfailed', (request) => list.push(`request: ${request.url()}`));
    page.on('response', (response) => {
      if (response.status() >= 400) list.push(`status ${response.status()}: ${response.url()}`);
    });
    await page.exposeFunction('complainOfPolicy', (sentence: string) => list.push(`policy: ${sentence}`));
    await page.addInitScript(() => {
      addEventListener('securitypolicyviolation', (event) => {
        const complain: unknown = Reflect.get(window, 'complainOfPolicy');
        if (typeof complain === 'function') complain(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    await use({ list });
  },
});

export { expect };

/** Resolves when the page has started and computes nothing. */
export async function untilIdle(page: Page): Promise<void> {
  await expect(page.locator('main')).toHaveAttribute('data-idle', 'true', { timeout: 45_000 });
}

/** Opens one of the site's scenarios in the lab and returns the digest of its run in the worker. */
export async function openScenario(page: Page, address: string, name: string): Promise<string | null> {
  await page.goto(`${address}lab/?scenario=${name}`);
  await expect(page.locator('main')).toHaveAttribute('data-file', `${name}.json`, { timeout: 45_000 });
  await untilIdle(page);
  return await page.locator('main').getAttribute('data-digest');
}

/** The playhead as the page shows it, in microseconds of virtual time. */
export async function playhead(page: Page): Promise<number> {
  return Number(await page.locator('main').getAttribute('data-playhead'));
}

/** Resolves after so many of the page's own animation frames: what would move has had the chance to. */
export async function frames(page: Page, count: number): Promise<void> {
  await page.evaluate(async (many) => {
    for (let i = 0; i < many; i += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  }, count);
}
