import type { NativeConnection, Worker } from '@temporalio/worker';
import type { Queryable } from '../activities/storage/database.js';
import type { Readiness } from '../api/dependencies.js';

const checkDeadlineMs = 2_000;

/** Asks each thing that a request needs whether it is there. */
export function createHealth(deps: { database: Queryable; temporal: NativeConnection; worker: Worker }): {
  check(): Promise<Readiness>;
} {
  const checks = {
    postgres: async () => void (await deps.database.query({ text: 'SELECT 1' })),
    temporal: async () => {
      await deps.temporal.withDeadline(Date.now() + checkDeadlineMs, () => deps.temporal.healthService.check({}));
    },
    worker: async () => {
      if (deps.worker.getState() !== 'RUNNING') throw new Error('the worker does not run');
    },
  };
  return {
    check: async () => {
      const entries = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => [name, (await passes(check)) ? 'ok' : 'down'] as const),
      );
      return { ok: entries.every(([, state]) => state === 'ok'), checks: Object.fromEntries(entries) };
    },
  };
}

async function passes(check: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), checkDeadlineMs);
  });
  const asked = check().then(
    () => true,
    () => false,
  );
  const answer = await Promise.race([asked, late]);
  clearTimeout(timer);
  return answer;
}
