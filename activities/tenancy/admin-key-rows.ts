import type { Role } from '../../workflows/contracts/access.js';
import type { AdminKey, NewAdminKey } from '../../workflows/contracts/people.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { hashKey, hintOf, mintKey } from './api-keys.js';

export interface AdminKeyRow {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  readonly role: Role;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly user_id: string | null;
  readonly user_name: string | null;
  readonly user_created_at: Date | null;
}

/** Of one organisation, `$1`. A key of before roles, and of nobody, is an owner's. */
export const adminKeyRows = `
  SELECT k.id, k.name, k.hint, coalesce(u.role, k.role, 'owner') AS role, k.created_at, k.expires_at, k.last_used_at,
         u.id AS user_id, u.name AS user_name, u.created_at AS user_created_at
  FROM tenancy.api_keys k LEFT JOIN tenancy.users u ON u.id = k.user_id
  WHERE k.organization_id = $1 AND k.kind = 'admin' AND k.revoked_at IS NULL`;

/** @throws RefusalError `key_not_found` */
export async function findAdminKey(database: Queryable, organizationId: string, keyId: string): Promise<AdminKey> {
  const [row] = await database.query<AdminKeyRow>({
    text: `${adminKeyRows} AND k.id = $2`,
    values: [organizationId, keyId],
  });
  if (!row) throw adminKeyNotFound();
  return toAdminKey(row);
}

export function adminKeyNotFound(): Error {
  return refuse('key_not_found', 'There is no admin key of this id in your organisation.');
}

interface AdminKeyToMake {
  readonly organizationId: string;
  readonly name: string;
  /** Whose roles it acts in, or the role that it has itself. */
  readonly of: { readonly userId: string } | { readonly role: Role };
  readonly expiresInSeconds?: number;
}

export async function insertAdminKey(
  transaction: Queryable,
  pepper: Buffer,
  { organizationId, name, of, expiresInSeconds }: AdminKeyToMake,
): Promise<NewAdminKey> {
  const key = mintKey('admin');
  const id = newId('key');
  const [userId, role] = 'userId' in of ? [of.userId, null] : [null, of.role];
  await transaction.query({
    text: `INSERT INTO tenancy.api_keys (id, organization_id, kind, name, hash, hint, user_id, role, expires_at)
           VALUES ($1, $2, 'admin', $3, $4, $5, $6, $7, now() + make_interval(secs => $8))`,
    values: [id, organizationId, name, hashKey(pepper, key), hintOf(key), userId, role, expiresInSeconds ?? null],
  });
  return { ...(await findAdminKey(transaction, organizationId, id)), key };
}

export function toAdminKey(row: AdminKeyRow): AdminKey {
  const { user_id: id, user_name: name, user_created_at: userCreatedAt, role } = row;
  const isPersons = id !== null && name !== null && userCreatedAt !== null;
  return {
    id: row.id,
    name: row.name,
    hint: row.hint,
    role,
    createdAt: row.created_at.toISOString(),
    ...(row.expires_at && { expiresAt: row.expires_at.toISOString() }),
    ...(row.last_used_at && { lastUsedAt: row.last_used_at.toISOString() }),
    ...(isPersons && { owner: { id, name, role, createdAt: userCreatedAt.toISOString() } }),
  };
}
