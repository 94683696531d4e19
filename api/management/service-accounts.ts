import { z } from 'zod';
import type { NewKey, ServiceAccount } from '../../workflows/contracts/tenancy.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import { restrictionChangeFields, toRestrictionsChange } from './restriction-schemas.js';
import {
  deletedSchema,
  idSchema,
  listSchema,
  nameSchema,
  pageQuerySchema,
  roleSchema,
  timestampSchema,
} from './schemas.js';

const accountSchema = z.object({
  id: idSchema,
  object: z.literal('organization.project.service_account'),
  name: nameSchema,
  role: roleSchema,
  created_at: timestampSchema,
});

/** With the key itself, which is shown only here. */
const accountKeySchema = z.object({
  id: idSchema,
  object: z.literal('organization.project.service_account.api_key'),
  name: nameSchema,
  created_at: timestampSchema,
  value: z.string(),
});

/** As a project's own keys have them: `test` keys reach the sandbox only, free of charge. */
const keySettings = { mode: z.enum(['live', 'test']).default('live'), ...restrictionChangeFields };

const ofProject = {
  tag: 'Project service accounts',
  path: '/v1/organization/projects/{project_id}/service_accounts',
  params: z.object({ project_id: idSchema }),
} as const;
const anAccount = {
  tag: ofProject.tag,
  path: `${ofProject.path}/{service_account_id}`,
  params: z.object({ project_id: idSchema, service_account_id: idSchema }),
} as const;

export const serviceAccountEndpoints = [
  endpoint({
    ...ofProject,
    ...{ method: 'GET', id: 'list-project-service-accounts', summary: 'List the service accounts of a project.' },
    permission: 'keys.read',
    query: pageQuerySchema,
    response: listSchema(accountSchema),
    errors: ['project_not_found'],
    handle: async ({ serviceAccounts }, { by, params, query }) =>
      renderList(await serviceAccounts.list(by.organizationId, params.project_id, query), renderAccount),
  }),
  endpoint({
    ...ofProject,
    ...{
      method: 'POST',
      id: 'create-project-service-account',
      summary: 'Create a service account, with a key that is shown only now.',
    },
    permission: 'keys.write',
    body: z.strictObject({ name: nameSchema, create_service_account_only: z.boolean().nullish(), ...keySettings }),
    response: accountSchema.extend({ api_key: accountKeySchema.nullable() }),
    errors: ['project_not_found', 'archived'],
    handle: async ({ serviceAccounts }, { by, params, body }) => {
      const withoutKey = body.create_service_account_only ?? false;
      const { account, key } = await serviceAccounts.create(by, params.project_id, {
        ...{ name: body.name, withoutKey },
        key: { mode: body.mode, restrictions: toRestrictionsChange(body) },
      });
      return { ...renderAccount(account), api_key: key ? renderAccountKey(key) : null };
    },
  }),
  endpoint({
    ...anAccount,
    ...{ method: 'GET', id: 'retrieve-project-service-account', summary: 'One service account.' },
    permission: 'keys.read',
    response: accountSchema,
    errors: ['project_not_found', 'service_account_not_found'],
    handle: async ({ serviceAccounts }, { by, params }) =>
      renderAccount(await serviceAccounts.get(by.organizationId, params.project_id, params.service_account_id)),
  }),
  endpoint({
    ...anAccount,
    ...{
      method: 'POST',
      id: 'modify-project-service-account',
      summary: 'Rename a service account or change its role.',
    },
    permission: 'keys.write',
    body: z.strictObject({ name: nameSchema.optional(), role: roleSchema.optional() }),
    response: accountSchema,
    errors: ['project_not_found', 'service_account_not_found'],
    handle: async ({ serviceAccounts }, { by, params, body: { name, role } }) =>
      renderAccount(
        await serviceAccounts.modify(by, params.project_id, params.service_account_id, {
          ...(name !== undefined && { name }),
          ...(role !== undefined && { role }),
        }),
      ),
  }),
  endpoint({
    ...anAccount,
    ...{
      method: 'DELETE',
      id: 'delete-project-service-account',
      summary: 'Delete a service account and revoke its keys, everywhere within a second.',
    },
    permission: 'keys.write',
    response: deletedSchema('organization.project.service_account.deleted'),
    errors: ['project_not_found', 'service_account_not_found'],
    handle: async ({ serviceAccounts }, { by, params }) => {
      const { project_id: projectId, service_account_id: id } = params;
      await serviceAccounts.remove(by, projectId, id);
      return { object: 'organization.project.service_account.deleted' as const, id, deleted: true as const };
    },
  }),
  endpoint({
    ...anAccount,
    path: `${anAccount.path}/api_keys`,
    ...{
      method: 'POST',
      id: 'create-project-service-account-api-key',
      summary: 'Create one more key of a service account; the key itself is shown only now.',
    },
    permission: 'keys.write',
    body: z.strictObject({ name: nameSchema.optional(), ...keySettings }).prefault({}),
    response: accountKeySchema,
    errors: ['project_not_found', 'service_account_not_found', 'archived'],
    handle: async ({ serviceAccounts }, { by, params, body }) => {
      const { project_id: projectId, service_account_id: id } = params;
      const settings = { mode: body.mode, restrictions: toRestrictionsChange(body) };
      return renderAccountKey(await serviceAccounts.createKey(by, projectId, id, body.name ?? 'Secret Key', settings));
    },
  }),
];

function renderAccount({ id, name, role, createdAt }: ServiceAccount) {
  return {
    id,
    object: 'organization.project.service_account' as const,
    name,
    role,
    created_at: toSeconds(createdAt),
  };
}

function renderAccountKey({ id, name, createdAt, secret }: NewKey) {
  return {
    id,
    object: 'organization.project.service_account.api_key' as const,
    name,
    created_at: toSeconds(createdAt),
    value: secret,
  };
}
