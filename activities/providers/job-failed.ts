import type { Json } from '../../workflows/contracts/json.js';
import { classifyErrorEvent } from './classify-failure.js';
import { asText } from './json-fields.js';
import type { VendorJobState } from './vendor-jobs.js';

/** What vendors whose jobs have no code for it say of what their filters have kept. */
const HELD_BACK = /\b(nsfw|sensitive|safety|moderation|inappropriate|policy|E005)\b|risk control/i;

/** A job that is over and brought nothing, by the vendor's code and words for it; `otherwise` where it has no words. */
export function jobFailed(code: Json | undefined, message: Json | undefined, otherwise: string): VendorJobState {
  const words = asText(message) ?? otherwise;
  const name = typeof code === 'number' ? String(code) : asText(code);
  const { failure } = classifyErrorEvent({ error: { message: words, ...(name !== undefined && { code: name }) } });
  const isHeldBack = failure.class === 'vendor_error' && HELD_BACK.test(`${name ?? ''} ${words}`);
  return {
    status: 'failed',
    failure: isHeldBack ? { ...failure, class: 'content_policy' } : failure,
    detail: { message: words },
  };
}
