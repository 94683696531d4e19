import type { Role } from '../../workflows/contracts/access.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { ProjectUser, ProjectUsers } from '../../workflows/contracts/people.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { readPage } from '../storage/page.js';
import { requireProject } from '../storage/require-project.js';
import { changeMembership, type MembershipDependencies, requireRank } from './membership.js';

interface ProjectUserRow {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly added_at: Date;
}

/** Ordered by the user and not by the row of the project, which goes when the person leaves it: a cursor must outlast that. */
const projectUsers = `
  SELECT u.id, u.created_at, u.email, u.name, pu.role, pu.created_at AS added_at
  FROM tenancy.project_users pu JOIN tenancy.users u ON u.id = pu.user_id
  WHERE u.organization_id = $1 AND pu.project_id = $2 AND u.removed_at IS NULL`;

export function createProjectUsers(deps: Pick<MembershipDependencies, 'database' | 'audit'>): ProjectUsers {
  const { database, audit } = deps;
  return {
    list: async (organizationId, projectId, query) => {
      await requireProject(database, organizationId, projectId);
      return readPage(
        database,
        {
          rows: { text: projectUsers, values: [organizationId, projectId] },
          cursors: {
            text: 'SELECT id, created_at FROM tenancy.users WHERE organization_id = $1',
            values: [organizationId],
          },
          toItem: toProjectUser,
        },
        query,
      );
    },
    get: async (organizationId, projectId, userId) => {
      await requireProject(database, organizationId, projectId);
      return findProjectUser(database, organizationId, projectId, userId);
    },
    add: (by, projectId, { role, ...who }) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        await requireProject(transaction, by.organizationId, projectId);
        const userId = await findUserId(transaction, by.organizationId, who);
        const before = await readProjectUser(transaction, by.organizationId, projectId, userId);
        if (before) requireRank(by, before.role, { projectId });
        requireRank(by, role, { projectId, param: 'role' });
        await transaction.query({
          text: `INSERT INTO tenancy.project_users (project_id, user_id, role) VALUES ($1, $2, $3)
                 ON CONFLICT (project_id, user_id) DO UPDATE SET role = EXCLUDED.role`,
          values: [projectId, userId, role],
        });
        const after = await findProjectUser(transaction, by.organizationId, projectId, userId);
        const type = before ? 'project_user.updated' : 'project_user.added';
        const change = { type, objectId: userId, projectId, after: shown(after) };
        await transaction.query(audit.entry(by, { ...change, ...(before && { before: shown(before) }) }));
        return after;
      }),
    modify: (by, projectId, userId, { role }) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        await requireProject(transaction, by.organizationId, projectId);
        const before = await findProjectUser(transaction, by.organizationId, projectId, userId);
        requireRank(by, before.role, { projectId });
        requireRank(by, role, { projectId, param: 'role' });
        await transaction.query({
          text: 'UPDATE tenancy.project_users SET role = $3 WHERE project_id = $1 AND user_id = $2',
          values: [projectId, userId, role],
        });
        const after = { ...before, role };
        const change = { type: 'project_user.updated', objectId: userId, projectId };
        await transaction.query(audit.entry(by, { ...change, before: shown(before), after: shown(after) }));
        return after;
      }),
    remove: (by, projectId, userId) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        await requireProject(transaction, by.organizationId, projectId);
        const before = await findProjectUser(transaction, by.organizationId, projectId, userId);
        requireRank(by, before.role, { projectId });
        await transaction.query({
          text: 'DELETE FROM tenancy.project_users WHERE project_id = $1 AND user_id = $2',
          values: [projectId, userId],
        });
        const change = { type: 'project_user.deleted', objectId: userId, projectId, before: shown(before) };
        await transaction.query(audit.entry(by, change));
      }),
  };
}

async function readProjectUser(
  database: Queryable,
  organizationId: string,
  projectId: string,
  userId: string,
): Promise<ProjectUser | undefined> {
  const [row] = await database.query<ProjectUserRow>({
    text: `${projectUsers} AND u.id = $3`,
    values: [organizationId, projectId, userId],
  });
  return row && toProjectUser(row);
}

async function findProjectUser(...place: Parameters<typeof readProjectUser>): Promise<ProjectUser> {
  const found = await readProjectUser(...place);
  if (!found) throw refuse('user_not_found');
  return found;
}

async function findUserId(
  database: Queryable,
  organizationId: string,
  who: { readonly userId: string } | { readonly email: string },
): Promise<string> {
  const [column, value, param] = 'userId' in who ? ['id', who.userId, 'user_id'] : ['email', who.email, 'email'];
  const [user] = await database.query<{ readonly id: string }>({
    text: `SELECT id FROM tenancy.users WHERE organization_id = $1 AND ${column} = $2 AND removed_at IS NULL`,
    values: [organizationId, value],
  });
  if (!user)
    throw refuse('user_not_found', 'There is no such user in this organisation. Invite them first.', { param });
  return user.id;
}

function shown({ email, role }: ProjectUser): JsonObject {
  return { email, role };
}

function toProjectUser({ added_at: addedAt, id, email, name, role }: ProjectUserRow): ProjectUser {
  return { id, email, name, role, addedAt: addedAt.toISOString() };
}
