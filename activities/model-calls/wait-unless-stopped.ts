import { setTimeout as sleep } from 'node:timers/promises';
import type { FailureClass } from '../../workflows/contracts/failures.js';

/** Waits; tells why, where the wait or the request behind it was stopped. */
export async function waitUnlessStopped(delayMs: number, stop: AbortSignal): Promise<FailureClass | undefined> {
  if (!stop.aborted && delayMs > 0) {
    await sleep(delayMs, undefined, { signal: stop }).catch((error: unknown) => {
      if (!stop.aborted) throw error;
    });
  }
  if (!stop.aborted) return undefined;
  return (stop.reason as { readonly class?: FailureClass } | undefined)?.class ?? 'cancelled';
}
