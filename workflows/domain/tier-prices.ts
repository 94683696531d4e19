import type { PriceList } from '../contracts/offers.js';
import type { Unit } from '../contracts/usage.js';
import { priceOfUnit } from './price-list.js';

/**
 * An offer's prices in a service tier: what the tier does not name costs what it costs without it. But where the offer lists thoughts at
 * what other output costs, and the tier names output alone (Google's), thoughts cost what other output does there, too.
 */
export function inTier(prices: PriceList, tier: PriceList): PriceList {
  const own = Object.entries(prices).filter(([unit, price]) => {
    const { [unit as Unit]: _, ...others } = prices;
    const family = priceOfUnit(unit as Unit, others);
    return family?.usd !== price.usd || family.per !== price.per;
  });
  return { ...Object.fromEntries(own), ...tier };
}
