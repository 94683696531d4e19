import type { Price, PriceList } from '../../../workflows/contracts/offers.js';
import type { Unit } from '../../../workflows/contracts/usage.js';
import { shiftDecimal } from './exact-number.js';
import type { PriceRow } from './price-map.js';

type Fields = PriceRow['fields'];
export interface Context {
  readonly aboveInputTokens: number;
  readonly prices: PriceList;
}
export interface TokenPrices {
  readonly prices: PriceList;
  /** By length of input, the shortest first. */
  readonly contexts: readonly Context[];
}

const PRICE_FIELDS: readonly (readonly [Unit, string])[] = [
  ['input', 'input_cost_per_token'],
  ['input_cached_read', 'cache_read_input_token_cost'],
  ['input_cache_write_5m', 'cache_creation_input_token_cost'],
  ['input_cache_write_1h', 'cache_creation_input_token_cost_above_1hr'],
  ['input_audio', 'input_cost_per_audio_token'],
  ['input_image', 'input_cost_per_image_token'],
  ['output', 'output_cost_per_token'],
  ['output_reasoning', 'output_cost_per_reasoning_token'],
  ['output_audio', 'output_cost_per_audio_token'],
  ['output_image', 'output_cost_per_image_token'],
];

/** A row's prices by the token, exact, without a service tier or (`_batches`, `_flex`, `_priority`) in one. */
export function tokenPrices(fields: Fields, tier = ''): TokenPrices {
  const ranges = fields['tiered_pricing'];
  if (tier === '' && Array.isArray(ranges)) return rangedPrices(ranges as readonly Fields[]);
  const prices = pricesOf(fields, tier);
  const contexts = thresholdsOf(fields, tier).map(([thousands, suffix]) => ({
    aboveInputTokens: thousands * 1_000,
    // What a step does not name costs what it cost before.
    prices: { ...prices, ...pricesOf(fields, suffix) },
  }));
  return { prices, contexts };
}

/** A price of each request besides. */
export function requestPrice(fields: Fields): Price | undefined {
  const text = fields['input_cost_per_request'];
  return typeof text === 'string' && !isZero(text) ? { usd: shiftDecimal(text, 3), per: 1_000 } : undefined;
}

/** A price of each search of the web: the dearest of those for more and for less of what was found. */
export function searchPrice(fields: Fields): Price | undefined {
  const bySize = fields['search_context_cost_per_query'];
  if (typeof bySize !== 'object' || bySize === null) return undefined;
  const prices = Object.values(bySize).flatMap((text: unknown) =>
    typeof text === 'string' ? [shiftDecimal(text, 3)] : [],
  );
  const [dearest] = prices.sort((left, right) => Number(right) - Number(left));
  return dearest === undefined || isZero(dearest) ? undefined : { usd: dearest, per: 1_000 };
}

export function isZero(text: string): boolean {
  return /^0+(\.0+)?(e[+-]?\d+)?$/i.test(text);
}

function pricesOf(fields: Fields, suffix: string): PriceList {
  const prices = PRICE_FIELDS.flatMap(([unit, field]) => {
    const text = fields[`${field}${suffix}`];
    if (typeof text !== 'string') return [];
    // A zero beside prices that are none means that nobody knows it: the unit costs what its family costs.
    if (isZero(text) && unit !== 'input' && unit !== 'output') return [];
    return [[unit, { usd: shiftDecimal(text, 6), per: 1_000_000 }] as const];
  });
  return Object.fromEntries(prices);
}

/** `_above_200k_tokens`, and where they are in a service tier `_above_200k_tokens_flex`. */
function thresholdsOf(fields: Fields, tier: string): readonly (readonly [number, string])[] {
  const pattern = new RegExp(`^input_cost_per_token(_above_(\\d+)k_tokens${tier})$`);
  return Object.keys(fields)
    .flatMap((field) => {
      const [, suffix, thousands] = pattern.exec(field) ?? [];
      return suffix === undefined ? [] : [[Number(thousands), suffix] as const];
    })
    .sort(([left], [right]) => left - right);
}

/** Alibaba's and Volcengine's steps: each `[from, to]` in tokens of input, with all its prices. */
function rangedPrices(ranges: readonly Fields[]): TokenPrices {
  const steps = ranges
    .map((fields) => ({ aboveInputTokens: fromOf(fields), prices: pricesOf(fields, '') }))
    .sort((left, right) => left.aboveInputTokens - right.aboveInputTokens);
  const [first, ...contexts] = steps;
  return { prices: first?.aboveInputTokens === 0 ? first.prices : {}, contexts };
}

function fromOf({ range }: Fields): number {
  return Array.isArray(range) ? Math.trunc(Number(range[0])) : Number.NaN;
}
