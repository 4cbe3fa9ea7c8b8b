import { defineConfig } from 'vitest/config';

// Vitest reads this file too; the tests run plain TypeScript, so the site's plugin is left out there.
const sitePlugins = process.env.VITEST ? [] : [(await import('@sveltejs/kit/vite')).sveltekit()];

const deep = process.env.SPILLWAY_DEEP === '1';
const slowTests = ['test/properties/**/*.test.ts', 'test/**/*.slow.test.ts'];
const architectureTests = ['test/architecture/**/*.test.ts'];

export default defineConfig({
  plugins: sitePlugins,
  server: { fs: { allow: ['scenarios'] } },
  worker: { format: 'es' },
  // How long the bundler's plugins took is no news to somebody who wants to see the site.
  build: { rolldownOptions: { checks: { bundlerTimings: false } } },
  test: {
    testTimeout: deep ? 600_000 : 30_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: [...slowTests, ...architectureTests, 'test/e2e/**'],
        },
      },
      { extends: true, test: { name: 'slow', include: slowTests, testTimeout: deep ? 600_000 : 120_000 } },
      {
        extends: true,
        test: { name: 'architecture', include: architectureTests, testTimeout: 120_000 },
      },
    ],
  },
});
