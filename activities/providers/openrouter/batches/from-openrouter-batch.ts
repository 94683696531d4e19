import type { AttemptFailure } from '../../../../workflows/contracts/failures.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { requireText } from '../../json-answer.js';
import { asObjects, asText } from '../../json-fields.js';
import type { VendorBatchState } from '../../port.js';

/**
 * Why lines have no answer, by how a batch has ended. One line that the vendor does not run in batches fails them all, and the error is a
 * text for people: each goes on by itself.
 */
const ENDS: { readonly [status: string]: AttemptFailure | undefined } = {
  completed: { class: 'vendor_error' },
  failed: { class: 'vendor_error' },
  expired: { class: 'timeout_total' },
  cancelled: { class: 'cancelled' },
};

/** `BatchObject`: https://openrouter.ai/docs/api/api-reference/batch/get-a-batch. An end other than `completed` may have no results. */
export function fromOpenRouterBatch(batch: JsonObject): VendorBatchState {
  const status = asText(batch['status']) ?? '';
  const missing = Object.hasOwn(ENDS, status) ? ENDS[status] : undefined;
  if (missing === undefined) return { status: 'running' };
  const hasResults = status === 'completed' || asObjects(batch['results']).length > 0;
  return { status: 'ended', results: hasResults ? [requireText(batch['id'], 'an id')] : [], missing };
}

/** Whether it has ended, of an item of a list, which has no results. */
export function hasEnded(batch: JsonObject): boolean {
  return Object.hasOwn(ENDS, asText(batch['status']) ?? '');
}
