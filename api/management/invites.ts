import { z } from 'zod';
import type { Invite } from '../../workflows/contracts/people.js';
import { newAdminKeySchema, renderNewAdminKey } from './admin-keys.js';
import { endpoint, openEndpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import {
  deletedSchema,
  emailSchema,
  givenRoleSchema,
  idSchema,
  listSchema,
  nameSchema,
  pageQuerySchema,
  roleSchema,
  timestampSchema,
} from './schemas.js';
import { renderUser, userSchema } from './users.js';

const inviteSchema = z.object({
  id: idSchema,
  object: z.literal('organization.invite'),
  email: z.string(),
  role: roleSchema,
  status: z.enum(['pending', 'accepted', 'expired']),
  projects: z.array(z.object({ id: idSchema, role: roleSchema })),
  created_at: timestampSchema,
  expires_at: timestampSchema,
  accepted_at: timestampSchema.nullable(),
});
/** With the token, which whoever accepts must send: shown once, in the answer to the invitation's creation. */
const newInviteSchema = inviteSchema.extend({ token: z.string() });

const grantsSchema = z
  .array(z.strictObject({ id: idSchema, role: givenRoleSchema }))
  .max(100)
  .refine((grants) => new Set(grants.map(({ id }) => id)).size === grants.length, {
    message: 'expected each project once',
  });

const about = { tag: 'Invites', path: '/v1/organization/invites' } as const;
const one = {
  tag: about.tag,
  path: `${about.path}/{invite_id}`,
  params: z.object({ invite_id: idSchema }),
  errors: ['invite_not_found'],
} as const;

export const inviteEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-invites', summary: 'List the invitations to the organisation.' },
    permission: 'users.read',
    query: pageQuerySchema,
    response: listSchema(inviteSchema),
    handle: async ({ people }, { by, query }) =>
      renderList(await people.invites.list(by.organizationId, query), renderInvite),
  }),
  endpoint({
    ...about,
    ...{ method: 'POST', id: 'create-invite', summary: 'Invite somebody for 7 days; the token is shown only now.' },
    permission: 'users.write',
    body: z.strictObject({ email: emailSchema, role: givenRoleSchema, projects: grantsSchema.nullish() }),
    response: newInviteSchema,
    errors: ['user_exists', 'project_not_found'],
    handle: async ({ people }, { by, body: { email, role, projects } }) => {
      const invite = await people.invites.create(by, { email, role, projects: projects ?? [] });
      return { ...renderInvite(invite), token: invite.token };
    },
  }),
  openEndpoint({
    tag: about.tag,
    path: `${about.path}/accept`,
    ...{ method: 'POST', id: 'accept-invite', summary: 'Become a user by an invitation; the key is shown only now.' },
    // Any text may be a token that nobody knows: what it looks like is not told.
    body: z.strictObject({ token: z.string(), name: nameSchema }),
    response: z.object({
      object: z.literal('organization.invite.accepted'),
      user: userSchema,
      api_key: newAdminKeySchema,
    }),
    errors: ['invite_not_found', 'user_exists', 'rate_limit_exceeded'],
    handle: async ({ people }, { from, body }) => {
      const { user, key } = await people.invites.accept(from, body);
      return {
        object: 'organization.invite.accepted' as const,
        user: renderUser(user),
        api_key: renderNewAdminKey(key),
      };
    },
  }),
  endpoint({
    ...one,
    ...{ method: 'GET', id: 'retrieve-invite', summary: 'Retrieve an invitation.' },
    permission: 'users.read',
    response: inviteSchema,
    handle: async ({ people }, { by, params }) =>
      renderInvite(await people.invites.get(by.organizationId, params.invite_id)),
  }),
  endpoint({
    ...one,
    ...{ method: 'DELETE', id: 'delete-invite', summary: 'Take an invitation back that was not accepted.' },
    permission: 'users.write',
    response: deletedSchema('organization.invite.deleted'),
    handle: async ({ people }, { by, params: { invite_id: id } }) => {
      await people.invites.delete(by, id);
      return { object: 'organization.invite.deleted' as const, id, deleted: true as const };
    },
  }),
];

function renderInvite(invite: Invite) {
  return {
    id: invite.id,
    object: 'organization.invite' as const,
    email: invite.email,
    role: invite.role,
    status: invite.status,
    projects: invite.projects.map(({ id, role }) => ({ id, role })),
    created_at: toSeconds(invite.createdAt),
    expires_at: toSeconds(invite.expiresAt),
    accepted_at: invite.acceptedAt === undefined ? null : toSeconds(invite.acceptedAt),
  };
}
