import { randomBytes } from 'node:crypto';
import type { ActingRequest, Role } from '../../workflows/contracts/access.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Invite, Invites } from '../../workflows/contracts/people.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { requireProject } from '../storage/require-project.js';
import { acceptInvite } from './accept-invite.js';
import { hashKey } from './api-keys.js';
import { changeMembership, type MembershipDependencies, requireRank } from './membership.js';

interface InviteRow {
  readonly id: string;
  readonly email: string;
  readonly role: Role;
  readonly projects: Invite['projects'];
  readonly status: Invite['status'];
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly accepted_at: Date | null;
}

const everInvites = 'tenancy.invites i WHERE i.organization_id = $1';
const invites = `
  SELECT i.id, i.email, i.role, i.projects, i.created_at, i.expires_at, i.accepted_at,
         CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.expires_at <= now() THEN 'expired'
              ELSE 'pending' END AS status
  FROM ${everInvites} AND i.removed_at IS NULL`;

export function createInvites(deps: MembershipDependencies): Invites {
  const { database, audit, pepper } = deps;
  return {
    list: (organizationId, query) =>
      readPage(
        database,
        {
          rows: { text: invites, values: [organizationId] },
          cursors: { text: `SELECT i.id, i.created_at FROM ${everInvites}`, values: [organizationId] },
          toItem: toInvite,
        },
        query,
      ),
    get: (organizationId, inviteId) => findInvite(database, organizationId, inviteId),
    create: (by, wanted) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        await requireGrants(transaction, by, wanted);
        await requireNewcomer(transaction, by.organizationId, wanted.email);
        // 192 random bits, as of keys; the prefix is for scanners that look for leaked secrets.
        const token = `sluice-invite-${randomBytes(24).toString('base64url')}`;
        const invite = await replaceInvite(transaction, by, { ...wanted, hash: hashKey(pepper, token) });
        await transaction.query(audit.entry(by, { type: 'invite.sent', objectId: invite.id, after: shown(invite) }));
        return { ...invite, token };
      }),
    delete: (by, inviteId) =>
      changeMembership(deps, by.organizationId, async (transaction) => {
        const before = await findInvite(transaction, by.organizationId, inviteId);
        if (before.status === 'accepted') throw refuse('invite_not_found');
        await transaction.query({
          text: 'UPDATE tenancy.invites SET removed_at = now() WHERE id = $1',
          values: [inviteId],
        });
        await transaction.query(audit.entry(by, { type: 'invite.deleted', objectId: inviteId, before: shown(before) }));
      }),
    accept: (from, acceptance) => acceptInvite(deps, from, acceptance),
  };
}

async function findInvite(database: Queryable, organizationId: string, inviteId: string): Promise<Invite> {
  const [row] = await database.query<InviteRow>({
    text: `${invites} AND i.id = $2`,
    values: [organizationId, inviteId],
  });
  if (!row) throw refuse('invite_not_found');
  return toInvite(row);
}

type Wanted = Parameters<Invites['create']>[1];

/** Whoever invites grants every role that the invitation names. */
async function requireGrants(transaction: Queryable, by: ActingRequest, { role, projects }: Wanted): Promise<void> {
  requireRank(by, role, { param: 'role' });
  for (const [index, project] of projects.entries()) {
    await requireProject(transaction, by.organizationId, project.id, `projects[${index}].id`);
    requireRank(by, project.role, { projectId: project.id, param: `projects[${index}].role` });
  }
}

async function requireNewcomer(transaction: Queryable, organizationId: string, email: string): Promise<void> {
  const found = await transaction.query({
    text: 'SELECT 1 FROM tenancy.users WHERE organization_id = $1 AND email = $2 AND removed_at IS NULL',
    values: [organizationId, email],
  });
  if (found.length > 0) throw refuse('user_exists', '', { param: 'email' });
}

async function replaceInvite(
  transaction: Queryable,
  by: ActingRequest,
  { email, role, projects, hash }: Wanted & { readonly hash: Buffer },
): Promise<Invite> {
  await transaction.query({
    text: `UPDATE tenancy.invites SET removed_at = now()
           WHERE organization_id = $1 AND email = $2 AND accepted_at IS NULL AND removed_at IS NULL`,
    values: [by.organizationId, email],
  });
  const id = newId('invite');
  await transaction.query({
    text: `INSERT INTO tenancy.invites
             (id, organization_id, email, role, projects, token_hash, invited_by_key_id, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, now() + interval '7 days')`,
    values: [id, by.organizationId, email, role, JSON.stringify(projects), hash, by.keyId],
  });
  return findInvite(transaction, by.organizationId, id);
}

function shown({ email, role, projects, expiresAt }: Invite): JsonObject {
  return {
    email,
    role,
    projects: projects.map(({ id, role: inProject }) => ({ id, role: inProject })),
    expires_at: expiresAt,
  };
}

function toInvite(row: InviteRow): Invite {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    projects: row.projects,
    status: row.status,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    ...(row.accepted_at && { acceptedAt: row.accepted_at.toISOString() }),
  };
}
