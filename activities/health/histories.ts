import type { OfferHistory } from '../../workflows/contracts/health.js';
import { type Bucket, mergeBuckets, uptimeOf } from '../../workflows/domain/health/bucket.js';
import { percentilesOf } from '../../workflows/domain/health/sketch.js';
import { HISTORY_MS, LONG_BUCKET_MS } from '../../workflows/domain/health/window.js';
import type { ObservationRows, OthersBucket } from './observation-rows.js';

const minuteMs = 60_000;

/**
 * Uptime and speed of offers over all processes and credentials. By whole buckets of five minutes, the one that is being
 * filled included, so that each stretch is up to five minutes longer than it is called.
 */
export async function readHistories(
  rows: ObservationRows,
  offerIds: readonly string[],
  nowMs: number,
): Promise<ReadonlyMap<string, OfferHistory>> {
  const found = await rows.history(offerIds, nowMs - HISTORY_MS);
  const ids = new Set(found.map(({ offerId }) => offerId));
  const bucketsOf = (id: string) => found.filter(({ offerId }) => offerId === id);
  return new Map([...ids].map((id) => [id, historyOf(bucketsOf(id), nowMs)]));
}

function historyOf(buckets: readonly OthersBucket[], nowMs: number): OfferHistory {
  const since = (ms: number): Bucket =>
    mergeBuckets(buckets.flatMap(({ number, bucket }) => ((number + 1) * LONG_BUCKET_MS > nowMs - ms ? [bucket] : [])));
  const halfAnHour = since(30 * minuteMs);
  const [uptime5m, uptime30m, uptime1d] = [since(5 * minuteMs), halfAnHour, since(HISTORY_MS)].map(uptimeOf);
  const firstTokenMs = percentilesOf(halfAnHour.firstTokenMs);
  const tokensPerSecond = percentilesOf(halfAnHour.tokensPerSecond);
  return {
    ...(uptime5m !== undefined && { uptime5m }),
    ...(uptime30m !== undefined && { uptime30m }),
    ...(uptime1d !== undefined && { uptime1d }),
    ...(firstTokenMs && { firstTokenMs }),
    ...(tokensPerSecond && { tokensPerSecond }),
  };
}
