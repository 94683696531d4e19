import type { Offer, Price } from '../../workflows/contracts/offers.js';
import type { Candidate } from '../../workflows/contracts/requests.js';
import type { Unit, UnitCounts } from '../../workflows/contracts/usage.js';
import { formatNano } from '../../workflows/domain/money.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import { offer } from './ledger-world.js';

/** Prices of every form: a round one a piece, one a minute, one a thousand, one that does not come out even. */
const prices: { readonly [U in Unit]?: Price } = {
  output: { usd: '0.3', per: 1_000 },
  images: { usd: '0.0004', per: 1 },
  audio_seconds: { usd: '0.006', per: 60 },
  video_seconds: { usd: '0.0001', per: 1 },
  searches: { usd: '0.35', per: 1_000 },
  search_units: { usd: '0.01', per: 7 },
  characters: { usd: '0.000000001', per: 3 },
  requests: { usd: '0.000250001', per: 1 },
};

/** One offer for each unit that something is sold by, and one that has several. */
export const unitOffers: readonly Offer[] = [
  ...Object.entries(prices).map(([unit, price]) => offerOf(unit, { [unit]: price })),
  offerOf('several', prices),
];

function offerOf(name: string, list: Offer['prices']): Offer {
  // Without tokens of input nothing has a price that is not named here.
  return { ...offer, id: `units/${name}`, vendor: 'units', vendorModel: name, aliases: [], prices: list };
}

/** So many of each unit that the offer has a price for. */
export function countsOf({ prices: sold }: Offer, quantity: number): UnitCounts {
  return Object.fromEntries(Object.keys(sold).map((unit) => [unit, quantity]));
}

/** The candidate that a plan for at most so many units would have. */
export function candidateOf(sold: Offer, most: number): Candidate {
  return { offer: sold, maxOutputTokens: 1, worstCaseNanoUsd: formatNano(priceOf(countsOf(sold, most), sold)) };
}
