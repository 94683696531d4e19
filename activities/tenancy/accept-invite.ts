import type { RequestOrigin, Role } from '../../workflows/contracts/access.js';
import type { Invites, ProjectGrant } from '../../workflows/contracts/people.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';
import { insertAdminKey } from './admin-key-rows.js';
import { hashKey } from './api-keys.js';
import { giveBackTry, takeTry } from './invite-tries.js';
import { changeMembership, type MembershipDependencies } from './membership.js';
import { findUser } from './users.js';

interface OpenInvite {
  readonly id: string;
  readonly organization_id: string;
  readonly email: string;
  readonly role: Role;
  readonly projects: readonly ProjectGrant[];
}

/** Makes the person, with the roles that were promised in projects that are still there, and their first key. */
export async function acceptInvite(
  deps: MembershipDependencies,
  from: RequestOrigin,
  { token, name }: Parameters<Invites['accept']>[1],
): ReturnType<Invites['accept']> {
  await takeTry(deps.database, from);
  const hash = hashKey(deps.pepper, token);
  // Only to learn whose row to lock: what is accepted is read again behind that lock.
  const { organization_id: organizationId } = await findOpenInvite(deps.database, hash);
  return changeMembership(deps, organizationId, async (transaction) => {
    const invite = await findOpenInvite(transaction, hash);
    const userId = await insertUser(transaction, invite, name);
    const key = await insertAdminKey(transaction, deps.pepper, { organizationId, name: 'First key', of: { userId } });
    await transaction.query({
      text: 'UPDATE tenancy.invites SET accepted_at = now(), user_id = $2 WHERE id = $1',
      values: [invite.id, userId],
    });
    const user = await findUser(transaction, organizationId, userId);
    const projectRoles = Object.fromEntries(user.projects.map((project) => [project.id, project.role]));
    // The newcomer acts, and by the key that this makes: nobody else's was shown.
    const by = { ...from, organizationId, keyId: key.id, userId, role: user.role, projectRoles };
    const person = { email: user.email, name, role: user.role };
    const accepted = { email: user.email, user_id: userId, api_key_id: key.id };
    await transaction.query(deps.audit.entry(by, { type: 'user.added', objectId: userId, after: person }));
    await transaction.query(deps.audit.entry(by, { type: 'invite.accepted', objectId: invite.id, after: accepted }));
    await giveBackTry(transaction, from);
    return { user, key };
  });
}

async function findOpenInvite(database: Queryable, hash: Buffer): Promise<OpenInvite> {
  const [invite] = await database.query<OpenInvite>({
    text: `SELECT id, organization_id, email, role, projects FROM tenancy.invites
           WHERE token_hash = $1 AND accepted_at IS NULL AND removed_at IS NULL AND expires_at > now()`,
    values: [hash],
  });
  if (!invite) throw refuse('invite_not_found');
  return invite;
}

async function insertUser(transaction: Queryable, invite: OpenInvite, name: string): Promise<string> {
  const userId = newId('user');
  const [made] = await transaction.query({
    text: `INSERT INTO tenancy.users (id, organization_id, email, name, role) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (organization_id, email) WHERE removed_at IS NULL DO NOTHING RETURNING 1`,
    values: [userId, invite.organization_id, invite.email, name, invite.role],
  });
  if (!made) throw refuse('user_exists');
  await transaction.query({
    text: `INSERT INTO tenancy.project_users (project_id, user_id, role)
           SELECT p.id, $2, g.role FROM jsonb_to_recordset($3) AS g (id text, role text)
           JOIN tenancy.projects p ON p.id = g.id AND p.organization_id = $1 AND p.archived_at IS NULL
           ON CONFLICT (project_id, user_id) DO NOTHING`,
    values: [invite.organization_id, userId, JSON.stringify(invite.projects)],
  });
  return userId;
}
