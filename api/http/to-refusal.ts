import type { GatewayRefusal } from '../../workflows/contracts/reply.js';
import { isUnavailable } from './is-unavailable.js';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { RefusedError } from './refused-error.js';

export interface ThrownRefusal {
  readonly refusal: GatewayRefusal;
  readonly headers: { readonly [name: string]: string };
  /** True where nobody foresaw the error: it belongs in the log. */
  readonly unexpected: boolean;
}

/** Time after which a database or a Temporal that was away may well be back. */
const UNAVAILABLE_RETRY_MS = 2_000;

/** What the web framework throws, by its code, as rows of our error table. */
const FRAMEWORK_CODES: { readonly [code: string]: string } = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_BAD_URL: 'not_found',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_ASYNC_CONSTRAINT: 'not_found',
};

/** Any thrown value as a refusal. Its own message is not used, because it may quote what the caller or a vendor said. */
export function toRefusal(error: unknown): ThrownRefusal {
  if (error instanceof RefusalError) {
    return { refusal: error.refusal, headers: error instanceof RefusedError ? error.headers : {}, unexpected: false };
  }
  const known = FRAMEWORK_CODES[codeOf(error) ?? ''];
  if (known !== undefined) return { refusal: { code: known, message: '' }, headers: {}, unexpected: false };
  if (isUnavailable(error)) {
    const refusal = { code: 'unavailable', message: '', retryAfterMs: UNAVAILABLE_RETRY_MS };
    return { refusal, headers: {}, unexpected: true };
  }
  return { refusal: { code: 'internal_error', message: '' }, headers: {}, unexpected: true };
}

/** What a log may say of an error: its class, and its code where that is a word. */
export function errorFields(error: unknown): { readonly error: string; readonly code?: string } {
  const name = error instanceof Error ? error.name : typeof error;
  const code = codeOf(error);
  return { error: name, ...(code !== undefined && /^[A-Z0-9_]{1,64}$/.test(code) && { code }) };
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
