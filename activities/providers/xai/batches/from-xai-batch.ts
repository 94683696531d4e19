import type { AttemptFailure } from '../../../../workflows/contracts/failures.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse, requireText } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import type { BatchedResult, VendorBatchState } from '../../port.js';

const AT_FAULT: AttemptFailure = { class: 'vendor_error' };

/**
 * `Batch` of xAI's: it has counts in place of a status, and no requests at all while its file is being read. One that xAI itself has
 * cancelled says why, and has run nothing.
 */
export function fromXaiBatch(batch: JsonObject): VendorBatchState {
  const state = asObject(batch['state']) ?? {};
  const results = [requireText(batch['batch_id'], 'an id')];
  const isStopped = isGiven(batch['cancel_time']);
  if (isStopped && isGiven(batch['cancel_by_xai_message'])) return { status: 'ended', results, missing: AT_FAULT };
  if (countOf(state['num_pending']) > 0) return { status: 'running' };
  if (isStopped) return { status: 'ended', results, missing: { class: 'cancelled' } };
  return countOf(state['num_requests']) === 0 ? { status: 'running' } : { status: 'ended', results, missing: AT_FAULT };
}

function isGiven(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Numbers of 64 bits are texts in the JSON of protocol buffers. */
function countOf(value: Json | undefined): number {
  return Number(value ?? 0);
}

/** The codes of gRPC (https://grpc.io/docs/guides/status-codes/) by the statuses with which a request by itself would have been answered. */
const STATUSES: { readonly [code: number]: number | undefined } = {
  3: 400,
  5: 404,
  7: 403,
  8: 429,
  9: 400,
  11: 400,
  16: 401,
};
const CANCELLED = 1;

/** `BatchResult`: the answer stands under the name of what was asked (`chat_get_completion`), or there is an error with a code of gRPC's. */
export function fromXaiResult(result: JsonObject): BatchedResult {
  const customId = asText(result['batch_request_id']);
  if (customId === undefined) throw badResponse('The vendor sent an answer to nobody.');
  const { response, error } = asObject(result['batch_result']) ?? {};
  const [body] = Object.values(asObject(response) ?? {});
  if (asObject(body)) return { customId, answer: { status: 200, body: body ?? null } };
  const { code, message } = asObject(error) ?? {};
  const status = STATUSES[countOf(code)];
  if (status === undefined) {
    return { customId, failure: countOf(code) === CANCELLED ? { class: 'cancelled' } : AT_FAULT };
  }
  return { customId, answer: { status, body: { error: asText(message) ?? '' } } };
}
