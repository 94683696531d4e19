import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import type { BatchedResult, VendorBatchState } from '../../port.js';

/** `MessageBatch`: https://platform.claude.com/docs/en/api/retrieving-message-batches. Each of its requests has a result at its end. */
export function fromMessageBatch(batch: JsonObject): VendorBatchState {
  if (batch['processing_status'] !== 'ended') return { status: 'running' };
  const url = asText(batch['results_url']);
  // Archived results have no address any more.
  return { status: 'ended', results: url === undefined ? [] : [url], missing: { class: 'vendor_error' } };
}

/** The statuses of Anthropic's errors (https://platform.claude.com/docs/en/api/errors), which results in a batch come without. */
const STATUSES: { readonly [type: string]: number | undefined } = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

/** A line of the results: `succeeded`, `errored`, `canceled` or `expired`. */
export function fromMessageBatchLine(line: JsonObject): BatchedResult {
  const customId = asText(line['custom_id']);
  const result = asObject(line['result']);
  if (customId === undefined || result === undefined) throw badResponse('The vendor sent an answer to nobody.');
  switch (result['type']) {
    case 'succeeded':
      return { customId, answer: { status: 200, body: result['message'] ?? null } };
    case 'errored': {
      const body = asObject(result['error']) ?? {};
      const type = asText(asObject(body['error'])?.['type']) ?? '';
      return { customId, answer: { status: (Object.hasOwn(STATUSES, type) && STATUSES[type]) || 500, body } };
    }
    case 'expired':
      return { customId, failure: { class: 'timeout_total' } };
    case 'canceled':
      return { customId, failure: { class: 'cancelled' } };
    default:
      return { customId, failure: { class: 'bad_response' } };
  }
}
