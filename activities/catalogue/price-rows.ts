import type { PriceOverride } from '../../workflows/contracts/catalogue.js';

export interface PriceRow {
  readonly id: string;
  readonly offer_id: string;
  readonly prices: NonNullable<PriceOverride['prices']> | null;
  readonly reason: string;
  readonly effective_from: Date;
  readonly created_at: Date;
  readonly key_id: string;
  readonly user_id: string | null;
}

export const priceColumns = 'id, offer_id, prices, reason, effective_from, created_at, key_id, user_id';

export function toPriceOverride(row: PriceRow): PriceOverride {
  return {
    id: row.id,
    offerId: row.offer_id,
    ...(row.prices !== null && { prices: row.prices }),
    reason: row.reason,
    effectiveFrom: row.effective_from.toISOString(),
    createdAt: row.created_at.toISOString(),
    keyId: row.key_id,
    ...(row.user_id !== null && { userId: row.user_id }),
  };
}
