import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { CapturedRequest } from '../../captured-exchange.js';
import { asObjects } from '../../json-fields.js';
import { type BatchedRequest, ProviderFailure } from '../../port.js';

const ONLINE_EMBEDDINGS = ':batchEmbedContents';
const BATCHED_EMBEDDINGS = ':asyncBatchEmbedContent';
const BATCHED_CONVERSATIONS = ':batchGenerateContent';

/**
 * A line, and what all lines of its batch have in common: the model, `models/{model}`, and for embeddings the method behind it, which for
 * conversations goes without saying. `base` is up to and with the version. Throws `model_not_found` for what no line can ask.
 */
export function toBatchedRequest({ url, body }: CapturedRequest, base: string): BatchedRequest {
  const path = url.slice(base.length + 1);
  const model = path.slice(0, path.lastIndexOf(':'));
  if (!path.endsWith(ONLINE_EMBEDDINGS)) return { endpoint: model, body };
  return { endpoint: `${model}${BATCHED_EMBEDDINGS}`, body: onlyRequestOf(body) };
}

/** The path that takes a batch on. */
export function toCreatePath(endpoint: string): string {
  return endpoint.endsWith(BATCHED_EMBEDDINGS) ? endpoint : `${endpoint}${BATCHED_CONVERSATIONS}`;
}

/**
 * A line of embeddings is one `EmbedContentRequest`, of one content, as `batchEmbedContents` has a list of
 * (https://github.com/googleapis/js-genai/blob/main/sdk-samples/batch_embedding_file.ts).
 */
function onlyRequestOf(body: JsonObject): JsonObject {
  const [request, ...others] = asObjects(body['requests']);
  if (request !== undefined && others.length === 0) return request;
  const message = 'Several inputs cannot be one line of a batch of the Gemini API.';
  throw new ProviderFailure({ class: 'model_not_found' }, { message });
}
