import { askJson, toldWarnings } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import type { MediaCapabilities } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromCohereEmbed } from './from-cohere-embed.js';
import { toCohereEmbed } from './to-cohere-embed.js';

/** `POST /v2/embed` (https://docs.cohere.com/reference/embed), at Cohere and where clouds serve its models. */
export function createCohereEmbeddings(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['embedding']> {
  return async function* embed(attempt) {
    const { body, warnings } = toCohereEmbed(attempt.call);
    const target = await deps.endpoint('/v2/embed', attempt);
    const answer = await askJson(deps.http, target, { model: attempt.offer.vendorModel, ...body }, attempt);
    yield* toldWarnings(warnings);
    yield fromCohereEmbed(answer, attempt.call);
  };
}
