import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from './database.js';

const firstPauseMs = 50;
const longestPauseMs = 1_000;

export interface WhatIsAway {
  /** What passes with time; faults of the database where nothing is said. */
  readonly isAway?: (error: unknown) => boolean;
  /** Once aborted, nobody waits any longer: the last fault is thrown. */
  readonly stop?: AbortSignal;
}

/** Tries again for as long as the database is away, up to `patienceMs`; every other fault is thrown at once. */
export async function retryWhileUnavailable<T>(
  patienceMs: number,
  work: () => Promise<T>,
  { isAway = isDatabaseUnavailable, stop }: WhatIsAway = {},
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error;
      // A stop ends the pause by a rejection, which says nothing that the signal does not.
      await sleep(pauseMs, undefined, { ...(stop && { signal: stop }) }).catch(() => undefined);
      if (stop?.aborted) throw error;
    }
  }
}
