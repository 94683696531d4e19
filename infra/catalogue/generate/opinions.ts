import type { Unit } from '../../../workflows/contracts/usage.js';
import { shiftDecimal } from './exact-number.js';
import type { Opinion } from './second-opinion.js';

/** A price of genai-prices: a number of USD, or one by steps of length of which the first is `base`. */
type GenaiPrice = number | { readonly base: number } | undefined;

/** Its names for units, all for a million tokens. */
const UNITS: readonly (readonly [Unit, string])[] = [
  ['input', 'input_mtok'],
  ['output', 'output_mtok'],
  ['input_cached_read', 'cache_read_mtok'],
  ['input_cache_write_5m', 'cache_write_mtok'],
  ['input_cache_write_1h', 'cache_write_1h_mtok'],
];

/**
 * What genai-prices says of a model, as exact texts. Its numbers are literals of few digits in a program, and JavaScript's
 * shortest text of such a double is the literal again. Units that are not there or cost nothing are left out.
 */
export function toOpinion(price: { readonly [unit: string]: GenaiPrice }): Opinion {
  const texts = UNITS.flatMap(([unit, field]) => {
    const value = price[field];
    const usd = typeof value === 'object' ? value.base : value;
    return usd === undefined || (usd === 0 && unit !== 'input' && unit !== 'output')
      ? []
      : [[unit, shiftDecimal(String(usd), 0)] as const];
  });
  return Object.fromEntries(texts);
}
