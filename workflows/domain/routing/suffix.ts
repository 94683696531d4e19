import type { Offer } from '../../contracts/offers.js';
import type { RoutingMetric } from '../../contracts/routing.js';
import { isFree } from '../price-list.js';

/** What a suffix of a model's name asks for, as OpenRouter has it. */
export interface Suffix {
  readonly sort?: RoutingMetric;
  /** Offers that the suffix does not mean are no offers of the name. */
  readonly reason?: 'not_free' | 'not_thinking';
  readonly means: (offer: Offer) => boolean;
}

const all = (): boolean => true;

const SUFFIXES: { readonly [suffix: string]: Suffix | undefined } = {
  floor: { sort: 'price', means: all },
  nitro: { sort: 'throughput', means: all },
  exacto: { sort: 'quality', means: all },
  free: { reason: 'not_free', means: costsNothing },
  thinking: { reason: 'not_thinking', means: ({ capabilities }) => capabilities.includes('reasoning') },
};

/** A name without its suffix; undefined where it has none that is known. Vendors' own ids may end like this: ask for them first. */
export function splitSuffix(name: string): { readonly base: string; readonly suffix: Suffix } | undefined {
  const colon = name.lastIndexOf(':');
  const suffix = colon <= 0 ? undefined : SUFFIXES[name.slice(colon + 1).toLowerCase()];
  return suffix && { base: name.slice(0, colon), suffix };
}

function costsNothing(offer: Offer): boolean {
  if (isFree(offer)) return true;
  return Object.values(offer.prices).every(({ usd }) => /^0+(?:\.0+)?$/.test(usd));
}
