import type { Offer } from '../../contracts/offers.js';
import { perUnit, type Sized, sized, ZERO } from '../fraction.js';
import { comparedPrice } from '../model-index.js';
import { hashOf } from '../seed.js';

/** What is asked of an offer by every plan and depends on it alone. */
export interface OfferTraits {
  /** Nano USD of a token of each side by the price list; zero where it names none. */
  readonly input: Sized;
  readonly output: Sized;
  /** Nano USD of what conversations come to: to compare and to weigh by, never to pay by. */
  readonly compared: number;
  /** The share of requests that an offer of this price is given, beside others of its model. */
  readonly weight: number;
  readonly idHash: number;
}

/** Kept as long as the offer is: the catalogue's stay. */
export function traitsOf(offer: Offer): OfferTraits {
  const known = traits.get(offer);
  if (known) return known;
  const compared = sized(comparedPrice(offer)).about;
  const made: OfferTraits = {
    input: sized(offer.prices.input ? perUnit(offer.prices.input) : ZERO),
    output: sized(offer.prices.output ? perUnit(offer.prices.output) : ZERO),
    compared,
    // What costs nothing is a trial or the operator's own machine: it is asked last, unless it is asked for.
    weight: compared === 0 ? 0 : 1 / compared ** 2,
    idHash: hashOf(offer.id),
  };
  traits.set(offer, made);
  return made;
}

/** A memo of a pure function: it changes when an answer comes, never which. */
const traits = new WeakMap<Offer, OfferTraits>();
