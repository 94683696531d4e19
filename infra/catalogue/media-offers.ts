import type { MediaOffer } from '../../workflows/contracts/media-offers.js';
import type { Offer } from '../../workflows/contracts/offers.js';

/** A media offer as requests are planned with it: the same fields as chat's, of which those of conversations are empty. */
export function toPlannedOffer({ maxInputTokens, ...offer }: MediaOffer): Offer {
  return {
    ...offer,
    // Bare names are found by the id and by the model; the catalogue of media has no others.
    aliases: [],
    contextWindow: maxInputTokens ?? 0,
    maxOutputTokens: 0,
    capabilities: [],
    created: Date.parse(offer.source.asOf) / 1_000,
  };
}
