import type { Frame } from '../../workflows/contracts/answer.js';
import type { Json } from '../../workflows/contracts/json.js';
import type { RerankCall } from '../../workflows/contracts/media-calls.js';
import type { UnitCounts } from '../../workflows/contracts/usage.js';
import { badResponse } from './json-answer.js';
import { asCount } from './json-fields.js';

/** What a vendor made of a call for a ranking, once its own form is read. */
export interface Ranking {
  readonly results: readonly { readonly index: Json | undefined; readonly score: Json | undefined }[];
  readonly id?: string | undefined;
  readonly model?: string | undefined;
  /** As far as the vendor reports it; where it reports nothing, it is counted from the call. */
  readonly units?: UnitCounts | undefined;
  readonly raw?: Json | undefined;
}

/**
 * A whole answer, best first. Throws `bad_response` where a result names no document of the call, or one twice, or where
 * documents are missing that were to be ranked.
 */
export function toRankingFrame(
  { results, id, model, units, raw }: Ranking,
  { documents, topN }: Pick<RerankCall, 'documents' | 'topN'>,
): Frame {
  const ranked = results.map(({ index, score }) => {
    const place = asCount(index);
    if (place === undefined || place >= documents.length || typeof score !== 'number') {
      throw badResponse('The vendor sent a result that names no document.');
    }
    return { type: 'ranking' as const, index: place, score };
  });
  const expected = Math.min(topN ?? documents.length, documents.length);
  if (new Set(ranked.map(({ index }) => index)).size !== ranked.length || ranked.length < expected) {
    throw badResponse(`The vendor ranked ${ranked.length} documents of ${expected}.`);
  }
  const best = ranked.toSorted((left, right) => right.score - left.score).slice(0, expected);
  return {
    events: [
      {
        type: 'start',
        ...(id !== undefined && { vendorId: id }),
        ...(model !== undefined && { vendorModel: model }),
      },
      ...best,
      ...(units === undefined
        ? []
        : [
            {
              type: 'usage' as const,
              usage: { units, source: 'reported' as const, ...(raw !== undefined && { raw }) },
            },
          ]),
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
  };
}
