import type { PriceList } from '../contracts/prices.js';
import type { Unit, UnitCounts } from '../contracts/usage.js';
import { priceOfUnit } from './price-list.js';

/**
 * The units of these that have a price, of their own or their family's: a vendor counts tokens also of what it sells by the
 * second, and the other way round. All of them where nothing has one.
 */
export function pricedUnits(units: UnitCounts, prices: PriceList): UnitCounts {
  if (Object.keys(prices).length === 0) return units;
  return Object.fromEntries(Object.entries(units).filter(([unit]) => priceOfUnit(unit as Unit, prices) !== undefined));
}
