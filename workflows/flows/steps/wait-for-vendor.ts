import { condition, patched, setHandler, sleep } from '@temporalio/workflow';
import { vendorSpoke } from '../../messages/vendor-spoke.js';
import { CALLS_THAT_COUNT } from './timeouts.js';

/** Waits for so long, or until the attempt's vendor calls back. */
export type WaitForVendor = (attempt: number, waitMs: number) => Promise<void>;

/**
 * Hears the vendors of this run's attempts from here on. A call that comes while its attempt is looked at ends the wait after that
 * at once, so that none is missed; one that comes twice, or too late, brings a look more and no harm. Only the first of a run
 * count, because whoever has an address can call it for ever.
 */
export function hearVendors(): WaitForVendor {
  const heard = new Set<number>();
  let left = CALLS_THAT_COUNT;
  setHandler(vendorSpoke, (attempt) => void heard.add(attempt));
  return async (attempt, waitMs) => {
    // Runs from before vendors were heard slept through their calls, and must do so again when they are replayed.
    if (left === 0 || !patched('vendor-spoke')) return sleep(waitMs);
    if (await condition(() => heard.has(attempt), waitMs)) left -= 1;
    heard.delete(attempt);
  };
}
