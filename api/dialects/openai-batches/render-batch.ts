import type { Batch } from '../../../workflows/contracts/batches.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { toUsd } from '../../usd.js';
import { INPUT_UNITS, OUTPUT_UNITS, sumOf } from '../shared/token-totals.js';
import { whenOf } from '../../seconds.js';

/** OpenAI's `batch`, with what it has cost (`cost_usd`) and a `version` that grows with each change of its status. */
export function renderBatch(batch: Batch): JsonObject & { readonly id: string } {
  const { counts, chargedNanoUsd: charged } = batch;
  const endedAs = (status: Batch['status']): number | null => (batch.status === status ? whenOf(batch.endedAt) : null);
  return {
    id: batch.id,
    object: 'batch',
    endpoint: batch.endpoint,
    errors: batch.problems.length === 0 ? null : { object: 'list', data: batch.problems.map(renderProblem) },
    input_file_id: batch.inputId,
    completion_window: batch.completionWindow,
    status: batch.status,
    output_file_id: batch.outputId ?? null,
    error_file_id: batch.errorId ?? null,
    created_at: whenOf(batch.createdAt),
    in_progress_at: whenOf(batch.inProgressAt),
    expires_at: whenOf(batch.expiresAt),
    finalizing_at: whenOf(batch.finalizingAt),
    completed_at: endedAs('completed'),
    failed_at: endedAs('failed'),
    expired_at: endedAs('expired'),
    cancelling_at: whenOf(batch.cancellingAt),
    cancelled_at: endedAs('cancelled'),
    request_counts: {
      total: counts.total,
      completed: counts.succeeded,
      failed: counts.failed + counts.canceled + counts.expired,
    },
    usage: renderUsage(batch),
    metadata: batch.metadata,
    native: batch.native,
    version: batch.version,
    cost_usd: charged === undefined ? null : toUsd(charged),
  };
}

function renderProblem({ code, message, line, param }: Batch['problems'][number]): JsonObject {
  return { code, message, param: param ?? null, line: line ?? null };
}

function renderUsage({ usage: units }: Batch): JsonObject | null {
  if (units === undefined) return null;
  const [input, output] = [sumOf(units, INPUT_UNITS) ?? 0, sumOf(units, OUTPUT_UNITS) ?? 0];
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: units.input_cached_read ?? 0 },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: units.output_reasoning ?? 0 },
    total_tokens: input + output,
  };
}
