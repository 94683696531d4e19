import { z } from 'zod';
import type { AdminKey, NewAdminKey } from '../../workflows/contracts/people.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import {
  deletedSchema,
  givenRoleSchema,
  idSchema,
  listSchema,
  nameSchema,
  pageQuerySchema,
  roleSchema,
  timestampSchema,
} from './schemas.js';

const DAY_SECONDS = 86_400;

const adminKeySchema = z.object({
  id: idSchema,
  object: z.literal('organization.admin_api_key'),
  name: z.string(),
  redacted_value: z.string(),
  /** What the key may do: its person's role, or its own. */
  role: roleSchema,
  created_at: timestampSchema,
  expires_at: timestampSchema.nullable(),
  last_used_at: timestampSchema.nullable(),
  /** Whose it is: a person's, or, without an id, the organisation's own. */
  owner: z.object({
    type: z.enum(['user', 'organization']),
    object: z.enum(['organization.user', 'organization']),
    id: z.string().optional(),
    name: z.string().optional(),
    created_at: timestampSchema.optional(),
    role: roleSchema,
  }),
});
/** With the key itself: shown once, in the answer to its creation or rotation. */
export const newAdminKeySchema = adminKeySchema.extend({ value: z.string() });

const about = { tag: 'Admin API keys', path: '/v1/organization/admin_api_keys' } as const;
const one = {
  tag: about.tag,
  path: `${about.path}/{key_id}`,
  params: z.object({ key_id: idSchema }),
  errors: ['key_not_found'],
} as const;

export const adminKeyEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-admin-api-keys', summary: 'List the admin keys of the organisation.' },
    permission: 'admin_keys.read',
    query: pageQuerySchema,
    response: listSchema(adminKeySchema),
    handle: async ({ adminKeys }, { by, query }) =>
      renderList(await adminKeys.list(by.organizationId, query), renderAdminKey),
  }),
  endpoint({
    ...about,
    ...{ method: 'POST', id: 'create-admin-api-key', summary: 'Create an admin key; the key is shown only now.' },
    permission: 'admin_keys.write',
    body: z.strictObject({
      name: nameSchema,
      expires_in_seconds: z
        .int()
        .min(1)
        .max(3_650 * DAY_SECONDS)
        .nullish(),
      /** Makes the key the organisation's own, in this role; without it the key is the acting person's. */
      role: givenRoleSchema.nullish(),
    }),
    response: newAdminKeySchema,
    handle: async ({ adminKeys }, { by, body: { name, role, expires_in_seconds: expiresInSeconds } }) => {
      const key = await adminKeys.create(by, {
        name,
        ...(role != null && { role }),
        ...(expiresInSeconds != null && { expiresInSeconds }),
      });
      return renderNewAdminKey(key);
    },
  }),
  endpoint({
    ...one,
    ...{ method: 'GET', id: 'retrieve-admin-api-key', summary: 'Retrieve an admin key.' },
    permission: 'admin_keys.read',
    response: adminKeySchema,
    handle: async ({ adminKeys }, { by, params }) =>
      renderAdminKey(await adminKeys.get(by.organizationId, params.key_id)),
  }),
  endpoint({
    ...one,
    ...{
      method: 'DELETE',
      id: 'delete-admin-api-key',
      summary: 'Revoke an admin key: at once in the process that answers, everywhere within a second.',
    },
    permission: 'admin_keys.write',
    response: deletedSchema('organization.admin_api_key.deleted'),
    handle: async ({ adminKeys }, { by, params: { key_id: id } }) => {
      await adminKeys.delete(by, id);
      return { object: 'organization.admin_api_key.deleted' as const, id, deleted: true as const };
    },
  }),
  endpoint({
    ...one,
    path: `${one.path}/rotate`,
    ...{ method: 'POST', id: 'rotate-admin-api-key', summary: 'Give a key a new secret, which is shown only now.' },
    permission: 'admin_keys.write',
    // For how long the former secret works yet.
    body: z
      .strictObject({
        overlap_seconds: z
          .int()
          .min(0)
          .max(7 * DAY_SECONDS)
          .default(DAY_SECONDS),
      })
      .default({
        overlap_seconds: DAY_SECONDS,
      }),
    response: newAdminKeySchema,
    handle: async ({ adminKeys }, { by, params, body }) =>
      renderNewAdminKey(await adminKeys.rotate(by, params.key_id, { overlapSeconds: body.overlap_seconds })),
  }),
];

export function renderNewAdminKey(key: NewAdminKey) {
  return { ...renderAdminKey(key), value: key.key };
}

function renderAdminKey(key: AdminKey) {
  return {
    id: key.id,
    object: 'organization.admin_api_key' as const,
    name: key.name,
    redacted_value: key.hint,
    role: key.role,
    created_at: toSeconds(key.createdAt),
    expires_at: key.expiresAt === undefined ? null : toSeconds(key.expiresAt),
    last_used_at: key.lastUsedAt === undefined ? null : toSeconds(key.lastUsedAt),
    owner: renderOwner(key),
  };
}

function renderOwner({ owner, role }: AdminKey) {
  if (!owner) return { type: 'organization' as const, object: 'organization' as const, role };
  const { id, name, createdAt } = owner;
  return {
    type: 'user' as const,
    object: 'organization.user' as const,
    id,
    name,
    created_at: toSeconds(createdAt),
    role,
  };
}
