import type { Page } from '../../../workflows/contracts/access.js';
import type { Batch, BatchCounts } from '../../../workflows/contracts/batches.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { toUsd } from '../../usd.js';

/** The vendor's MessageBatch, with what it has cost (`cost_usd`). `origin` is where callers reach the gateway, if that is known. */
export function renderMessageBatch(batch: Batch, origin = ''): JsonObject & { readonly id: string } {
  const hasEnded = batch.endedAt !== undefined;
  return {
    id: batch.id,
    type: 'message_batch',
    processing_status: hasEnded ? 'ended' : batch.status === 'cancelling' ? 'canceling' : 'in_progress',
    request_counts: renderCounts(batch.counts, hasEnded),
    created_at: batch.createdAt,
    expires_at: batch.expiresAt,
    ended_at: batch.endedAt ?? null,
    cancel_initiated_at: batch.cancellingAt ?? null,
    archived_at: null,
    results_url: batch.outputId === undefined ? null : `${origin}/v1/messages/batches/${batch.id}/results`,
    cost_usd: batch.chargedNanoUsd === undefined ? null : toUsd(batch.chargedNanoUsd),
  };
}

/** As there: all are being processed until the whole has ended. */
function renderCounts({ total, succeeded, failed, canceled, expired }: BatchCounts, hasEnded: boolean): JsonObject {
  if (!hasEnded) return { processing: total, succeeded: 0, errored: 0, canceled: 0, expired: 0 };
  return { processing: 0, succeeded, errored: failed, canceled, expired };
}

export function renderMessageBatchPage({ data, hasMore }: Page<Batch>, origin: string): JsonObject {
  return {
    data: data.map((batch) => renderMessageBatch(batch, origin)),
    has_more: hasMore,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}
