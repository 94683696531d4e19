import { defineConfig, type TestProjectConfiguration } from 'vitest/config';
import { SlowFirst } from './test/support/slow-first.js';
import { createTotalsReporter } from './test/support/totals-reporter.js';

const rooms = ['workflows', 'activities', 'api', 'workers', 'infra'].map((room) => `${room}/**/*.test.ts`);
/** In `test`, but no services are asked for there. */
const pureAreas = ['conformance', 'simulation'].map((area) => `test/${area}/**/*.test.ts`);

/** Those that take minutes each, which `npm run test:long` runs alone. */
const long = 'test/**/*.long.test.ts';

/** Those that ask for services, which are there once for all of them. */
function servicesProject(
  name: string,
  { include, exclude }: { readonly include: string[]; readonly exclude: readonly string[] },
): TestProjectConfiguration {
  return {
    extends: true,
    test: {
      name,
      include,
      exclude: ['**/node_modules/**', 'test/architecture/planted/**', ...exclude],
      globalSetup: ['test/support/global-setup.ts'],
    },
  };
}

export default defineConfig({
  test: {
    // Temporal's native addon is one a process, and worker threads share theirs.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: SlowFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    reporters: ['default', createTotalsReporter()],
    // One after the other in the same process: to load the code anew for each of hundreds of files takes longer than to run most.
    isolate: false,
    projects: [
      { extends: true, test: { name: 'pure', include: [...rooms, ...pureAreas] } },
      servicesProject('services', { include: ['test/**/*.test.ts'], exclude: [...pureAreas, long] }),
      servicesProject('long', { include: [long], exclude: [] }),
    ],
  },
});
