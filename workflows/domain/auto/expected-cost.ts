import type { Estimate, TaskKind } from '../../contracts/estimates.js';
import type { Offer, Price } from '../../contracts/offers.js';
import { perUnit } from '../fraction.js';
import { type PriceList, pricesFor, priceOfUnit } from '../price-list.js';

/** What a request is expected to use; guesses, and the same for each offer, so that they can be compared. */
export interface ExpectedUse {
  readonly inputTokens: number;
  /** Of the input, what this session's last request has left in the vendor's cache, where the offer is the one that served it. */
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

/** Four bytes a token is usual in English, and is what unreported input is counted by. */
const BYTES_A_TOKEN = 4;

/** Tokens of output that a request of the kind comes to, at no difficulty and at full. */
const OUTPUT_TOKENS: { readonly [K in TaskKind]: readonly [number, number] } = {
  summary: [200, 800],
  extraction: [150, 900],
  chat: [200, 1_000],
  code: [300, 2_000],
  maths: [200, 1_500],
  reasoning: [200, 1_800],
  vision: [150, 1_000],
  tools: [100, 1_500],
};

/** A model that reasons is charged for its thoughts as output: some twice what it then says. */
const REASONING_FACTOR = 3;

export function expectedUse(
  { kind, difficulty }: Pick<Estimate, 'kind' | 'difficulty'>,
  textBytes: number,
  cachedBytes: number,
): ExpectedUse {
  const [least, most] = OUTPUT_TOKENS[kind];
  const inputTokens = Math.ceil(textBytes / BYTES_A_TOKEN);
  return {
    inputTokens,
    cachedTokens: Math.min(inputTokens, Math.floor(cachedBytes / BYTES_A_TOKEN)),
    outputTokens: Math.round(least + (most - least) * difficulty),
  };
}

/**
 * What the use is expected to cost, in nano USD for a million tokens of each price, so that offers can be compared in whole
 * numbers; undefined where the offer has no price for it. A price of each request counts as well.
 */
export function expectedCost(offer: Offer, use: ExpectedUse): bigint | undefined {
  const prices = millionPrices(pricesFor(offer, use.inputTokens));
  if (prices === undefined) return undefined;
  const written = use.outputTokens * (offer.capabilities.includes('reasoning') ? REASONING_FACTOR : 1);
  return (
    prices.input * BigInt(use.inputTokens - use.cachedTokens) +
    prices.cached * BigInt(use.cachedTokens) +
    prices.output * BigInt(written) +
    prices.request
  );
}

interface MillionPrices {
  readonly input: bigint;
  readonly cached: bigint;
  readonly output: bigint;
  readonly request: bigint;
}

const MILLION = 1_000_000n;

/** A memo of a pure function, kept for as long as the list of prices is: parsing them costs more than all the rest. */
const known = new WeakMap<PriceList, MillionPrices>();

function millionPrices(prices: PriceList): MillionPrices | undefined {
  const before = known.get(prices);
  if (before !== undefined) return before;
  const [input, output] = [priceOfUnit('input', prices), priceOfUnit('output', prices)];
  const cached = priceOfUnit('input_cached_read', prices);
  if (input === undefined || output === undefined || cached === undefined) return undefined;
  const found = {
    input: million(input),
    cached: million(cached),
    output: million(output),
    request: prices.requests === undefined ? 0n : million(prices.requests),
  };
  known.set(prices, found);
  return found;
}

function million(price: Price): bigint {
  const { numerator, denominator } = perUnit(price);
  return (numerator * MILLION) / denominator;
}
