import { z } from 'zod';
import type { ApiKeySummary } from '../../workflows/contracts/ports.js';
import { refused } from '../http/refused-error.js';
import { endpoint } from './endpoint.js';
import { renderList, toSeconds } from './render-list.js';
import { deletedSchema, idSchema, listSchema, nameSchema, timestampSchema } from './schemas.js';

const keySchema = z
  .object({
    id: idSchema,
    object: z.literal('organization.project.api_key'),
    project_id: idSchema,
    name: nameSchema,
    redacted_value: z.string(),
    created_at: timestampSchema,
    revoked_at: timestampSchema.nullable(),
  })
  .meta({ id: 'ProjectApiKey' });
/** With the key itself: shown once, in the answer to its creation. */
const newKeySchema = keySchema.extend({ value: z.string() }).meta({ id: 'NewProjectApiKey' });

const inProject = { tag: 'Project API keys', path: '/v1/organization/projects/{project_id}/api_keys' } as const;
const projectParams = z.object({ project_id: idSchema });

export const projectKeyEndpoints = [
  endpoint({
    ...inProject,
    ...{ method: 'GET', id: 'list-project-api-keys', summary: 'List the API keys of a project.' },
    permission: 'keys.read',
    params: projectParams,
    response: listSchema(keySchema),
    errors: ['project_not_found'],
    handle: async ({ management }, { by, params }) => {
      const found = await management.listKeys(by.organizationId, params.project_id);
      if (!found) throw refused('project_not_found');
      return renderList({ data: found, hasMore: false }, renderKey);
    },
  }),
  endpoint({
    ...inProject,
    ...{
      method: 'POST',
      id: 'create-project-api-key',
      summary: 'Create an API key; the key itself is shown only now.',
    },
    permission: 'keys.write',
    params: projectParams,
    body: z.strictObject({ name: nameSchema }),
    response: newKeySchema,
    errors: ['project_not_found'],
    handle: async ({ management }, { by, params, body }) => {
      const key = await management.createKey(by.organizationId, params.project_id, body.name);
      if (!key) throw refused('project_not_found');
      return { ...renderKey(key), value: key.key };
    },
  }),
  endpoint({
    ...inProject,
    path: `${inProject.path}/{key_id}`,
    ...{ method: 'DELETE', id: 'delete-project-api-key', summary: 'Revoke an API key, everywhere within a second.' },
    permission: 'keys.write',
    params: z.object({ project_id: idSchema, key_id: idSchema }),
    response: deletedSchema('organization.project.api_key.deleted'),
    errors: ['key_not_found'],
    handle: async ({ management }, { by, params }) => {
      const { project_id: projectId, key_id: keyId } = params;
      if (!(await management.revokeKey(by.organizationId, projectId, keyId))) throw refused('key_not_found');
      return { object: 'organization.project.api_key.deleted' as const, id: keyId, deleted: true as const };
    },
  }),
];

function renderKey(summary: ApiKeySummary) {
  return {
    id: summary.id,
    object: 'organization.project.api_key' as const,
    project_id: summary.projectId,
    name: summary.name,
    redacted_value: summary.hint,
    created_at: toSeconds(summary.createdAt),
    revoked_at: summary.revokedAt === undefined ? null : toSeconds(summary.revokedAt),
  };
}
