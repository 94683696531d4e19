import type { JsonObject } from '../../workflows/contracts/json.js';
import type {
  WebhookDisabledReason,
  WebhookEndpoint,
  WebhookPayload,
  WebhookSecret,
} from '../../workflows/contracts/webhooks.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';

export interface EndpointRow {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string | null;
  readonly url: string | null;
  readonly description: string;
  readonly event_types: readonly string[] | null;
  readonly payload: WebhookPayload;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly disabled_at: Date | null;
  readonly disabled_reason: WebhookDisabledReason | null;
  /** With times as Postgres writes them into JSON. */
  readonly secrets: readonly { readonly id: string; readonly createdAt: string; readonly expiresAt: string | null }[];
}

/** The endpoints of organisation $1, those that were deleted too. */
export const endpointRows = `
  SELECT e.id, e.organization_id, e.project_id, e.url, e.description, e.event_types, e.payload, e.created_at, e.updated_at,
         e.disabled_at, e.disabled_reason, e.deleted_at,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'createdAt', s.created_at, 'expiresAt', s.expires_at)
                                    ORDER BY s.expires_at NULLS FIRST), '[]')
          FROM webhooks.secrets s
          WHERE s.endpoint_id = e.id AND (s.expires_at IS NULL OR s.expires_at > now())) AS secrets
  FROM webhooks.endpoints e WHERE e.organization_id = $1`;

/** @throws RefusalError `webhook_endpoint_not_found` for those of others too. */
export async function findEndpoint(
  database: Queryable,
  organizationId: string,
  id: string,
  lock: '' | 'FOR UPDATE OF e' = '',
): Promise<EndpointRow> {
  const [row] = await database.query<EndpointRow & Record<string, unknown>>({
    text: `${endpointRows} AND e.id = $2 AND e.deleted_at IS NULL ${lock}`,
    values: [organizationId, id],
  });
  if (!row) throw refuse('webhook_endpoint_not_found');
  return row;
}

export function toEndpoint(row: EndpointRow): WebhookEndpoint {
  return {
    ...{ id: row.id, description: row.description, payload: row.payload, secrets: row.secrets.map(toSecret) },
    ...(row.url !== null && { url: row.url }),
    ...(row.project_id !== null && { projectId: row.project_id }),
    ...(row.event_types && { eventTypes: row.event_types }),
    ...(row.disabled_at &&
      row.disabled_reason && { disabled: { reason: row.disabled_reason, at: row.disabled_at.toISOString() } }),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function toSecret({ id, createdAt, expiresAt }: EndpointRow['secrets'][number]): WebhookSecret {
  const at = (text: string): string => new Date(text).toISOString();
  return { id, createdAt: at(createdAt), ...(expiresAt !== null && { expiresAt: at(expiresAt) }) };
}

/** What the audit log says of an endpoint: what its readers see. */
export function describeEndpoint(endpoint: WebhookEndpoint): JsonObject {
  const { url, description, projectId, eventTypes, payload, disabled } = endpoint;
  return {
    ...{ url: url ?? null, description, project_id: projectId ?? null, event_types: eventTypes ?? null, payload },
    enabled: disabled === undefined,
    ...(disabled && { disabled_reason: disabled.reason }),
  };
}
