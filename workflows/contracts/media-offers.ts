import type { PriceList, PriceSource } from './offers.js';

export type MediaKind = 'embedding' | 'rerank' | 'image' | 'speech' | 'transcription' | 'video';

/** A price list that holds where the request asks for these properties, all of them. */
export interface MediaVariant {
  /** As the vendor's price list words it: `720p`, `1024-x-1024`, `hd`. */
  readonly when: { readonly resolution?: string; readonly size?: string; readonly quality?: string };
  readonly prices: PriceList;
}

/**
 * One way to have something made or read that is no conversation. Not planned yet: the endpoints for media are to read
 * these as chat reads its offers.
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
  readonly region?: string;
  readonly source: PriceSource;
  readonly deprecatedOn?: string;
}
