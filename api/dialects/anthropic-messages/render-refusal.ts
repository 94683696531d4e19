import type { RenderedError } from '../../http/rendered-error.js';
import type { GatewayRefusal } from '../../../workflows/contracts/reply.js';
import { gatewayError } from '../../../workflows/domain/errors.js';

/** Anthropic's words for a status (https://docs.anthropic.com/en/api/errors); every other is its `api_error`. */
const TYPES: { readonly [status: number]: string } = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
};

/** The gateway's own refusal in Anthropic's envelope, `{type: "error", error: {type, message}, request_id}`. */
export function renderRefusal(refusal: GatewayRefusal, requestId: string): RenderedError {
  const { code, message, retryAfterMs } = refusal;
  const row = gatewayError(code);
  const type = TYPES[row.status] ?? (row.status < 500 ? 'invalid_request_error' : 'api_error');
  return {
    status: row.status,
    headers: {
      'x-should-retry': String(row.retryable),
      ...(retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
    },
    body: { type: 'error', error: { type, message: message || row.message }, request_id: requestId },
  };
}
