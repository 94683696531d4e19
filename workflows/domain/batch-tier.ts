import type { Offer } from '../contracts/offers.js';
import type { Candidate, Demand } from '../contracts/requests.js';
import type { RoutingLevel } from '../contracts/routing.js';
import { worstCaseOfMedia } from './media-prices.js';
import { formatNano } from './money.js';
import { inTier } from './tier-prices.js';
import { worstCase } from './worst-case.js';

export interface BatchTierQuestion {
  readonly demand: Demand;
  readonly levels: readonly RoutingLevel[];
  /** The order of the candidates is what somebody asked for. */
  readonly keepsOrder: boolean;
  /** The offer as it is listed, with its tiers, which candidates are planned without. */
  readonly listed: (offerId: string) => Offer | undefined;
  /** Whether the candidate's account has batches at its vendor for its offer. */
  readonly takes: (candidate: Candidate) => boolean;
}

/**
 * A plan whose first candidate is the vendor's own batch, where one that is planned has such; the candidates themselves stay
 * behind it, for what the batch does not answer. One alone: a batch may take a day, and after it there is no time for another.
 * Where nobody asked for an order it is the first that has one among those of the first model, and of the same account's owner:
 * what is the caller's own comes before what is charged. As planned where a rule wants nothing stored, or an answer soon.
 */
export function withBatchTier(candidates: readonly Candidate[], question: BatchTierQuestion): readonly Candidate[] {
  const [first] = candidates;
  if (first === undefined || question.levels.some(forbidsBatches)) return candidates;
  const eligible = question.keepsOrder
    ? [first]
    : candidates.filter((candidate) => isInterchangeable(candidate, first));
  for (const candidate of eligible) {
    const twin = batchTwin(candidate, question);
    if (twin) return [twin, ...candidates];
  }
  return candidates;
}

/**
 * Vendors keep files and results of batches for days or weeks, whatever they promise of single requests, so that no rule about what is
 * done with data can be kept there. A limit on the time of all attempts is not one that a day fits in.
 */
function forbidsBatches({ dataPolicy, totalMs }: RoutingLevel): boolean {
  return dataPolicy !== undefined || totalMs !== undefined;
}

function isInterchangeable(candidate: Candidate, first: Candidate): boolean {
  const isSameModel = candidate.offer.id === first.offer.id || sharesModel(candidate.offer, first.offer);
  return isSameModel && candidate.isOwn === first.isOwn;
}

function sharesModel(one: Offer, other: Offer): boolean {
  return one.model !== undefined && one.model === other.model;
}

/** The candidate at the prices of its vendor's batches; nothing where there are none. */
function batchTwin(candidate: Candidate, { demand, listed, takes }: BatchTierQuestion): Candidate | undefined {
  const { offer } = candidate;
  const tier = listed(offer.id)?.tiers?.batch;
  if (tier === undefined || !takes(candidate)) return undefined;
  const sold: Offer = {
    ...offer,
    prices: inTier(offer.prices, tier.prices),
    // Where the tier says nothing of long inputs they cost what they cost without it.
    ...(tier.longContext && { longContext: tier.longContext }),
  };
  const { media } = demand;
  const cost = media ? worstCaseOfMedia(sold, media) : worstCase(sold, demand, candidate.maxOutputTokens);
  if (cost === undefined) return undefined;
  return { ...candidate, offer: sold, tier: 'batch', worstCaseNanoUsd: candidate.isOwn ? '0' : formatNano(cost) };
}
