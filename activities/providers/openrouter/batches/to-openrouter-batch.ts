import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { withoutStream } from '../../batch-files.js';
import { asObjects, asText } from '../../json-fields.js';
import { type BatchedLine, ProviderFailure } from '../../port.js';

/** What batches are not run with, of which one line alone would fail a whole batch. */
const BY_THEMSELVES = ['modalities', 'audio', 'image_config', 'speed', 'web_search_options'];

/**
 * A request as a line of a batch: of text alone, without a search of OpenRouter's own
 * (https://openrouter.ai/docs/batch-quickstart: "Limitations"). @throws ProviderFailure where it goes by itself.
 */
export function toOpenRouterLine(body: JsonObject): { readonly body: JsonObject; readonly model: string } {
  const model = asText(body['model']) ?? '';
  if (model.endsWith(':online') || BY_THEMSELVES.some((name) => name in body) || hasMore(body)) {
    const message = 'OpenRouter’s batches are of text alone.';
    throw new ProviderFailure({ class: 'model_not_found' }, { message });
  }
  return { body, model: [model, ...agreedOf(model, body)].join(' ') };
}

function hasMore(body: JsonObject): boolean {
  const parts = asObjects(body['messages']).flatMap(({ content }) => asObjects(content));
  const isOther = parts.some(({ type }) => type !== 'text');
  return isOther || asObjects(body['tools']).some(({ type }) => type !== 'function');
}

/** All lines of a batch of Google's models ask for the same format; a schema may be long. */
function agreedOf(model: string, { response_format: format }: JsonObject): readonly string[] {
  if (format === undefined || !model.startsWith('google/')) return [];
  return [createHash('sha256').update(JSON.stringify(format)).digest('hex')];
}

/**
 * The body of the hand-in, a request at a time. It is read as it comes, so that all else stands before the requests; the model is what
 * each of them names.
 */
export async function* toOpenRouterBody(
  endpoint: string,
  lines: AsyncIterable<BatchedLine>,
): AsyncGenerator<Uint8Array> {
  let before: string | undefined;
  for await (const { customId, body } of lines) {
    before ??= `{"endpoint":${JSON.stringify(endpoint)},"model":${JSON.stringify(body['model'])},"requests":[`;
    yield Buffer.from(`${before}${JSON.stringify({ custom_id: customId, body: toBody(body) })}`);
    before = ',';
  }
  yield Buffer.from(before === undefined ? '{"requests":[]}' : ']}');
}

function toBody(request: JsonObject): JsonObject {
  const { stream_options: _, ...body } = withoutStream(request);
  return body;
}
