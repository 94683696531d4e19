import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { CountQuestion } from '../../port.js';
import { withoutForeignHistory } from '../chat/own-history.js';
import { createWarnings } from '../../warnings.js';

/** The caller's own body for `POST /v1/messages/count_tokens`; only a caller of this dialect asks to count. */
export function toAnthropicCount({ call, offer }: Pick<CountQuestion, 'call' | 'offer'>): JsonObject {
  const { messages, ...body } = call.source.body;
  // What is left out here is left out, and told of, when the message itself is sent.
  return { ...body, messages: withoutForeignHistory(messages, createWarnings()), model: offer.vendorModel };
}
