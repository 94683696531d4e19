import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AdminKey, AdminKeys } from '../../workflows/contracts/people.js';
import type { Queryable } from '../storage/database.js';
import { readPage } from '../storage/page.js';
import { adminKeyNotFound, adminKeyRows, findAdminKey, insertAdminKey, toAdminKey } from './admin-key-rows.js';
import { hashKey, hintOf, mintKey } from './api-keys.js';
import { changeMembership, type MembershipDependencies, requirePresent, requireRank } from './membership.js';

export function createAdminKeys(deps: MembershipDependencies): AdminKeys {
  const { database, audit, pepper } = deps;
  return {
    list: (organizationId, query) =>
      readPage(
        database,
        {
          rows: { text: adminKeyRows, values: [organizationId] },
          cursors: {
            text: `SELECT id, created_at FROM tenancy.api_keys WHERE organization_id = $1 AND kind = 'admin'`,
            values: [organizationId],
          },
          toItem: toAdminKey,
        },
        query,
      ),
    get: (organizationId, keyId) => findAdminKey(database, organizationId, keyId),
    create: (by, { role, ...given }) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        await requirePresent(transaction, by);
        if (role !== undefined) requireRank(by, role, { param: 'role' });
        const isPersons = role === undefined && by.userId !== undefined;
        const of = isPersons ? { userId: by.userId } : { role: role ?? by.role };
        const key = await insertAdminKey(transaction, pepper, { ...given, organizationId: by.organizationId, of });
        const change = { type: 'admin_api_key.created', objectId: key.id, after: shown(key) };
        await transaction.query(audit.entry(by, change));
        return key;
      }),
    rotate: (by, keyId, { overlapSeconds }) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        const before = await findAdminKey(transaction, by.organizationId, keyId);
        requireRank(by, before.role);
        const key = mintKey('admin');
        await replaceSecret(transaction, keyId, { hash: hashKey(pepper, key), hint: hintOf(key), overlapSeconds });
        const after = await findAdminKey(transaction, by.organizationId, keyId);
        const change = { type: 'admin_api_key.rotated', objectId: keyId, before: shown(before) };
        await transaction.query(
          audit.entry(by, { ...change, after: { ...shown(after), overlap_seconds: overlapSeconds } }),
        );
        return { ...after, key };
      }),
    delete: (by, keyId) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        const before = await findAdminKey(transaction, by.organizationId, keyId);
        requireRank(by, before.role);
        await transaction.query({
          text: 'UPDATE tenancy.api_keys SET revoked_at = now() WHERE id = $1',
          values: [keyId],
        });
        const change = { type: 'admin_api_key.deleted', objectId: keyId, before: shown(before) };
        await transaction.query(audit.entry(by, change));
      }),
  };
}

/**
 * Only one former secret works at a time: an overlap that still runs ends with the next rotation. A key that has expired
 * stays so, and a new secret of it would be of no use.
 */
async function replaceSecret(
  transaction: Queryable,
  keyId: string,
  next: { readonly hash: Buffer; readonly hint: string; readonly overlapSeconds: number },
): Promise<void> {
  const replaced = await transaction.query({
    text: `UPDATE tenancy.api_keys SET hash = $2, hint = $3, previous_hash = CASE WHEN $4::int > 0 THEN hash END,
                  previous_expires_at = CASE WHEN $4::int > 0 THEN now() + make_interval(secs => $4::int) END
           WHERE id = $1 AND (expires_at IS NULL OR expires_at > now()) RETURNING 1`,
    values: [keyId, next.hash, next.hint, next.overlapSeconds],
  });
  if (replaced.length === 0) throw adminKeyNotFound();
}

/** What the audit log shows of a key. Its visible end is what a person who finds it somewhere can compare. */
function shown({ name, hint, role, expiresAt, owner }: AdminKey): JsonObject {
  return { name, redacted_value: hint, role, expires_at: expiresAt ?? null, user_id: owner?.id ?? null };
}
