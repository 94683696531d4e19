import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { RerankCall } from '../../../../workflows/contracts/media-calls.js';
import { asObject, asObjects } from '../../json-fields.js';
import { toRankingFrame } from '../../ranking-frame.js';
import { documentTexts } from '../../rerank-documents.js';

/** The body of `rankingConfigs.rank`; records are told apart by their places. */
export function toRank({ query, documents, topN }: RerankCall, model: string): JsonObject {
  return {
    model,
    query,
    records: documentTexts(documents).map((content, index) => ({ id: String(index), content })),
    ...(topN !== undefined && { topN }),
    ignoreRecordDetailsInResponse: true,
  };
}

/** A whole answer. It reports no usage: a request is charged by its documents. */
export function fromRank(answer: Json, call: RerankCall): Frame {
  return toRankingFrame(
    {
      results: asObjects(asObject(answer)?.['records']).map(({ id, score }) => ({ index: Number(id), score })),
      units: { search_units: Math.ceil(call.documents.length / DOCUMENTS_A_QUERY) },
    },
    call,
  );
}

/** "One ranking query ranks up to 100 documents" (https://cloud.google.com/generative-ai-app-builder/pricing). */
const DOCUMENTS_A_QUERY = 100;
