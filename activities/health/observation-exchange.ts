import { bucketNumber, firstBucket } from '../../workflows/domain/health/window.js';
import type { ObservationRows } from './observation-rows.js';
import type { ShownHealth } from './shown-health.js';
import type { TrackedOffers } from './tracked-offers.js';

/** Writes what was seen here since the last time, and reads what others saw. Rejects where the database is away. */
export function createObservationExchange(deps: {
  readonly rows: ObservationRows;
  readonly tracked: TrackedOffers;
  readonly shown: ShownHealth;
  readonly instanceId: string;
  readonly clock: () => number;
}): () => Promise<void> {
  const { rows, tracked, shown, instanceId, clock } = deps;
  let readAtMs = 0;
  return async () => {
    const nowMs = clock();
    const own = tracked.takeChanged();
    // Rows of a bucket can still be written a second after its end, and clocks differ by as much.
    const since = Math.max(firstBucket(nowMs), bucketNumber(readAtMs) - 1);
    try {
      for (const bucket of await rows.exchange(instanceId, own, since)) {
        tracked.merge(bucket);
        shown.outdate(tracked.of(bucket));
      }
      readAtMs = nowMs;
    } catch (error) {
      tracked.keep(own);
      throw error;
    }
  };
}
