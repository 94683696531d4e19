const MINUTE_MS = 60_000;

/** Counts calls by their address, so many of each a minute; what it remembers is forgotten with the minute. */
export function createCallLimit(most: number): {
  /** Counts one call; 0 where it may come in, else the milliseconds until the next may. */
  take(address: string, nowMs: number): number;
} {
  let beganMs = 0;
  const counts = new Map<string, number>();
  return {
    take: (address, nowMs) => {
      if (nowMs - beganMs >= MINUTE_MS) {
        counts.clear();
        beganMs = nowMs;
      }
      const count = (counts.get(address) ?? 0) + 1;
      counts.set(address, count);
      return count <= most ? 0 : beganMs + MINUTE_MS - nowMs;
    },
  };
}
