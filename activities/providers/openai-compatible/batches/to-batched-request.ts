import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { CapturedRequest } from '../../captured-exchange.js';
import { asText } from '../../json-fields.js';
import { ProviderFailure } from '../../port.js';
import { type BatchedAttempt, type BatchedRequest, isChatAttempt } from '../../vendor-batches.js';
import type { OpenAiBatchesProfile } from './profiles.js';

/** Around a request stand its name, the method and the address. */
const AROUND_BYTES = 1_000;

/** A request as a line of a batch. @throws ProviderFailure where it is too long for one, so that it goes by itself. */
export function toBatchedRequest(
  attempt: BatchedAttempt,
  { body }: CapturedRequest,
  profile: OpenAiBatchesProfile,
): Omit<BatchedRequest, 'endpoint'> {
  if (isTooLong(attempt, body, profile)) {
    const message = 'The request is longer than a line of its vendor’s batches.';
    throw new ProviderFailure({ class: 'model_not_found' }, { message });
  }
  const { agreedFields = [] } = profile;
  const model = asText(body['model']);
  const agreed = agreedFields.flatMap((name) => (name in body ? [`${name}=${JSON.stringify(body[name])}`] : []));
  const counts = isChatAttempt(attempt) ? 1 : attempt.call.inputs.length;
  return { body, counts, ...(model !== undefined && { model: [model, ...agreed].join(' ') }) };
}

function isTooLong(
  attempt: BatchedAttempt,
  body: JsonObject,
  { maxLineBytes = Infinity, contexts = {} }: OpenAiBatchesProfile,
): boolean {
  const context = contexts[attempt.offer.vendorModel] ?? Infinity;
  if (maxLineBytes === Infinity && context === Infinity) return false;
  const bytes = Buffer.byteLength(JSON.stringify(body));
  // A text has at most as many tokens as bytes.
  const tokens = bytes + (isChatAttempt(attempt) ? attempt.maxOutputTokens : 0);
  return bytes + AROUND_BYTES > maxLineBytes || tokens > context;
}
