import { writeSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule, Vitest } from 'vitest/node';

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Makes `N passed, N failed` (and `, N skipped`) the very last line of a run, after whatever teardown still says. */
export function createTotalsReporter(): Reporter {
  // A run that breaks before its end (in the global setup, say) has failed, whatever it managed to count.
  let totals: Totals = { passed: 0, failed: 1, skipped: 0 };
  const print = (exitCode = 0): void => {
    const isUncounted = exitCode !== 0 && totals.failed === 0;
    writeSync(1, `${describeTotals(isUncounted ? { ...totals, failed: 1 } : totals)}\n`);
  };
  let watching = false;
  return {
    onInit(vitest: Vitest) {
      watching = vitest.config.watch;
      if (!watching) process.once('exit', (code) => print(code));
    },
    onTestRunEnd(modules, unhandledErrors) {
      totals = count(modules, unhandledErrors);
      if (watching) print();
    },
  };
}

function count(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): Totals {
  let [passed, failed, skipped] = [0, unhandledErrors.length, 0];
  for (const module of modules) {
    // A file that could not be collected has no tests to fail, and hooks fail outside tests.
    failed += module.errors().length;
    for (const suite of module.children.allSuites()) failed += suite.errors().length;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'passed') passed += 1;
      else if (state === 'failed') failed += 1;
      else skipped += 1;
    }
  }
  return { passed, failed, skipped };
}

function describeTotals({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
