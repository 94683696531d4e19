import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asCount } from '../../json-fields.js';
import type { ChatAttempt } from '../../port.js';
import { fromCanonical } from './from-canonical.js';
import { fromOwnDialect } from './from-own-dialect.js';
import { refuseCall } from '../../refuse-call.js';
import { createWarnings } from '../../warnings.js';
import type { Warnings } from '../../warnings.js';

export interface OpenAiResponsesRequest {
  readonly body: JsonObject;
  readonly warnings: readonly Warning[];
}

/** Made known to us by reasoning models only; others refuse to be asked for it. */
export const ENCRYPTED_REASONING = 'reasoning.encrypted_content';

/**
 * The request for OpenAI's Responses API. A caller of the same dialect has its own body sent, unknown fields included; only
 * the model, the cap, what is to be stored and what concerns streaming are ours. Throws `invalid_request` for what the API
 * cannot carry, such as audio or several choices.
 */
export function toOpenAiResponses({
  call,
  offer,
  maxOutputTokens,
}: Pick<ChatAttempt, 'call' | 'offer' | 'maxOutputTokens'>): OpenAiResponsesRequest {
  const warnings = createWarnings();
  const asked =
    call.source.dialect === 'openai-responses'
      ? fromOwnDialect(call.source.body, warnings)
      : fromCanonical(call, warnings);
  const included = Array.isArray(asked['include']) ? (asked['include'] as readonly string[]) : [];
  const include = offer.capabilities.includes('reasoning')
    ? [...included.filter((name) => name !== ENCRYPTED_REASONING), ENCRYPTED_REASONING]
    : included;
  const body = {
    ...asked,
    model: offer.vendorModel,
    ...(include.length > 0 && { include }),
    max_output_tokens: toCap(call, maxOutputTokens, warnings),
    // Answers are kept by the gateway. What the vendor would keep besides, nobody could ask it for or delete.
    store: false,
    stream: call.stream,
  };
  return { body, warnings: warnings.list() };
}

/** `max_output_tokens`, minimum, in CreateResponse. */
const LEAST_CAP = 16;

/** The least of what the caller allows and what the hold pays for. */
function toCap(call: ChatCall, maxOutputTokens: number, warnings: Warnings): number {
  const { dialect, body } = call.source;
  const named = dialect === 'openai-responses' ? asCount(body['max_output_tokens']) : undefined;
  const asked = [call.maxOutputTokens, named].filter((cap) => cap !== undefined);
  const least = Math.min(...asked, maxOutputTokens);
  if (least < LEAST_CAP) {
    const message = `This model's vendor takes no cap below ${LEAST_CAP} output tokens, and the cap here is ${least}.`;
    throw refuseCall(message, capField(call));
  }
  if (asked.length > 0 && least < Math.min(...asked)) {
    warnings.add('changed', capField(call), `At most ${least} output tokens were asked of the vendor.`);
  }
  return least;
}

/** The caller's own name for the cap. */
function capField({ source: { dialect, body } }: ChatCall): string {
  if (dialect === 'openai-responses') return 'max_output_tokens';
  return body['max_completion_tokens'] === undefined || body['max_completion_tokens'] === null
    ? 'max_tokens'
    : 'max_completion_tokens';
}
