import type { Offer } from '../../contracts/offers.js';
import type { Demand } from '../../contracts/requests.js';
import type { DropReason } from '../../contracts/routing.js';
import { speaks } from '../native-vendors.js';
import { outputCapFor } from '../worst-case.js';
import type { Test } from './groups.js';
import type { CommonLimits } from './rows.js';

/** A way to be unfit for a call, which counts only as long as another offer is fit. */
export interface Fitness {
  readonly reason: DropReason;
  readonly isFit: Test;
  /** Whether all are that have as much; one of them may be even where not all are. */
  readonly isFitBy: (limits: CommonLimits) => boolean;
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
  return [...(boundTo === undefined ? [] : [speech(boundTo)]), ...needs.map(capability), windowFor(demand)];
}

function speech(dialect: NonNullable<Demand['boundTo']>): Fitness {
  return { reason: 'dialect', isFit: ({ offer }) => speaks(offer, dialect), isFitBy: () => false };
}

function capability(need: Demand['needs'][number]): Fitness {
  return {
    reason: 'capabilities',
    isFit: ({ offer: { capabilities } }) => capabilities.includes(need),
    isFitBy: ({ capabilities }) => capabilities.has(need),
  };
}

function windowFor(demand: Demand): Fitness {
  const counted = Object.values(demand.tokens ?? {}).map(({ text }) => text);
  const most = Math.max(leastTokensOf(demand.textBytes), ...counted);
  return {
    reason: 'context_length',
    isFit: ({ offer }) => leastTokens(offer, demand) <= offer.contextWindow,
    isFitBy: ({ contextWindow }) => most <= contextWindow,
  };
}

function leastTokens({ tokenizer }: Offer, { tokens, textBytes }: Demand): number {
  const counted = tokenizer && tokens?.[tokenizer]?.text;
  return counted ?? leastTokensOf(textBytes);
}

function leastTokensOf(textBytes: number): number {
  return Math.floor(textBytes / MOST_BYTES_A_TOKEN);
}

/** Whether it writes as much as was asked for. */
export function roomFor(demand: Demand): Fitness {
  return {
    reason: 'output_cap',
    isFit: ({ offer }) => outputCapFor(offer, demand) >= (demand.maxOutputTokens ?? 0),
    isFitBy: ({ outputTokens }) => outputTokens >= (demand.maxOutputTokens ?? 0),
  };
}
