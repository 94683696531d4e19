import type { TimeBucket } from '../contracts/usage-reports.js';

export type BucketWidth = '1m' | '1h' | '1d';

const SECONDS = { '1m': 60, '1h': 3_600, '1d': 86_400 } as const satisfies { readonly [W in BucketWidth]: number };

/**
 * The first `limit` buckets of a stretch of time, which end where minutes, hours and days of UTC do; only the first and the
 * last can be shorter, so that all buckets together are the stretch and nothing besides. `next` is where the rest begins.
 */
export function timeBuckets(
  stretch: TimeBucket,
  width: BucketWidth,
  limit: number,
): { readonly buckets: readonly TimeBucket[]; readonly next?: number } {
  const seconds = SECONDS[width];
  const buckets: TimeBucket[] = [];
  let from = stretch.from;
  while (from < stretch.until && buckets.length < limit) {
    const until = Math.min(stretch.until, (Math.floor(from / seconds) + 1) * seconds);
    buckets.push({ from, until });
    from = until;
  }
  return from < stretch.until ? { buckets, next: from } : { buckets };
}
