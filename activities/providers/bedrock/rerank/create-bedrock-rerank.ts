import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { RerankCall } from '../../../../workflows/contracts/media-calls.js';
import { searchUnitsOf } from '../../../../workflows/domain/media-demand/rerank-demand.js';
import { exchangeJson, toldWarnings } from '../../ask-json.js';
import type { VendorHttp } from '../../http.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import type { MediaCapabilities } from '../../port.js';
import { toRankingFrame } from '../../ranking-frame.js';
import { documentTexts, ignoredOfRerank, refuseMoreDocuments } from '../../rerank-documents.js';
import type { BedrockEndpoint } from '../bedrock-endpoint.js';

/** "Maximum of 1,000 documents" (Amazon Bedrock user guide, "Improve the relevance of query responses with a reranker model"). */
const MAX_DOCUMENTS = 1_000;

/** What a token is counted at where no usage is reported; as everywhere in the gateway. */
const BYTES_A_TOKEN = 4;

/** Reranking by InvokeModel: Cohere's form, which Amazon's own model shares but for the version. */
export function createBedrockRerank(deps: {
  readonly endpoint: BedrockEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['rerank']> {
  return async function* rerank(attempt) {
    const { call, offer } = attempt;
    refuseMoreDocuments(call, MAX_DOCUMENTS);
    const sent = await deps.endpoint(offer, 'invoke', toInvokeRerank(call, offer.vendorModel));
    const { answer } = await exchangeJson(deps.http, sent, attempt);
    yield* toldWarnings(ignoredOfRerank(call));
    yield fromInvokeRerank(answer, call);
  };
}

export function toInvokeRerank({ query, documents, topN }: RerankCall, vendorModel: string): JsonObject {
  return {
    query,
    documents: [...documentTexts(documents)],
    ...(topN !== undefined && { top_n: topN }),
    ...(vendorModel.includes('cohere.') && { api_version: 2 }),
  };
}

/** It tells no usage; it is charged by pieces of documents, as Cohere's own (https://aws.amazon.com/bedrock/pricing/). */
export function fromInvokeRerank(answer: Json, call: RerankCall): Frame {
  const body = asObject(answer) ?? {};
  return toRankingFrame(
    {
      results: asObjects(body['results']).map(({ index, relevance_score: score }) => ({ index, score })),
      id: asText(body['id']),
      units: { search_units: searchUnitsOf(call, BYTES_A_TOKEN) },
    },
    call,
  );
}
