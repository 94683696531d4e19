import type { Offer, Price, PriceList } from '../contracts/offers.js';
import type { Unit, UnitCounts } from '../contracts/usage.js';

export type { PriceList } from '../contracts/offers.js';

/** The units that are tokens of input, each with the price it falls back to. */
export const INPUT_UNITS = [
  'input',
  'input_cached_read',
  'input_cache_write_5m',
  'input_cache_write_1h',
  'input_audio',
  'input_image',
] as const satisfies readonly Unit[];

export const OUTPUT_UNITS = [
  'output',
  'output_reasoning',
  'output_audio',
  'output_image',
] as const satisfies readonly Unit[];

/** Which prices hold for this many tokens of input. */
export function pricesFor(offer: Offer, inputTokens: number): PriceList {
  const tiers = offer.longContext === undefined ? [] : [offer.longContext, ...(offer.longerContexts ?? [])];
  return tiers.findLast(({ aboveInputTokens }) => inputTokens > aboveInputTokens)?.prices ?? offer.prices;
}

/** A unit's price, or the price of its family (`input` or `output`); undefined where the list names neither. */
export function priceOfUnit(unit: Unit, prices: PriceList): Price | undefined {
  const own = prices[unit];
  if (own !== undefined) return own;
  if (isOneOf(INPUT_UNITS, unit)) return prices.input;
  if (isOneOf(OUTPUT_UNITS, unit)) return prices.output;
  return undefined;
}

export function isFree(offer: Offer): boolean {
  return Object.keys(offer.prices).length === 0;
}

/** All tokens, of input and output. */
export function tokensOf(units: UnitCounts): number {
  return inputTokensOf(units) + OUTPUT_UNITS.reduce((sum, unit) => sum + (units[unit] ?? 0), 0);
}

/** All tokens of input, whatever they cost: the number that a vendor's price tiers go by. */
export function inputTokensOf(units: UnitCounts): number {
  return INPUT_UNITS.reduce((sum, unit) => sum + (units[unit] ?? 0), 0);
}

function isOneOf(units: readonly Unit[], unit: Unit): boolean {
  return units.includes(unit);
}
