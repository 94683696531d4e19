import { defineConfig } from 'vitest/config';
import { createTotalsReporter } from './test/support/totals-reporter.js';

export default defineConfig({
  test: {
    include: ['workflows', 'activities', 'api', 'workers', 'infra', 'test'].map((room) => `${room}/**/*.test.ts`),
    exclude: ['**/node_modules/**', 'test/architecture/planted/**'],
    // Temporal's native addon is one a process, and worker threads share theirs.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', createTotalsReporter()],
  },
});
