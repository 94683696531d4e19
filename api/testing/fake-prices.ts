import type { PriceOverride, PriceOverrides } from '../../workflows/contracts/catalogue.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

/** Prices in memory, for the one offer that there is. */
export function createFakePrices(): PriceOverrides {
  const set: PriceOverride[] = [];
  return {
    set: async ({ keyId, userId }, { offerId, prices, reason, effectiveFrom }) => {
      if (offerId !== 'openai/gpt-x') throw refuse('model_not_found', '', { param: 'offer_id' });
      const createdAt = '2026-11-01T00:00:00.000Z';
      const override: PriceOverride = {
        ...{ id: `price_${set.length + 1}`, offerId, reason, createdAt, keyId },
        effectiveFrom: effectiveFrom?.toISOString() ?? createdAt,
        ...(prices && { prices }),
        ...(userId !== undefined && { userId }),
      };
      set.push(override);
      return override;
    },
    list: async ({ offerId }) => ({
      data: set.filter((override) => offerId === undefined || override.offerId === offerId),
      hasMore: false,
    }),
  };
}
