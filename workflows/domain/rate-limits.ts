import type { Offer } from '../contracts/offers.js';
import type { RateLimit, RateLimitNeed, RateLimitScope } from '../contracts/rate-limits.js';
import type { Demand, RequestInput } from '../contracts/requests.js';
import { namedOffers } from './named-offers.js';
import { matchesModel } from './restrictions.js';

/** Bytes of text that count as a token where nothing is known yet: see docs/decisions/0002. */
const BYTES_A_TOKEN = 4;
/** Tokens of output that count for a request without a cap; few answers are longer, and the end corrects it. */
const UNCAPPED_OUTPUT_TOKENS = 1_024;
/** Seconds that count for a call with audio, whose length nobody has told; the end corrects it where the vendor reports it. */
const UNTOLD_AUDIO_SECONDS = 1;
/** More than any limit may be. */
const MOST = 1_000_000_000_001;

/**
 * What a request takes of the limits that apply to it: those of its scopes that are for all models or for one that it
 * names. A fallback counts as named, because it may be asked; what it does not use comes back at the end. `vendors` are those
 * that can be called for it; absent for all.
 */
export function needsOf(
  limits: readonly RateLimit[],
  input: RequestInput,
  offers: readonly Offer[],
  vendors?: ReadonlySet<string>,
): RateLimitNeed[] {
  const inScope = limits.filter(({ scope }) => idOf(input, scope.type) === scope.id);
  if (inScope.length === 0) return [];
  const named = resolveAll(input, offers, vendors);
  return inScope.flatMap((limit) => {
    const { model } = limit;
    const counted = model === undefined ? named : named.filter(({ id }) => matchesModel(model, id));
    if (model !== undefined && counted.length === 0) return [];
    const needed = Math.min(MOST, neededOf(limit, input.demand, counted));
    return needed === 0 ? [] : [{ limit, needed }];
  });
}

/** Input at four bytes a token, and for each choice the cap on output, or 1,024 tokens where there is none; of the largest offer. */
export function estimateTokens({ textBytes, choices, maxOutputTokens }: Demand, offers: readonly Offer[]): number {
  const most = Math.max(0, ...offers.map((offer) => offer.maxOutputTokens));
  const cap = maxOutputTokens ?? Math.min(most, UNCAPPED_OUTPUT_TOKENS);
  return Math.ceil(textBytes / BYTES_A_TOKEN) + choices * cap;
}

function neededOf({ unit }: RateLimit, demand: Demand, offers: readonly Offer[]): number {
  switch (unit) {
    case 'requests':
    case 'concurrent_requests':
      return 1;
    case 'tokens':
      return estimateTokens(demand, offers);
    case 'images':
      return demand.images;
    case 'audio_seconds':
      return demand.needs.includes('audio_input') ? UNTOLD_AUDIO_SECONDS : 0;
  }
}

function idOf(input: RequestInput, type: RateLimitScope['type']): string {
  switch (type) {
    case 'organization':
      return input.organizationId;
    case 'project':
      return input.projectId;
    case 'key':
      return input.keyId;
  }
}

function resolveAll(
  { models, mode, restrictions, routing }: RequestInput,
  offers: readonly Offer[],
  vendors: ReadonlySet<string> | undefined,
): readonly Offer[] {
  const policy = { ...(mode && { mode }), ...(restrictions && { restrictions }), ...(vendors && { vendors }) };
  const named = (routing?.models ?? models).flatMap((name) => namedOffers(name, offers, policy));
  return [...new Map(named.map((offer) => [offer.id, offer])).values()];
}
