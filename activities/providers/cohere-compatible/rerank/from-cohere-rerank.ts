import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { RerankCall } from '../../../../workflows/contracts/media-calls.js';
import type { Offer, PriceList } from '../../../../workflows/contracts/offers.js';
import type { UnitCounts } from '../../../../workflows/contracts/usage.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import { toRankingFrame } from '../../ranking-frame.js';
import type { RerankProfile } from './profiles.js';

/** A whole answer. Throws `bad_response` where it does not rank the documents of the call. */
export function fromCohereRerank(
  answer: Json,
  call: RerankCall,
  { prices }: Pick<Offer, 'prices'>,
  { resultsField, speaksCohere }: RerankProfile,
): Frame {
  const body = asObject(answer) ?? {};
  const units = toUnits(body, prices);
  const frame = toRankingFrame(
    {
      results: asObjects(body[resultsField]).map(({ index, relevance_score: score }) => ({ index, score })),
      id: asText(body['id']),
      model: asText(body['model']),
      ...(units && { units, raw: asObject(body['usage']) ?? asObject(asObject(body['meta'])?.['billed_units']) }),
    },
    call,
  );
  return speaksCohere ? { ...frame, wire: { dialect: 'cohere-rerank', streamed: false, body } } : frame;
}

/**
 * Cohere tells what it bills, the others their tokens: of these what the offer has a price for. Nothing where that is not among
 * them, because the answer would be free then: what was asked for is counted instead.
 */
function toUnits(body: JsonObject, prices: PriceList): UnitCounts | undefined {
  const usage = asObject(body['usage']);
  const billed = asObject(asObject(body['meta'])?.['billed_units']);
  const told: UnitCounts = {
    search_units: asCount(billed?.['search_units']),
    input: asCount(billed?.['input_tokens']) ?? asCount(usage?.['total_tokens']) ?? asCount(usage?.['prompt_tokens']),
  };
  const charged = Object.entries(told).filter(([unit, count]) => count !== undefined && unit in prices);
  return charged.length === 0 ? undefined : Object.fromEntries(charged);
}
