import type { KeyMode, Restrictions, Role } from '../../workflows/contracts/access.js';
import type { AuditedChange } from '../../workflows/contracts/audit.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { KeyOwner, NewKey, ProjectKey } from '../../workflows/contracts/tenancy.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { hashKey, hintOf, mintKey } from './api-keys.js';
import {
  describeRestrictions,
  type RestrictionColumns,
  restrictionColumns,
  restrictionValues,
  toRestrictions,
} from './restriction-columns.js';

export interface ProjectKeyRow extends RestrictionColumns {
  readonly id: string;
  readonly project_id: string;
  readonly name: string;
  readonly mode: KeyMode;
  readonly hint: string;
  readonly user_id: string | null;
  readonly owner_id: string | null;
  readonly owner_name: string;
  readonly owner_email: string | null;
  readonly owner_role: Role;
  readonly owner_created_at: Date;
  readonly owner_has_access: boolean;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
  readonly last_used_at: Date | null;
  readonly previous_expires_at: Date | null;
  readonly keep_alive_seconds: number | null;
}

/** The inference keys of project $2 of organisation $1. Owners and admins of the organisation have access to every project. */
export const projectKeys = `
  SELECT k.id, k.project_id, k.name, k.mode, k.hint, k.user_id, k.created_at, k.expires_at, k.revoked_at, k.last_used_at,
         k.previous_expires_at, k.keep_alive_seconds, k.allowed_models, k.denied_models, k.allowed_endpoints,
         coalesce(u.id, s.id) AS owner_id, coalesce(u.name, s.name) AS owner_name, u.email AS owner_email,
         coalesce(m.role, u.role, s.role) AS owner_role, coalesce(u.created_at, s.created_at) AS owner_created_at,
         CASE WHEN u.id IS NOT NULL THEN u.removed_at IS NULL AND (m.role IS NOT NULL OR u.role IN ('owner', 'admin'))
              ELSE s.removed_at IS NULL END AS owner_has_access
  FROM tenancy.api_keys k
    LEFT JOIN tenancy.users u ON u.id = k.user_id
    LEFT JOIN tenancy.project_users m ON m.user_id = k.user_id AND m.project_id = k.project_id
    LEFT JOIN tenancy.service_accounts s ON s.id = k.service_account_id
  WHERE k.organization_id = $1 AND k.project_id = $2 AND k.kind = 'inference'`;

/** @throws RefusalError `key_not_found`. */
export async function readProjectKey(
  database: Queryable,
  organizationId: string,
  projectId: string,
  keyId: string,
  lock: '' | 'FOR NO KEY UPDATE OF k' = '',
): Promise<ProjectKey> {
  const [row] = await database.query<ProjectKeyRow>({
    text: `${projectKeys} AND k.id = $3 ${lock}`,
    values: [organizationId, projectId, keyId],
  });
  if (!row) throw refuse('key_not_found');
  return toProjectKey(row);
}

export interface KeyToInsert {
  readonly organizationId: string;
  readonly projectId: string;
  readonly name: string;
  readonly mode: KeyMode;
  readonly userId?: string | undefined;
  readonly serviceAccountId?: string;
  readonly expiresInSeconds?: number | undefined;
  readonly restrictions: Restrictions;
  readonly keepAliveSeconds?: number | undefined;
}

export async function insertProjectKey(transaction: Queryable, pepper: Buffer, key: KeyToInsert): Promise<NewKey> {
  const id = newId('key');
  const secret = mintKey(key.mode);
  const hashed = [hashKey(pepper, secret), hintOf(secret)];
  const owner = [key.userId ?? null, key.serviceAccountId ?? null];
  await transaction.query({
    text: `INSERT INTO tenancy.api_keys (id, organization_id, project_id, kind, name, mode, hash, hint, user_id,
             service_account_id, expires_at, ${restrictionColumns}, keep_alive_seconds)
           VALUES ($1, $2, $3, 'inference', $4, $5, $6, $7, $8, $9, now() + $10::double precision * interval '1 second',
                   $11, $12, $13, $14)`,
    values: [
      ...[id, key.organizationId, key.projectId, key.name, key.mode, ...hashed, ...owner],
      ...[key.expiresInSeconds ?? null, ...restrictionValues(key.restrictions), key.keepAliveSeconds ?? null],
    ],
  });
  return { ...(await readProjectKey(transaction, key.organizationId, key.projectId, id)), secret };
}

export function toProjectKey(row: ProjectKeyRow): ProjectKey {
  const owner = toOwner(row);
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    mode: row.mode,
    hint: row.hint,
    ...(owner && { owner }),
    ownerHasAccess: row.owner_has_access,
    restrictions: toRestrictions(row),
    ...(row.keep_alive_seconds !== null && { keepAliveSeconds: row.keep_alive_seconds }),
    createdAt: row.created_at.toISOString(),
    ...(row.expires_at && { expiresAt: row.expires_at.toISOString() }),
    ...(row.revoked_at && { revokedAt: row.revoked_at.toISOString() }),
    ...(row.last_used_at && { lastUsedAt: row.last_used_at.toISOString() }),
    ...(row.previous_expires_at && { previousValidUntil: row.previous_expires_at.toISOString() }),
  };
}

function toOwner(row: ProjectKeyRow): KeyOwner | undefined {
  if (row.owner_id === null) return undefined;
  return {
    type: row.user_id === null ? 'service_account' : 'user',
    id: row.owner_id,
    name: row.owner_name,
    ...(row.owner_email !== null && { email: row.owner_email }),
    role: row.owner_role,
    createdAt: row.owner_created_at.toISOString(),
  };
}

/** For the audit log; without anything of the secret but what everybody sees of it. */
export function describeProjectKey(key: ProjectKey): JsonObject {
  return {
    name: key.name,
    mode: key.mode,
    redacted_value: key.hint,
    ...(key.owner && { owner_type: key.owner.type, owner_id: key.owner.id }),
    ...describeRestrictions(key.restrictions),
    ...(key.keepAliveSeconds !== undefined && { keep_alive_seconds: key.keepAliveSeconds }),
    expires_at: key.expiresAt ?? null,
    ...(key.previousValidUntil !== undefined && { previous_valid_until: key.previousValidUntil }),
    ...(key.revokedAt !== undefined && { revoked_at: key.revokedAt }),
  };
}

export function keyCreated(key: ProjectKey): AuditedChange {
  return { type: 'api_key.created', objectId: key.id, projectId: key.projectId, after: describeProjectKey(key) };
}
