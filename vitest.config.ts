import { defineConfig } from 'vitest/config';
import { createTotalsReporter } from './test/support/totals-reporter.js';

/**
 * Minutes each, of processes that are killed, memory and time: run by `npm run test:long`, so that `npm test` stays within half
 * an hour on a slow machine.
 */
const LONG = [
  ...['test/health/four-processes.test.ts', 'test/health/recovery.test.ts', 'test/jobs/crash.test.ts'],
  ...['test/jobs/long-wait.test.ts', 'test/objects/memory.test.ts', 'test/webhooks/crash.test.ts'],
];

export default defineConfig({
  test: {
    include: ['workflows', 'activities', 'api', 'workers', 'infra', 'test'].map((room) => `${room}/**/*.test.ts`),
    exclude: [
      ...['**/node_modules/**', 'test/architecture/planted/**'],
      ...(process.env['SLUICE_TEST_LONG'] === undefined ? LONG : []),
    ],
    // Temporal's native addon is one a process, and worker threads share theirs.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    globalSetup: ['test/support/global-setup.ts'],
    reporters: ['default', createTotalsReporter()],
  },
});
