import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { ModelFields, OfferChange, OfferFields } from '../../workflows/contracts/catalogue.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { changeColumns, type ChangeRow, toOfferChange } from './change-rows.js';

export interface NewChange {
  readonly kind: 'offer' | 'model';
  readonly objectId: string;
  readonly fields: OfferFields | ModelFields | undefined;
  readonly reason: string;
  readonly effectiveFrom?: Date;
}

/** A row of the history. @throws RefusalError `invalid_request` of `effective_from` for a time that is past. */
export async function insertChange(transaction: Queryable, by: ActingRequest, change: NewChange): Promise<OfferChange> {
  const { kind, objectId, fields, reason, effectiveFrom } = change;
  const [row] = await transaction.query<ChangeRow & Record<string, unknown>>({
    // By the database's clock, which all processes share, and in the past for nobody.
    text: `INSERT INTO catalogue.changes
             (id, kind, object_id, fields, reason, effective_from, organization_id, key_id, user_id, created_at)
           SELECT $1, $2, $3, $4::jsonb, $5, coalesce($6, clock_timestamp()), $7, $8, $9, clock_timestamp()
           WHERE $6::timestamptz IS NULL OR $6 > clock_timestamp()
           RETURNING ${changeColumns}`,
    values: [
      ...[newId('change'), kind, objectId, fields === undefined ? null : JSON.stringify(fields), reason],
      ...[effectiveFrom ?? null, by.organizationId, by.keyId, by.userId ?? null],
    ],
  });
  if (row) return toOfferChange(row);
  throw refuse('invalid_request', "'effective_from' is in the past. Leave it out for what is to count at once.", {
    param: 'effective_from',
  });
}
