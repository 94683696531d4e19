import { z } from 'zod';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { refused } from '../../http/refused-error.js';
import { describeIssue } from './describe-issue.js';

const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 1_000;

const pageQuery = z.looseObject({
  limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
  after_id: z.string().optional(),
  before_id: z.string().optional(),
});

/**
 * A page of the vendor's `GET /v1/models`, in the catalogue's order. `after_id` and `before_id` are ids of other pages'
 * ends. Throws `invalid_request` for an id that is no model's.
 */
export function renderModelInfoPage(offers: readonly Offer[], query: unknown): JsonObject {
  const read = pageQuery.safeParse(query);
  if (!read.success) throw refused('invalid_request', describeIssue(read.error.issues, query).message);
  const { limit, after_id: after, before_id: before } = read.data;
  const end = before === undefined ? offers.length : indexOf(offers, before, 'before_id');
  const rest = after === undefined ? 0 : indexOf(offers, after, 'after_id') + 1;
  // What is asked for before an id is what stands next to it.
  const start = before === undefined ? rest : Math.max(rest, end - limit);
  const page = offers.slice(start, Math.min(end, start + limit));
  return {
    data: page.map(renderModelInfo),
    has_more: before === undefined ? start + page.length < end : start > rest,
    first_id: page[0]?.id ?? null,
    last_id: page.at(-1)?.id ?? null,
  };
}

/** The vendor's ModelInfo; limits in tokens. */
export function renderModelInfo(offer: Offer): JsonObject {
  return {
    type: 'model',
    id: offer.id,
    display_name: offer.id,
    created_at: new Date(offer.created * 1000).toISOString().replace('.000Z', 'Z'),
    max_input_tokens: offer.contextWindow,
    max_tokens: offer.maxOutputTokens,
  };
}

function indexOf(offers: readonly Offer[], id: string, param: string): number {
  const index = offers.findIndex((offer) => offer.id === id);
  if (index >= 0) return index;
  throw refused('invalid_request', 'There is no model of this id. Give the first or last id of a page.', { param });
}
