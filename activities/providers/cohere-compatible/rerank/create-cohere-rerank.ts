import { askJson, toldWarnings } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import type { MediaCapabilities } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromCohereRerank } from './from-cohere-rerank.js';
import { COHERE_RERANK, type RerankProfile } from './profiles.js';
import { toCohereRerank } from './to-cohere-rerank.js';

/** `POST /v2/rerank` as Cohere has it (https://docs.cohere.com/reference/rerank), and what others have made of it. */
export function createCohereRerank(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
  /** Absent for Cohere's own models. */
  readonly profile?: RerankProfile;
}): NonNullable<MediaCapabilities['rerank']> {
  const { endpoint, http, profile = COHERE_RERANK } = deps;
  return async function* rerank(attempt) {
    const { body, warnings } = toCohereRerank(attempt, profile);
    const target = await endpoint(profile.path, attempt);
    const answer = await askJson(http, target, body, attempt);
    yield* toldWarnings(warnings);
    yield fromCohereRerank(answer, attempt.call, attempt.offer, profile);
  };
}
