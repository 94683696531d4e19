import { askJson, toldWarnings } from '../../ask-json.js';
import { refuseMoreInputs } from '../../embedding-inputs.js';
import type { VendorHttp } from '../../http.js';
import { inlineInputs } from '../../inline-pictures.js';
import type { MediaCapabilities } from '../../port.js';
import type { GoogleEndpoint } from '../chat/endpoint.js';
import { fromGoogleEmbed } from './from-google-embed.js';
import { toGoogleEmbedding } from './to-google-embed.js';

/** "At most 100 requests can be in one batch", says the Gemini API to more. */
const MAX_INPUTS = 100;

/** The Gemini API's `models.batchEmbedContents` (https://ai.google.dev/api/embeddings). */
export function createGoogleEmbeddings(deps: {
  readonly endpoint: GoogleEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['embedding']> {
  return async function* embed(attempt) {
    const { offer, signal } = attempt;
    refuseMoreInputs(attempt.call, MAX_INPUTS);
    const call = await inlineInputs(attempt.call, { http: deps.http, signal });
    const { contents, config, warnings } = toGoogleEmbedding(call, offer.vendorModel);
    const model = `models/${offer.vendorModel}`;
    const body = { requests: contents.map((content) => ({ model, content, ...config })) };
    const answer = await askJson(deps.http, await deps.endpoint(offer, 'batchEmbedContents'), body, attempt);
    yield* toldWarnings(warnings);
    yield fromGoogleEmbed(answer, call.inputs);
  };
}
