import type { MediaProperties } from './media-properties.js';
import type { PriceList } from './prices.js';

export type { MediaProperties } from './media-properties.js';

/** A price list that holds where the request asks for these properties, all of them. */
export interface MediaVariant {
  readonly when: MediaProperties;
  readonly prices: PriceList;
}
