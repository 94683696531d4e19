import type { Offer } from '../../contracts/offers.js';
import type { Candidate, Demand } from '../../contracts/requests.js';
import type { RoutingLevel } from '../../contracts/routing.js';
import { withImageToolPrices } from '../image-tool-prices.js';
import { formatNano } from '../money.js';
import { soldAs, worstCaseOfMedia } from '../media-prices.js';
import { outputCapFor, worstCase } from '../worst-case.js';
import type { Drops } from './drops.js';
import { costLimitOf, fallbacksForbiddenBy, mergePreferences } from './merge-preferences.js';
import type { Ordering, Placed } from './order.js';
import { createSlugIndex } from './vendor-slugs.js';

/**
 * Offers of one name that are planned, the first of those that can serve the call. More would hardly help in an outage, and
 * the dearest of all decides how much money is held.
 */
export const MAX_OFFERS_A_NAME = 5;

export interface ChosenOffer {
  readonly placed: Placed;
  readonly candidate: Candidate;
}

/** The first few of each name, in their order, whose cost can be bounded and is within the limit. */
export function chooseCandidates(
  ordering: Ordering,
  demand: Demand,
  levels: readonly RoutingLevel[],
  drops: Drops,
): readonly ChosenOffer[] {
  const limit = costLimitOf(levels);
  const forbiddenBy = createFallbackRule(levels);
  const taken = new Map<number, number>();
  const takenOf = (name: number): number => taken.get(name) ?? 0;
  const isWanted = (name: number): boolean => takenOf(name) < MAX_OFFERS_A_NAME;
  const chosen: ChosenOffer[] = [];
  for (let placed = ordering.next(isWanted); placed; placed = ordering.next(isWanted)) {
    const { row, name } = placed;
    const { offer } = row;
    const forbidden = forbiddenBy(offer, takenOf(name));
    const candidate = forbidden === undefined ? toCandidate(offer, demand) : undefined;
    if (forbidden !== undefined) drops.add([row], 'no_fallbacks', forbidden);
    else if (candidate === undefined) drops.add([row], 'unbounded');
    else if (limit && BigInt(candidate.worstCaseNanoUsd) > limit.most) drops.add([row], 'cost', limit.name);
    else {
      chosen.push({ placed, candidate });
      taken.set(name, takenOf(name) + 1);
    }
  }
  drops.count('surplus', ordering.left());
  return chosen;
}

/** The clause by which an offer may not stand in for those before it: one a model, or those that a list names. */
function createFallbackRule(levels: readonly RoutingLevel[]): (offer: Offer, before: number) => string | undefined {
  const clause = fallbacksForbiddenBy(levels);
  if (clause === undefined) return () => undefined;
  const { order } = mergePreferences(levels);
  const placeOf = order && createSlugIndex(order);
  return (offer, before) => {
    const isAllowed = placeOf ? placeOf(offer) !== -1 : before === 0;
    return isAllowed ? undefined : clause;
  };
}

function toCandidate(listed: Offer, demand: Demand): Candidate | undefined {
  const { media, imageTool } = demand;
  const offer = media ? soldAs(listed, media.asked) : withImageToolPrices(listed, imageTool);
  const maxOutputTokens = outputCapFor(offer, demand);
  const cost = media ? worstCaseOfMedia(offer, media) : worstCase(offer, demand, maxOutputTokens);
  if (cost === undefined) return undefined;
  // What a request cannot be charged by is not frozen into its plan, which is stored with every request.
  const { tiers: _, quality: _quality, imageTool: _tool, ...frozen } = offer;
  return { offer: frozen, maxOutputTokens, worstCaseNanoUsd: formatNano(cost) };
}
