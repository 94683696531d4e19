import type { GatewayErrorCode } from '../../workflows/domain/errors.js';

/** What may come of any request with a key for inference. */
export const keyErrors: readonly GatewayErrorCode[] = [
  'missing_api_key',
  'invalid_api_key',
  'revoked_api_key',
  'expired_api_key',
  'inference_key_required',
  'endpoint_not_allowed',
  'unavailable',
  'internal_error',
];
