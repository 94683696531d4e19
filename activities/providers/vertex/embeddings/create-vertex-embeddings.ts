import { askJson, toldWarnings } from '../../ask-json.js';
import { refuseMoreInputs } from '../../embedding-inputs.js';
import type { GoogleEndpoint } from '../../google/chat/endpoint.js';
import { fromGoogleEmbed } from '../../google/embeddings/from-google-embed.js';
import { toGoogleEmbedding } from '../../google/embeddings/to-google-embed.js';
import type { VendorHttp } from '../../http.js';
import { inlineInputs } from '../../inline-pictures.js';
import type { MediaCapabilities } from '../../port.js';
import { fromPredict, toPredictBody } from './predict-embed.js';

/** Models that `predict` serves, and how many inputs they take: "for gemini-embedding-001, each request can only include a single input text". */
const BY_PREDICT = /^(gemini-embedding-001|text-(multilingual-)?embedding)/;
const MANY_INPUTS = /^text-/;
const MAX_INPUTS = 250;

/** Embeddings of Vertex AI: `embedContent`, and `predict` for the models before it; both as recorded. */
export function createVertexEmbeddings(deps: {
  readonly endpoint: GoogleEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['embedding']> {
  return async function* embed(attempt) {
    const { offer, signal } = attempt;
    refuseMoreInputs(attempt.call, MANY_INPUTS.test(offer.vendorModel) ? MAX_INPUTS : 1);
    const call = await inlineInputs(attempt.call, { http: deps.http, signal });
    const asked = toGoogleEmbedding(call, offer.vendorModel);
    const byPredict = BY_PREDICT.test(offer.vendorModel);
    const target = await deps.endpoint(offer, byPredict ? 'predict' : 'embedContent');
    const body = byPredict
      ? toPredictBody(call, asked)
      : {
          content: asked.contents[0],
          ...(Object.keys(asked.config).length > 0 && { embedContentConfig: asked.config }),
        };
    const answer = await askJson(deps.http, target, body, attempt);
    yield* toldWarnings(asked.warnings);
    yield byPredict ? fromPredict(answer, call.inputs.length) : fromGoogleEmbed(answer, call.inputs);
  };
}
