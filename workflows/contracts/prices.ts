import type { UsdDecimal } from './money.js';
import type { Unit } from './usage.js';

/** A price: `usd` for every `per` units, both exact. */
export interface Price {
  readonly usd: UsdDecimal;
  readonly per: number;
}

/** A price for each unit that has one of its own. */
export type PriceList = { readonly [U in Unit]?: Price };
