import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { createVendorHealth, healthChannelName, type VendorHealth } from '../../activities/health/vendor-health.js';
import { createDatabase, type Database } from '../../activities/storage/database.js';
import { createNotifications } from '../../activities/storage/notifications.js';
import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { CircuitState, Observation } from '../../workflows/contracts/health.js';
import { until } from '../chaos/until.js';
import { createTestDatabase, type TestDatabase } from '../support/services.js';

/** A gateway process, as far as vendors' health goes, at a time of the test's own. */
export interface HealthProcess {
  readonly health: VendorHealth;
  readonly database: Database;
  readonly errors: unknown[];
  /** An attempt that took 100 ms and ended now. */
  attempt(offerId: string, failure?: FailureClass, more?: Partial<Observation>): void;
  circuitOf(key: string): CircuitState | undefined;
  /** Resolves once this process shows the circuit like that. */
  shows(key: string, circuit: CircuitState): Promise<void>;
}

export interface HealthWorld {
  /** Milliseconds since the epoch, the same for all processes. */
  readonly time: { nowMs: number };
  start(id: string, options?: { readonly wrap?: (database: Database) => Database }): Promise<HealthProcess>;
  /** Of a test's own: no other touches its health. */
  offerId(): string;
}

export function useHealthWorld(): HealthWorld {
  let template: TestDatabase | undefined;
  let offers = 0;
  const time = { nowMs: Date.UTC(2026, 0, 1) };
  beforeAll(async () => {
    template = await createTestDatabase();
  });
  afterAll(() => template?.drop());

  return {
    time,
    offerId: () => `acme/model-${(offers += 1)}`,
    start: async (id, { wrap = (database: Database) => database } = {}) => {
      const errors: unknown[] = [];
      const onError = (error: unknown): void => void errors.push(error);
      const url = template?.url ?? '';
      const database = createDatabase({ url, connections: 2, onError });
      const notifications = createNotifications({ url, channels: [healthChannelName], onError });
      const listening = new Promise<void>((resolve) => notifications.on(healthChannelName, () => resolve()));
      const clock = (): number => time.nowMs;
      const health = createVendorHealth({ database: wrap(database), notifications, instanceId: id, onError, clock });
      onTestFinished(async () => {
        await health.stop();
        await notifications.close();
        await database.close();
      });
      await listening;
      await health.start();
      const circuitOf = (key: string): CircuitState | undefined => health.snapshot().get(key)?.circuit;
      return {
        health,
        database,
        errors,
        circuitOf,
        attempt: (offerId, failure, more = {}) => {
          const { nowMs } = time;
          const failed = failure && { failure: { class: failure } };
          health.record({ offerId, startedAtMs: nowMs - 100, endedAtMs: nowMs, ...failed, ...more });
        },
        shows: (key, circuit) =>
          until(`${id} to show ${key} ${circuit}`, async () => {
            const shown = circuitOf(key);
            return shown === circuit ? true : { pending: `it is ${shown ?? 'unknown'}` };
          }),
      };
    },
  };
}
