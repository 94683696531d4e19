import { type Bucket, EMPTY_BUCKET, mergeBuckets, type Tally, tallyOf } from './bucket.js';

/** The stretch of time of one bucket, and how far back a snapshot looks. */
export const BUCKET_MS = 10_000;
export const WINDOW_MS = 300_000;
/** Longer stretches of which a day is kept, for what is shown of an offer. */
export const LONG_BUCKET_MS = 300_000;
export const HISTORY_MS = 86_400_000;

/** Buckets by the number of their stretch of time since the epoch. */
export type Window = ReadonlyMap<number, Bucket>;

export function bucketNumber(atMs: number, widthMs = BUCKET_MS): number {
  return Math.floor(atMs / widthMs);
}

/** The first bucket that a snapshot of this moment still counts. */
export function firstBucket(nowMs: number): number {
  return bucketNumber(nowMs - WINDOW_MS) + 1;
}

/** What all windows together saw lately, or from the buckets `first` to `last` alone. */
export function foldWindows(
  windows: readonly Window[],
  nowMs: number,
  { first = firstBucket(nowMs), last = Infinity }: { readonly first?: number; readonly last?: number } = {},
): Bucket {
  const within = windows.flatMap((window) =>
    [...window].flatMap(([number, bucket]) => (number >= first && number <= last ? [bucket] : [])),
  );
  return within.length === 0 ? EMPTY_BUCKET : mergeBuckets(within);
}

/** What was tried from `sinceMs` on, by whole buckets: one that began earlier is left out, because nobody can take it apart. */
export function recentTally(windows: readonly Window[], sinceMs: number): Tally {
  const first = Math.ceil(sinceMs / BUCKET_MS);
  let [counted, faults] = [0, 0];
  for (const window of windows) {
    for (const [number, bucket] of window) {
      if (number < first) continue;
      const tally = tallyOf(bucket);
      counted += tally.counted;
      faults += tally.faults;
    }
  }
  return { counted, faults };
}
