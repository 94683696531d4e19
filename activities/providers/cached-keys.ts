/** Keys of a vendor's that are fetched once and kept, and fetched anew for a message that none of them fits, but not often. */
export interface CachedKeys<K> {
  /** Whether `fits` is so for the keys, those that were just fetched included. Throws what fetching does. */
  any(fits: (keys: K) => boolean, fetchKeys: () => Promise<K>): Promise<boolean>;
}

/** Keys change seldom; whoever sends what is not genuine must not have them fetched each time. */
const FETCH_AGAIN_MS = 60_000;
/** fal: to be kept for a day at most. */
const KEEP_MS = 24 * 3_600_000;

export function createCachedKeys<K>(nowMs: () => number = Date.now): CachedKeys<K> {
  let kept: { readonly keys: K; readonly atMs: number } | undefined;
  let triedAtMs = -Infinity;
  return {
    any: async (fits, fetchKeys) => {
      const isFresh = kept !== undefined && nowMs() - kept.atMs < KEEP_MS;
      if (kept && isFresh && fits(kept.keys)) return true;
      if (kept && isFresh && nowMs() - triedAtMs < FETCH_AGAIN_MS) return false;
      triedAtMs = nowMs();
      kept = { keys: await fetchKeys(), atMs: nowMs() };
      return fits(kept.keys);
    },
  };
}
