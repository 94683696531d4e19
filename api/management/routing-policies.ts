import { z } from 'zod';
import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { RoutingPolicy, RoutingPolicyVersion } from '../../workflows/contracts/routing-policies.js';
import type { AppDependencies } from '../dependencies.js';
import { checkDefinition } from './check-definition.js';
import { endpoint, type KeyedEndpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import {
  definitionSchema,
  policyNameSchema,
  renderDefinition,
  shownDefinitionSchema,
  toDefinition,
} from './routing-policy-schemas.js';
import { deletedSchema, idSchema, listSchema, pageQuerySchema, timestampSchema } from './schemas.js';

const policySchema = z.object({
  id: idSchema,
  object: z.literal('routing_policy'),
  name: policyNameSchema,
  project_id: idSchema.nullable(),
  /** The version that requests go by; null for none. */
  active_version: z.int().nullable(),
  latest_version: z.int(),
  created_at: timestampSchema,
});

const versionSchema = z.object({
  object: z.literal('routing_policy.version'),
  policy_id: idSchema,
  version: z.int(),
  definition: shownDefinitionSchema,
  created_at: timestampSchema,
  created_by: z.object({ key_id: idSchema, user_id: idSchema.nullable() }),
});

const versionListSchema = z.object({ object: z.literal('list'), data: z.array(versionSchema) });
const newPolicySchema = z.strictObject({ name: policyNameSchema, definition: definitionSchema });
const newVersionSchema = z.strictObject({ definition: definitionSchema });
const activationSchema = z.strictObject({ version: z.int().min(1).nullable() });

const errors = ['routing_policy_not_found'] as const;

/** The same operations for the organisation's own policies, and for those of one of its projects. */
interface Place {
  readonly path: string;
  /** What the operations' names end with. */
  readonly suffix: string;
  readonly whose: string;
  /** Of the policies together, and of one of them. */
  readonly params: z.ZodType<Omit<Params, 'policy_id'>>;
  readonly paramsOfOne: z.ZodType<Params>;
  readonly errors: readonly 'project_not_found'[];
}

const PLACES: readonly Place[] = [
  {
    path: '/v1/organization/routing_policies',
    suffix: 'routing-polic',
    whose: 'the organisation',
    params: z.object({}),
    paramsOfOne: z.object({ policy_id: idSchema }),
    errors: [],
  },
  {
    path: '/v1/organization/projects/{project_id}/routing_policies',
    suffix: 'project-routing-polic',
    whose: 'a project',
    params: z.object({ project_id: idSchema }),
    paramsOfOne: z.object({ project_id: idSchema, policy_id: idSchema }),
    errors: ['project_not_found'],
  },
];

export const routingPolicyEndpoints: readonly KeyedEndpoint[] = PLACES.flatMap((place) => [
  ...collectionEndpoints(place),
  ...policyEndpoints(place),
  ...versionEndpoints(place),
]);

interface Params {
  readonly project_id?: string | undefined;
  readonly policy_id: string;
}

function collectionEndpoints({ path, suffix, whose, params, errors: more }: Place): readonly KeyedEndpoint[] {
  const about = { tag: 'Routing policies', path, params } as const;
  return [
    endpoint({
      ...about,
      ...{ method: 'GET', id: `list-${suffix}ies`, summary: `List the routing policies of ${whose}.` },
      permission: 'routing.read',
      query: pageQuerySchema,
      response: listSchema(policySchema),
      handle: async ({ routingPolicies }, { by, params: { project_id: projectId }, query }) =>
        renderList(
          await routingPolicies.list(by.organizationId, { ...query, ...(projectId !== undefined && { projectId }) }),
          renderPolicy,
        ),
    }),
    endpoint({
      ...about,
      ...{ method: 'POST', id: `create-${suffix}y` },
      summary: `Create a routing policy of ${whose}; requests go by it once it is activated.`,
      permission: 'routing.write',
      body: newPolicySchema,
      response: policySchema,
      errors: ['model_not_found', ...more],
      handle: async (deps, { by, params: { project_id: projectId }, body }) =>
        renderPolicy(
          await deps.routingPolicies.create(by, {
            name: body.name,
            definition: readDefinition(deps, body.definition),
            ...(projectId !== undefined && { projectId }),
          }),
        ),
    }),
  ];
}

function policyEndpoints({ path, suffix, whose, paramsOfOne: params }: Place): readonly KeyedEndpoint[] {
  const about = {
    ...{ tag: 'Routing policies', path: `${path}/{policy_id}`, errors },
    params,
  } as const;
  return [
    endpoint({
      ...about,
      ...{ method: 'GET', id: `retrieve-${suffix}y`, summary: `One routing policy of ${whose}.` },
      permission: 'routing.read',
      response: policySchema,
      handle: async ({ routingPolicies }, asked) =>
        renderPolicy(await routingPolicies.get(asked.by.organizationId, placeOf(asked.params))),
    }),
    endpoint({
      ...about,
      ...{ method: 'DELETE', id: `delete-${suffix}y` },
      summary: `Delete a routing policy of ${whose}; requests go by it no longer.`,
      permission: 'routing.write',
      response: deletedSchema('routing_policy.deleted'),
      handle: async ({ routingPolicies }, asked) => {
        await routingPolicies.remove(asked.by, placeOf(asked.params));
        return { object: 'routing_policy.deleted' as const, id: asked.params.policy_id, deleted: true as const };
      },
    }),
    endpoint({
      ...about,
      path: `${about.path}/activate`,
      ...{ method: 'POST', id: `activate-${suffix}y` },
      summary: 'Have requests go by a version of a policy, and by no other policy of the same scope; null for none.',
      permission: 'routing.write',
      body: activationSchema,
      response: policySchema,
      handle: async ({ routingPolicies }, asked) =>
        renderPolicy(await routingPolicies.activate(asked.by, placeOf(asked.params), asked.body.version ?? undefined)),
    }),
  ];
}

function versionEndpoints({ path, suffix, paramsOfOne: params }: Place): readonly KeyedEndpoint[] {
  const about = {
    ...{ tag: 'Routing policies', path: `${path}/{policy_id}/versions` },
    params,
  } as const;
  return [
    endpoint({
      ...about,
      ...{ method: 'GET', id: `list-${suffix}y-versions`, summary: 'The versions of a routing policy, newest first.' },
      permission: 'routing.read',
      response: versionListSchema,
      errors,
      handle: async ({ routingPolicies }, asked) => {
        const found = await routingPolicies.versions(asked.by.organizationId, placeOf(asked.params));
        return { object: 'list' as const, data: found.map(renderVersion) };
      },
    }),
    endpoint({
      ...about,
      ...{ method: 'POST', id: `create-${suffix}y-version` },
      summary: 'Add a version to a routing policy; requests go by it once it is activated.',
      permission: 'routing.write',
      body: newVersionSchema,
      response: versionSchema,
      errors: [...errors, 'model_not_found'],
      handle: async (deps, asked) => addVersion(deps, asked.by, asked.params, asked.body),
    }),
  ];
}

async function addVersion(
  deps: AppDependencies,
  by: ActingRequest,
  params: Params,
  { definition }: z.output<typeof newVersionSchema>,
) {
  return renderVersion(await deps.routingPolicies.addVersion(by, placeOf(params), readDefinition(deps, definition)));
}

function placeOf({ policy_id: policyId, project_id: projectId }: Params) {
  return { policyId, ...(projectId !== undefined && { projectId }) };
}

function readDefinition({ catalogue }: AppDependencies, wire: z.output<typeof definitionSchema>) {
  const definition = toDefinition(wire);
  checkDefinition(definition, catalogue);
  return definition;
}

function renderPolicy({ id, name, projectId, activeVersion, latestVersion, createdAt }: RoutingPolicy) {
  return {
    id,
    object: 'routing_policy' as const,
    name,
    project_id: projectId ?? null,
    active_version: activeVersion ?? null,
    latest_version: latestVersion,
    created_at: toSeconds(createdAt),
  };
}

function renderVersion({ policyId, version, definition, createdAt, keyId, userId }: RoutingPolicyVersion) {
  return {
    object: 'routing_policy.version' as const,
    policy_id: policyId,
    version,
    definition: renderDefinition(definition),
    created_at: toSeconds(createdAt),
    created_by: { key_id: keyId, user_id: userId ?? null },
  };
}
