import { isZero } from './map-prices.js';
import type { PriceMap } from './price-map.js';
import type { VendorSource } from './sources.js';

/**
 * The vendor's own names of the chat rows in the map that are priced and not past their end on `asOf`: what the catalogue must have,
 * or say why not. Read apart from the code that makes offers, which it is to be compared with.
 */
export function liveNames(map: PriceMap, { map: own }: VendorSource, asOf: string): readonly string[] {
  const names = Object.entries(map).flatMap(([key, fields]) => {
    const { litellm_provider: provider, mode, deprecation_date: end } = fields;
    const isLive = !(typeof end === 'string' && end <= asOf);
    const isChat = mode === 'chat' || mode === 'responses';
    if (!own?.providers.includes(String(provider)) || !isChat || !isLive || !isPriced(fields)) return [];
    const prefix = own.prefixes?.find((start) => key.startsWith(start)) ?? '';
    return [key.slice(prefix.length)];
  });
  return [...new Set(names)].sort();
}

function isPriced(fields: PriceMap[string]): boolean {
  return ['input_cost_per_token', 'output_cost_per_token'].every((field) => {
    const text = fields[field];
    return typeof text === 'string' && !isZero(text);
  });
}
