import type { MediaKind } from './kinds.js';
import type { MediaVariant } from './media-variants.js';
import type { PriceSource } from './offers.js';
import type { PriceList } from './prices.js';

export type { MediaKind } from './kinds.js';
export type { MediaProperties, MediaVariant } from './media-variants.js';

/**
 * One way to have something made or read that is no conversation, as the catalogue's files hold it: requests are planned with
 * the `Offer` that it is made into.
 */
export interface MediaOffer {
  /** `vendor/model`, unique among the media offers. */
  readonly id: string;
  readonly vendor: string;
  readonly vendorModel: string;
  readonly kind: MediaKind;
  /** `maker/name`. */
  readonly model?: string;
  /** Most tokens of input, where it has such a limit. */
  readonly maxInputTokens?: number;
  /** Length of the vectors, of embeddings. */
  readonly dimensions?: number;
  /** What every request costs that no variant matches; empty where each has a price by its properties alone. */
  readonly prices: PriceList;
  readonly variants?: readonly MediaVariant[];
  /** What one picture or second comes to where tokens are charged: to reserve by, never to charge by. */
  readonly estimates?: readonly MediaVariant[];
  /** What the vendor's own batches cost. */
  readonly tiers?: { readonly batch?: { readonly prices: PriceList } };
  readonly region?: string;
  readonly source: PriceSource;
  readonly deprecatedOn?: string;
}
