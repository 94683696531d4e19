import type { MediaCapabilities } from '../../port.js';
import { askJson } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromOpenAiEmbeddings } from './from-openai-embeddings.js';
import { toOpenAiEmbeddings } from './to-openai-embeddings.js';

/** `POST /embeddings` as OpenAI has it: https://platform.openai.com/docs/api-reference/embeddings. */
export function createOpenAiEmbeddings(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['embedding']> {
  return async function* embed(attempt) {
    const { body, warnings } = toOpenAiEmbeddings(attempt);
    const target = await deps.endpoint('/embeddings', attempt);
    const answer = await askJson(deps.http, target, body, attempt);
    if (warnings.length > 0) yield { events: warnings.map((warning) => ({ type: 'warning' as const, warning })) };
    yield fromOpenAiEmbeddings(answer, attempt.call.inputs.length);
  };
}
