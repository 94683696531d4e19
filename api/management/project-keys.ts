import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { keepAliveSchema, keySchema, newKeySchema, renderKey, renderNewKey } from './project-key-object.js';
import { renderList } from './render-list.js';
import { restrictionChangeFields, toRestrictionsChange } from './restriction-schemas.js';
import { deletedSchema, idSchema, listSchema, nameSchema, pageQuerySchema } from './schemas.js';

const WEEK_S = 604_800;
const DAY_S = 86_400;
const TEN_YEARS_S = 315_360_000;

const ofProject = {
  tag: 'Project API keys',
  path: '/v1/organization/projects/{project_id}/api_keys',
  params: z.object({ project_id: idSchema }),
} as const;
const aKey = {
  tag: ofProject.tag,
  path: `${ofProject.path}/{key_id}`,
  params: z.object({ project_id: idSchema, key_id: idSchema }),
} as const;

const newKeyBody = z.strictObject({
  name: nameSchema,
  /** `test` keys reach the sandbox only, free of charge. */
  mode: z.enum(['live', 'test']).default('live'),
  /** Whose key it is; by default the acting person's. */
  user_id: idSchema.nullish(),
  expires_in_seconds: z.int().min(1).max(TEN_YEARS_S).nullish(),
  keep_alive_seconds: keepAliveSchema.nullish(),
  ...restrictionChangeFields,
});

export const projectKeyEndpoints = [
  endpoint({
    ...ofProject,
    ...{ method: 'GET', id: 'list-project-api-keys', summary: 'List the API keys of a project, revoked ones too.' },
    permission: 'keys.read',
    query: pageQuerySchema.extend({ owner_project_access: z.enum(['active', 'inactive', 'any']).default('any') }),
    response: listSchema(keySchema),
    errors: ['project_not_found'],
    handle: async ({ projectKeys }, { by, params, query: { owner_project_access: access, ...page } }) => {
      const filter = access !== 'any' && { ownerHasAccess: access === 'active' };
      return renderList(
        await projectKeys.list(by.organizationId, params.project_id, { ...page, ...filter }),
        renderKey,
      );
    },
  }),
  endpoint({
    ...ofProject,
    ...{
      method: 'POST',
      id: 'create-project-api-key',
      summary: 'Create an API key; the key itself is shown only now.',
    },
    permission: 'keys.write',
    body: newKeyBody,
    response: newKeySchema,
    errors: ['project_not_found', 'archived'],
    handle: async ({ projectKeys }, { by, params, body }) => {
      const { name, mode, user_id: userId, expires_in_seconds: expiresInSeconds } = body;
      const key = await projectKeys.create(by, params.project_id, {
        ...{ name, mode, restrictions: toRestrictionsChange(body) },
        ...(userId != null && { userId }),
        ...(expiresInSeconds != null && { expiresInSeconds }),
        ...(body.keep_alive_seconds != null && { keepAliveSeconds: body.keep_alive_seconds }),
      });
      return renderNewKey(key);
    },
  }),
  endpoint({
    ...aKey,
    ...{ method: 'GET', id: 'retrieve-project-api-key', summary: 'One API key, without its secret.' },
    permission: 'keys.read',
    response: keySchema,
    errors: ['project_not_found', 'key_not_found'],
    handle: async ({ projectKeys }, { by, params }) =>
      renderKey(await projectKeys.get(by.organizationId, params.project_id, params.key_id)),
  }),
  endpoint({
    ...aKey,
    ...{
      method: 'POST',
      id: 'modify-project-api-key',
      summary: 'Rename or restrict an API key, or say how its streams are kept alive.',
    },
    permission: 'keys.write',
    body: z.strictObject({
      name: nameSchema.optional(),
      keep_alive_seconds: keepAliveSchema.nullable().optional(),
      ...restrictionChangeFields,
    }),
    response: keySchema,
    errors: ['project_not_found', 'key_not_found', 'key_revoked'],
    handle: async ({ projectKeys }, { by, params, body }) =>
      renderKey(
        await projectKeys.modify(by, params.project_id, params.key_id, {
          ...(body.name !== undefined && { name: body.name }),
          ...(body.keep_alive_seconds !== undefined && { keepAliveSeconds: body.keep_alive_seconds }),
          restrictions: toRestrictionsChange(body),
        }),
      ),
  }),
  endpoint({
    ...aKey,
    path: `${aKey.path}/rotate`,
    ...{
      method: 'POST',
      id: 'rotate-project-api-key',
      summary: 'Give an API key a new secret, shown only now; the old one is valid for as long as the overlap.',
    },
    permission: 'keys.write',
    body: z
      .strictObject({ overlap_seconds: z.int().min(0).max(WEEK_S).default(DAY_S) })
      .default({ overlap_seconds: DAY_S }),
    response: newKeySchema,
    errors: ['project_not_found', 'key_not_found', 'key_revoked'],
    handle: async ({ projectKeys }, { by, params, body }) =>
      renderNewKey(await projectKeys.rotate(by, params.project_id, params.key_id, body.overlap_seconds)),
  }),
  endpoint({
    ...aKey,
    ...{
      method: 'DELETE',
      id: 'delete-project-api-key',
      summary: 'Revoke an API key: at once in the process that answers, everywhere within a second.',
    },
    permission: 'keys.write',
    response: deletedSchema('organization.project.api_key.deleted'),
    errors: ['project_not_found', 'key_not_found'],
    handle: async ({ projectKeys }, { by, params }) => {
      await projectKeys.remove(by, params.project_id, params.key_id);
      return { object: 'organization.project.api_key.deleted' as const, id: params.key_id, deleted: true as const };
    },
  }),
];
