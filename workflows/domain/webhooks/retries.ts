import { chanceOf } from '../seed.js';

/**
 * When a webhook that was not taken is tried again, in seconds after the first attempt, before jitter: ten attempts over a day
 * (Standard Webhooks, "Deliverability and reliability").
 */
export const RETRY_SECONDS: readonly number[] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/** What a retry may come later than its time, as a share of the pause before it. */
const JITTER = 0.1;

/** Never sooner than this, so that a server that answers at once is not asked in a circle. */
const LEAST_PAUSE_MS = 250;

/** No answer of a receiver puts a retry off for longer. */
const LONGEST_WISH_MS = 6 * 3_600_000;

export interface RetryQuestion {
  /** How many attempts were made. */
  readonly attempts: number;
  /** Since the first of them. */
  readonly elapsedMs: number;
  /** Decides the jitter: the same for the same delivery, another for every other, so that an outage does not end in a stampede. */
  readonly seed: string;
  readonly schedule: readonly number[];
  /** What the receiver asked for; absent where it said nothing. */
  readonly wishMs?: number;
}

/** How long to wait for the next attempt; `undefined` where there is none any more. */
export function retryDelayMs({ attempts, elapsedMs, seed, schedule, wishMs = 0 }: RetryQuestion): number | undefined {
  const at = schedule[attempts - 1];
  if (at === undefined) return undefined;
  const before = schedule[attempts - 2] ?? 0;
  const dueMs = (at + (at - before) * JITTER * chanceOf(`${seed} ${attempts}`)) * 1_000;
  return Math.max(LEAST_PAUSE_MS, Math.round(dueMs - elapsedMs), Math.min(wishMs, LONGEST_WISH_MS));
}

const POSTPONED_LEAST_MS = 1_000;
const POSTPONED_MOST_MS = 60_000;

/** How long a delivery stands back behind others to the same endpoint, longer each time in a row. */
export function postponedMs(postponed: number, seed: string): number {
  const whole = Math.min(POSTPONED_MOST_MS, POSTPONED_LEAST_MS * 2 ** postponed);
  return Math.round(whole * (0.5 + chanceOf(`${seed} ${postponed}`) / 2));
}
