import { askJson, toldWarnings } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import type { MediaCapabilities } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromOpenAiEmbeddings } from './from-openai-embeddings.js';
import { type EmbeddingsProfile, OPENAI_EMBEDDINGS } from './profiles.js';
import { toOpenAiEmbeddings } from './to-openai-embeddings.js';

/** `POST /embeddings` as OpenAI has it: https://platform.openai.com/docs/api-reference/embeddings. */
export function createOpenAiEmbeddings(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
  /** Absent for OpenAI's own models. */
  readonly profile?: EmbeddingsProfile;
}): NonNullable<MediaCapabilities['embedding']> {
  const { endpoint, http, profile = OPENAI_EMBEDDINGS } = deps;
  return async function* embed(attempt) {
    const { body, warnings } = toOpenAiEmbeddings(attempt, profile);
    const target = await endpoint(profile.path ?? '/embeddings', attempt);
    const answer = await askJson(http, target, body, attempt);
    yield* toldWarnings(warnings);
    yield fromOpenAiEmbeddings(answer, attempt.call.inputs.length, profile);
  };
}
