/**
 * Browser tests of the built site. The runner passes the Chromium that it found; without it Playwright's own is used.
 */
import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: '.',
  outputDir: '../../test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  use: {
    launchOptions: {
      executablePath: process.env.SPILLWAY_CHROMIUM || undefined,
      args: ['--disable-background-networking'],
    },
  },
});
