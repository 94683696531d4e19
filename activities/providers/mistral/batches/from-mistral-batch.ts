import type { AttemptFailure } from '../../../../workflows/contracts/failures.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { badResponse } from '../../json-answer.js';
import { asObject, asText } from '../../json-fields.js';
import type { BatchedResult, VendorBatchState } from '../../port.js';

const AT_FAULT: AttemptFailure = { class: 'vendor_error' };

/** `BatchJobOut` (Mistral's OpenAPI, `GET /v1/batch/jobs/{job_id}`). Its errors have messages only, which may quote what was asked. */
export function fromMistralBatch(job: JsonObject): VendorBatchState {
  const results = [job['output_file'], job['error_file']].flatMap((id) => asText(id) ?? []);
  switch (job['status']) {
    case 'SUCCESS':
    case 'FAILED':
      return { status: 'ended', results, missing: AT_FAULT };
    case 'TIMEOUT_EXCEEDED':
      return { status: 'ended', results, missing: { class: 'timeout_total' } };
    case 'CANCELLED':
      return { status: 'ended', results, missing: { class: 'cancelled' } };
    default:
      return { status: 'running' };
  }
}

/** A line of the file of answers, or of that of errors (https://docs.mistral.ai/studio-api/batch-processing). */
export function fromMistralBatchLine(line: JsonObject): BatchedResult {
  const customId = asText(line['custom_id']);
  if (customId === undefined) throw badResponse('The vendor sent an answer to nobody.');
  const response = asObject(line['response']);
  const status = response?.['status_code'];
  if (response === undefined || typeof status !== 'number') return { customId, failure: AT_FAULT };
  return { customId, answer: { status, body: response['body'] ?? null } };
}
