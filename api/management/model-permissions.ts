import { z } from 'zod';
import type { Restrictions } from '../../workflows/contracts/access.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { nearestModels, resolveModel } from '../../workflows/domain/models.js';
import { refused } from '../http/refused-error.js';
import { endpoint } from './endpoint.js';
import { modelPatternsSchema } from './restriction-schemas.js';
import { idSchema } from './schemas.js';

// OpenAI's list of a project's models: what the project's `allowed_models` and `denied_models` say, in its shape.

const DELETED = { object: 'project.model_permissions.deleted', deleted: true } as const;

const permissionsSchema = z.object({
  object: z.literal('project.model_permissions'),
  mode: z.enum(['allow_list', 'deny_list']),
  model_ids: z.array(z.string()),
});

const ofProject = {
  tag: 'Projects',
  path: '/v1/organization/projects/{project_id}/model_permissions',
  params: z.object({ project_id: idSchema }),
} as const;

export const modelPermissionEndpoints = [
  endpoint({
    ...ofProject,
    ...{ method: 'GET', id: 'retrieve-project-model-permissions' },
    summary: 'The models that a project may or may not use; an empty deny list is no restriction.',
    permission: 'projects.read',
    response: permissionsSchema,
    errors: ['project_not_found'],
    handle: async ({ projects }, { by, params }) =>
      render((await projects.get(by.organizationId, params.project_id)).restrictions),
  }),
  endpoint({
    ...ofProject,
    ...{ method: 'POST', id: 'update-project-model-permissions' },
    summary:
      'Allow a project these models only, or all but these; the list replaces the one there was, of either mode.',
    permission: 'projects.write',
    body: z.strictObject({ mode: z.enum(['allow_list', 'deny_list']), model_ids: modelPatternsSchema }),
    response: permissionsSchema,
    errors: ['project_not_found', 'archived', 'model_not_found'],
    handle: async ({ projects, catalogue }, { by, params, body: { mode, model_ids: names } }) => {
      const ids = names.map((name, index) => toPattern(name, index, catalogue.offers));
      const isAllowList = mode === 'allow_list';
      const restrictions = { allowedModels: isAllowList ? ids : null, deniedModels: isAllowList ? null : ids };
      return render((await projects.modify(by, params.project_id, { restrictions })).restrictions);
    },
  }),
  endpoint({
    ...ofProject,
    ...{ method: 'DELETE', id: 'delete-project-model-permissions', summary: 'Allow a project every model again.' },
    permission: 'projects.write',
    response: z.object({ object: z.literal(DELETED.object), deleted: z.literal(true) }),
    errors: ['project_not_found', 'archived'],
    handle: async ({ projects }, { by, params }) => {
      await projects.modify(by, params.project_id, { restrictions: { allowedModels: null, deniedModels: null } });
      return DELETED;
    },
  }),
];

/** OpenAI's names are bare (`gpt-4o`), ours have their vendor. A name of no model would allow or deny nothing, in silence. */
function toPattern(name: string, index: number, offers: readonly Offer[]): string {
  if (name.includes('*')) return name;
  const offer = resolveModel(name, offers);
  if (offer) return offer.id;
  const nearest = nearestModels(name, offers).join(', ');
  throw refused('model_not_found', `There is no model of this name here. The nearest are: ${nearest}.`, {
    param: `model_ids[${index}]`,
  });
}

/** Where a project has both lists, what is allowed is shown: the list of what is denied only takes away from it. */
function render({ allowedModels, deniedModels = [] }: Restrictions) {
  return {
    object: 'project.model_permissions' as const,
    mode: allowedModels ? ('allow_list' as const) : ('deny_list' as const),
    model_ids: [...(allowedModels ?? deniedModels)],
  };
}
