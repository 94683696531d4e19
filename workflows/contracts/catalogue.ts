import type { ActingRequest, Page, PageQuery } from './access.js';
import type { Offer } from './offers.js';

/** Prices that the operator has set for an offer. It replaces all that were set for it before, from `effectiveFrom` on. */
export interface PriceOverride {
  readonly id: string;
  readonly offerId: string;
  /** All prices of the offer, whatever its input's length; absent where the catalogue's count again. */
  readonly prices?: Offer['prices'];
  readonly reason: string;
  readonly effectiveFrom: string;
  readonly createdAt: string;
  /** Who set it. */
  readonly keyId: string;
  readonly userId?: string;
}

export interface NewPriceOverride extends Pick<PriceOverride, 'offerId' | 'prices' | 'reason'> {
  /** Now where it is absent. */
  readonly effectiveFrom?: Date;
}

/** The prices that the operator of the installation sets, for all of its organisations. */
export interface PriceOverrides {
  /** @throws RefusalError `model_not_found` of `offer_id`; `invalid_request` of `effective_from` for a time that is past. */
  set(by: ActingRequest, override: NewPriceOverride): Promise<PriceOverride>;
  /** The history, of one offer or of all. */
  list(query: PageQuery & { readonly offerId?: string }): Promise<Page<PriceOverride>>;
}
