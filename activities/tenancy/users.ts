import type { Role } from '../../workflows/contracts/access.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { User, Users } from '../../workflows/contracts/people.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { readPage } from '../storage/page.js';
import { changeMembership, type MembershipDependencies, requireRank } from './membership.js';

interface UserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly created_at: Date;
  readonly key_last_used_at: Date | null;
  readonly projects: User['projects'];
}

const everUsers = 'tenancy.users u WHERE u.organization_id = $1';
const presentUsers = `
  SELECT u.id, u.email, u.name, u.role, u.created_at,
         (SELECT max(k.last_used_at) FROM tenancy.api_keys k WHERE k.user_id = u.id) AS key_last_used_at,
         (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'role', pu.role)
                                    ORDER BY p.created_at, p.id), '[]')
          FROM tenancy.project_users pu JOIN tenancy.projects p ON p.id = pu.project_id
          WHERE pu.user_id = u.id AND p.archived_at IS NULL) AS projects
  FROM ${everUsers} AND u.removed_at IS NULL`;

export function createUsers(deps: Pick<MembershipDependencies, 'database' | 'audit'>): Users {
  const { database, audit } = deps;
  return {
    list: (organizationId, { emails, ...query }) => {
      const rows = `${presentUsers} AND ($2::text[] IS NULL OR u.email = ANY ($2))`;
      return readPage(
        database,
        {
          rows: { text: rows, values: [organizationId, emails ?? null] },
          cursors: { text: `SELECT u.id, u.created_at FROM ${everUsers}`, values: [organizationId] },
          toItem: toUser,
        },
        query,
      );
    },
    get: (organizationId, userId) => findUser(database, organizationId, userId),
    modify: (by, userId, { role }) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        const before = await findUser(transaction, by.organizationId, userId);
        requireRank(by, before.role);
        requireRank(by, role, { param: 'role' });
        if (role !== 'owner') await requireOtherOwner(transaction, by.organizationId, before);
        await transaction.query({ text: 'UPDATE tenancy.users SET role = $2 WHERE id = $1', values: [userId, role] });
        const after = { ...before, role };
        const change = { type: 'user.updated', objectId: userId, before: shown(before), after: shown(after) };
        await transaction.query(audit.entry(by, change));
        return after;
      }),
    remove: (by, userId) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        const before = await findUser(transaction, by.organizationId, userId);
        requireRank(by, before.role);
        await requireOtherOwner(transaction, by.organizationId, before);
        const revoked = await removeUser(transaction, userId);
        const change = {
          type: 'user.deleted',
          objectId: userId,
          before: { ...shown(before), revoked_key_ids: revoked },
        };
        await transaction.query(audit.entry(by, change));
      }),
  };
}

/** @throws RefusalError `user_not_found` */
export async function findUser(database: Queryable, organizationId: string, userId: string): Promise<User> {
  const [row] = await database.query<UserRow>({
    text: `${presentUsers} AND u.id = $2`,
    values: [organizationId, userId],
  });
  if (!row) throw refuse('user_not_found');
  return toUser(row);
}

async function requireOtherOwner(transaction: Queryable, organizationId: string, user: User): Promise<void> {
  if (user.role !== 'owner') return;
  const others = await transaction.query({
    text: `SELECT 1 FROM tenancy.users
           WHERE organization_id = $1 AND id <> $2 AND role = 'owner' AND removed_at IS NULL LIMIT 1`,
    values: [organizationId, user.id],
  });
  if (others.length === 0) throw refuse('last_owner');
}

/** With the roles in projects and the keys, whose ids it gives: none of them outlives the person's stay. */
async function removeUser(transaction: Queryable, userId: string): Promise<readonly string[]> {
  const values = [userId];
  await transaction.query({ text: 'UPDATE tenancy.users SET removed_at = now() WHERE id = $1', values });
  await transaction.query({ text: 'DELETE FROM tenancy.project_users WHERE user_id = $1', values });
  const revoked = await transaction.query<{ readonly id: string }>({
    text: 'UPDATE tenancy.api_keys SET revoked_at = now() WHERE user_id = $1 AND revoked_at IS NULL RETURNING id',
    values,
  });
  return revoked.map(({ id }) => id);
}

function shown({ email, name, role }: User): JsonObject {
  return { email, name, role };
}

function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    createdAt: row.created_at.toISOString(),
    ...(row.key_last_used_at && { keyLastUsedAt: row.key_last_used_at.toISOString() }),
    projects: row.projects,
  };
}
