import { z } from 'zod';
import type { PriceOverride } from '../../workflows/contracts/catalogue.js';
import { endpoint } from './endpoint.js';
import { pricesSchema } from './offer-schemas.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import { idSchema, listSchema, modelIdSchema, nameSchema, pageQuerySchema, timestampSchema } from './schemas.js';

const overrideSchema = z.object({
  id: idSchema,
  object: z.literal('price'),
  offer_id: modelIdSchema,
  /** Null where the catalogue's prices count again. */
  prices: pricesSchema.nullable(),
  reason: z.string(),
  effective_from: timestampSchema,
  created_at: timestampSchema,
  set_by: z.object({ key_id: idSchema, user_id: idSchema.nullable() }),
});

const about = { tag: 'Prices', path: '/v1/operator/prices' } as const;

export const priceEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-prices', summary: 'List the prices that the operator has set, oldest first.' },
    permission: 'prices.read',
    query: pageQuerySchema.extend({ offer_id: modelIdSchema.optional() }),
    response: listSchema(overrideSchema),
    handle: async ({ priceOverrides }, { query: { offer_id: offerId, ...query } }) =>
      renderList(await priceOverrides.list({ ...query, ...(offerId !== undefined && { offerId }) }), renderOverride),
  }),
  endpoint({
    ...about,
    ...{ method: 'POST', id: 'set-prices' },
    summary: "Set a model's prices for the whole installation, or null for the catalogue's; effective within a second.",
    permission: 'prices.write',
    body: z.strictObject({
      offer_id: modelIdSchema,
      prices: pricesSchema.nullable(),
      reason: nameSchema,
      effective_from: timestampSchema.nullish(),
    }),
    response: overrideSchema,
    errors: ['model_not_found'],
    handle: async ({ priceOverrides }, { by, body }) =>
      renderOverride(
        await priceOverrides.set(by, {
          ...{ offerId: body.offer_id, reason: body.reason },
          ...(body.prices !== null && { prices: body.prices }),
          ...(body.effective_from != null && { effectiveFrom: new Date(body.effective_from * 1_000) }),
        }),
      ),
  }),
];

function renderOverride(override: PriceOverride) {
  return {
    id: override.id,
    object: 'price' as const,
    offer_id: override.offerId,
    prices: override.prices ?? null,
    reason: override.reason,
    effective_from: toSeconds(override.effectiveFrom),
    created_at: toSeconds(override.createdAt),
    set_by: { key_id: override.keyId, user_id: override.userId ?? null },
  };
}
