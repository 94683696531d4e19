import { setTimeout as sleep } from 'node:timers/promises';

const lookEveryMs = 50;
/** Far above what anything here takes on a slow machine; whoever waits for longer has found a fault. */
const patienceMs = 60_000;

/** Looks until it is so; what was still missing is in the error. A look that fails counts as not yet. */
export async function until(
  what: string,
  look: () => Promise<true | { readonly pending: string }>,
  timeoutMs = patienceMs,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look().catch((error: unknown) => ({ pending: String(error) }));
    if (seen === true) return;
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs / 1_000} s for ${what}: ${seen.pending}`);
    await sleep(lookEveryMs);
  }
}
