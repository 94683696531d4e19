import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseUnavailable } from './database.js';

const firstPauseMs = 50;
const longestPauseMs = 1_000;

/** Tries again for as long as the database is away, up to `patienceMs`; every other fault is thrown at once. */
export async function retryWhileUnavailable<T>(patienceMs: number, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseUnavailable(error) || performance.now() > deadline) throw error;
      await sleep(pauseMs);
    }
  }
}
