import { setTimeout as sleep } from 'node:timers/promises';
import { PASSING_FAILURES } from '../../workflows/domain/passing-failures.js';
import { abortFailure } from './http.js';
import { ProviderFailure } from './port.js';

/** What one look at a job found. */
export type Look<T> = { readonly done: true; readonly value: T } | { readonly done: false; readonly afterMs?: number };

export interface PollClock {
  /** Resolves after so long, or rejects once the signal aborts. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<unknown>;
  /** 0 to 1. */
  readonly random: () => number;
}

export interface PollOptions<T> {
  /** Asks how the job goes. Throws a `ProviderFailure`: where it is the job's own end, that is the attempt's. */
  readonly look: () => Promise<Look<T>>;
  readonly signal: AbortSignal;
  readonly clock?: PollClock;
}

const FIRST_MS = 500;
const LONGEST_MS = 5_000;
const GROWTH = 1.4;
/** A fifth more or less, so that jobs that began together do not ask together. */
const JITTER = 0.2;
const LOOKS_THAT_MAY_FAIL = 5;

export const SYSTEM_CLOCK: PollClock = {
  wait: (delayMs, signal) => sleep(delayMs, undefined, { signal }),
  random: Math.random,
};

/**
 * Waits for a job that a vendor has accepted, in steps that grow and are never alike. A look that fails for a passing reason is
 * made again: the job runs, and to submit it once more would make and charge it twice. Where the looks keep failing, the job
 * counts as one that took too long, which no retry at the same vendor follows.
 */
export async function poll<T>({ look, signal, clock = SYSTEM_CLOCK }: PollOptions<T>): Promise<T> {
  let delayMs = FIRST_MS;
  let failed = 0;
  try {
    for (;;) {
      const seen = await looked(look, signal, failed);
      if ('done' in seen && seen.done) return seen.value;
      failed = 'failed' in seen ? failed + 1 : 0;
      const asked = seen.afterMs ?? 0;
      await clock.wait(Math.max(asked, delayMs * (1 - JITTER + 2 * JITTER * clock.random())), signal);
      delayMs = Math.min(delayMs * GROWTH, LONGEST_MS);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw abortFailure(signal);
  }
}

type Seen<T> = Look<T> | { readonly failed: true; readonly afterMs?: number };

async function looked<T>(look: () => Promise<Look<T>>, signal: AbortSignal, failed: number): Promise<Seen<T>> {
  if (signal.aborted) throw abortFailure(signal);
  try {
    return await look();
  } catch (error) {
    if (!(error instanceof ProviderFailure) || !PASSING_FAILURES.has(error.failure.class) || signal.aborted)
      throw error;
    // A job's own end has no status of HTTP to have come by.
    if (error.failure.httpStatus === undefined && error.failure.class === 'vendor_error') throw error;
    if (failed + 1 >= LOOKS_THAT_MAY_FAIL) throw lostSight();
    const { retryAfterMs } = error.failure;
    return { failed: true, ...(retryAfterMs !== undefined && { afterMs: retryAfterMs }) };
  }
}

function lostSight(): ProviderFailure {
  return new ProviderFailure({ class: 'timeout_total' }, { message: 'The vendor no longer says how the job goes.' });
}
