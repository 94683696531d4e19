import type { Queryable } from '../storage/database.js';
import type { LoadedDelivery } from './attempt-rows.js';

/**
 * Stops telling an endpoint that says that it is gone, unless it has another address by now, and tells the others. An address that
 * a request named is gone with its delivery.
 */
export async function disableGone(
  transaction: Queryable,
  { endpointId, url, isOfRequest }: Pick<LoadedDelivery, 'endpointId' | 'url' | 'isOfRequest'>,
): Promise<void> {
  if (isOfRequest) return;
  await transaction.query({
    text: `WITH disabled AS (
             UPDATE webhooks.endpoints SET disabled_at = now(), disabled_reason = 'gone', updated_at = now()
             WHERE id = $1 AND url = $2 AND disabled_at IS NULL AND deleted_at IS NULL
             RETURNING id, organization_id, project_id
           )
           INSERT INTO requests.outbox (type, organization_id, project_id, payload)
             SELECT 'webhook_endpoint.disabled', organization_id, project_id, jsonb_build_object('id', id, 'reason', 'gone')
             FROM disabled`,
    values: [endpointId, url],
  });
}
