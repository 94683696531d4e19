import type { Offer } from '../../contracts/offers.js';
import type { Demand } from '../../contracts/requests.js';
import type { DropReason } from '../../contracts/routing.js';
import { speaks } from '../native-vendors.js';
import { outputCapFor } from '../worst-case.js';

/** A way to be unfit for a call, which counts only as long as another offer is fit. */
interface Fitness {
  readonly reason: DropReason;
  readonly isFit: (offer: Offer) => boolean;
}

/** Text has hardly ever more bytes a token than this; with fewer tokens than that it surely does not fit a window. */
const MOST_BYTES_A_TOKEN = 8;

/**
 * What a call needs, need by need. Where none has it all offers stay, and the vendor's adapter says to the caller what it
 * cannot do; the output cap alone is refused then.
 */
export function fitnessesOf(demand: Demand): readonly Fitness[] {
  const { boundTo, needs, media } = demand;
  // How long one input may be is the vendor's to say, of which there are many in a request.
  if (media) return [];
  return [
    ...(boundTo === undefined ? [] : [{ reason: 'dialect' as const, isFit: (offer: Offer) => speaks(offer, boundTo) }]),
    ...needs.map((need) => ({
      reason: 'capabilities' as const,
      isFit: ({ capabilities }: Offer) => capabilities.includes(need),
    })),
    { reason: 'context_length', isFit: (offer) => leastTokens(offer, demand) <= offer.contextWindow },
  ];
}

function leastTokens({ tokenizer }: Offer, { tokens, textBytes }: Demand): number {
  const counted = tokenizer && tokens?.[tokenizer]?.text;
  return counted ?? Math.floor(textBytes / MOST_BYTES_A_TOKEN);
}

/** Whether it writes as much as was asked for. */
export function isRoomy(offer: Offer, demand: Demand): boolean {
  return outputCapFor(offer, demand) >= (demand.maxOutputTokens ?? 0);
}
