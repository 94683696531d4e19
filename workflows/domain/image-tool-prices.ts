import type { LongContext, Offer, PriceList } from '../contracts/offers.js';
import type { ImageToolDemand } from '../contracts/requests.js';
import { isFree } from './price-list.js';

/**
 * The offer with the prices of the model that the call makes pictures with among its own, in every step of its prices: what
 * a picture costs does not go by the length of the input. Unchanged where the offer has no price for that model, so that the
 * call counts as unbounded there, and where the offer is free.
 */
export function withImageToolPrices(offer: Offer, asked: ImageToolDemand | undefined): Offer {
  const known = asked !== undefined && offer.imageTool !== undefined && Object.hasOwn(offer.imageTool, asked.model);
  const added = known ? offer.imageTool[asked.model] : undefined;
  if (added === undefined || isFree(offer)) return offer;
  const { longContext, longerContexts } = offer;
  return {
    ...offer,
    prices: { ...added, ...offer.prices },
    ...(longContext && { longContext: withPrices(longContext, added) }),
    ...(longerContexts && { longerContexts: longerContexts.map((step) => withPrices(step, added)) }),
  };
}

function withPrices(step: LongContext, added: PriceList): LongContext {
  return { ...step, prices: { ...added, ...step.prices } };
}
