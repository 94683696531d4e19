import type { ModelChange, ModelFields, OfferChange, OfferFields } from '../../workflows/contracts/catalogue.js';

export interface ChangeRow {
  readonly id: string;
  readonly object_id: string;
  readonly fields: OfferFields | null;
  readonly reason: string;
  readonly effective_from: Date;
  readonly created_at: Date;
  readonly key_id: string;
  readonly user_id: string | null;
}

export const changeColumns = 'id, object_id, fields, reason, effective_from, created_at, key_id, user_id';

export function toOfferChange(row: ChangeRow): OfferChange {
  return {
    id: row.id,
    offerId: row.object_id,
    ...(row.fields !== null && { fields: row.fields }),
    reason: row.reason,
    effectiveFrom: row.effective_from.toISOString(),
    createdAt: row.created_at.toISOString(),
    keyId: row.key_id,
    ...(row.user_id !== null && { userId: row.user_id }),
  };
}

export function toModelChange(row: ChangeRow): ModelChange {
  const { offerId: modelId, fields, ...change } = toOfferChange(row);
  // Rows of models have the fields of models.
  return { ...change, modelId, ...(fields && { fields: fields as ModelFields }) };
}
