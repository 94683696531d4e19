import type { FailureClass } from '../../../workflows/contracts/failures.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { FailedEvent } from '../../requests/answer-renderer.js';
import { asObject } from '../shared/json-fields.js';
import { renderFailed } from '../shared/render-openai-error.js';

/** ResponseErrorCode of the specification, whose list is closed; every other failure is its `server_error`. */
const CODES: { readonly [C in FailureClass]?: string } = {
  rate_limited: 'rate_limit_exceeded',
  invalid_request: 'invalid_prompt',
  context_length: 'invalid_prompt',
  content_policy: 'invalid_prompt',
  request_too_large: 'invalid_prompt',
};

/**
 * The `error` of a response that failed after it had begun. `reason` is the gateway's own code, which the same failure has
 * as `error.code` where nothing had begun.
 */
export function renderResponseError(event: FailedEvent): JsonObject {
  const { body } = renderFailed(event);
  const { message, code, metadata } = asObject(body['error']) ?? {};
  const ours = event.type === 'failed' ? CODES[event.failure.class] : undefined;
  return { code: ours ?? 'server_error', message, reason: code, ...(metadata !== undefined && { metadata }) };
}
