import { z } from 'zod';
import type { User } from '../../workflows/contracts/people.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import {
  deletedSchema,
  emailSchema,
  givenRoleSchema,
  idSchema,
  listSchema,
  pageQuerySchema,
  roleSchema,
  timestampSchema,
} from './schemas.js';

export const userSchema = z.object({
  id: idSchema,
  object: z.literal('organization.user'),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  added_at: timestampSchema,
  /** When a key of this person was last used. */
  api_key_last_used_at: timestampSchema.nullable(),
  /** The projects in which this person has a role besides. */
  projects: z.object({
    object: z.literal('list'),
    data: z.array(z.object({ id: idSchema, name: z.string(), role: roleSchema })),
  }),
});

/** A query's list of one comes as text. */
const emailsSchema = z.union([emailSchema.transform((email) => [email]), z.array(emailSchema).max(100)]);

const about = { tag: 'Users', path: '/v1/organization/users' } as const;
const one = { tag: about.tag, path: `${about.path}/{user_id}`, params: z.object({ user_id: idSchema }) } as const;

export const userEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-users', summary: 'List the users of the organisation.' },
    permission: 'users.read',
    // OpenAI's clients send lists with brackets.
    query: pageQuerySchema.extend({ emails: emailsSchema.optional(), 'emails[]': emailsSchema.optional() }),
    response: listSchema(userSchema),
    handle: async ({ people }, { by, query: { emails: plain, 'emails[]': bracketed, ...query } }) => {
      const emails = plain || bracketed ? { emails: [...(plain ?? []), ...(bracketed ?? [])] } : {};
      return renderList(await people.users.list(by.organizationId, { ...query, ...emails }), renderUser);
    },
  }),
  endpoint({
    ...one,
    ...{ method: 'GET', id: 'retrieve-user', summary: 'Retrieve a user.' },
    permission: 'users.read',
    response: userSchema,
    errors: ['user_not_found'],
    handle: async ({ people }, { by, params }) => renderUser(await people.users.get(by.organizationId, params.user_id)),
  }),
  endpoint({
    ...one,
    ...{ method: 'POST', id: 'modify-user', summary: "Change a user's role in the organisation." },
    permission: 'users.write',
    body: z.strictObject({ role: givenRoleSchema }),
    response: userSchema,
    errors: ['user_not_found', 'last_owner'],
    handle: async ({ people }, { by, params, body }) =>
      renderUser(await people.users.modify(by, params.user_id, { role: body.role })),
  }),
  endpoint({
    ...one,
    ...{ method: 'DELETE', id: 'delete-user', summary: 'Remove a user and revoke their keys, within a second.' },
    permission: 'users.write',
    response: deletedSchema('organization.user.deleted'),
    errors: ['user_not_found', 'last_owner'],
    handle: async ({ people }, { by, params: { user_id: id } }) => {
      await people.users.remove(by, id);
      return { object: 'organization.user.deleted' as const, id, deleted: true as const };
    },
  }),
];

export function renderUser(user: User) {
  return {
    id: user.id,
    object: 'organization.user' as const,
    name: user.name,
    email: user.email,
    role: user.role,
    added_at: toSeconds(user.createdAt),
    api_key_last_used_at: user.keyLastUsedAt === undefined ? null : toSeconds(user.keyLastUsedAt),
    projects: { object: 'list' as const, data: [...user.projects] },
  };
}
