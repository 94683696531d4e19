import { z } from 'zod';
import type { Estimate } from '../../workflows/contracts/estimates.js';
import type { Demand } from '../../workflows/contracts/requests.js';
import type { AppliedPolicy } from '../../workflows/contracts/routing-policies.js';
import { estimateOfConversation } from '../../workflows/domain/difficulty/estimate.js';
import { healthKey } from '../../workflows/domain/health-key.js';
import { autoPolicyOf } from '../../workflows/domain/auto/auto-policy.js';
import { expandAuto } from '../../workflows/domain/named-offers.js';
import { plan } from '../../workflows/domain/plan.js';
import { TASK_KINDS } from '../../workflows/domain/model-quality.js';
import { freezeRouting } from '../../workflows/domain/routing/freeze.js';
import type { AppDependencies } from '../dependencies.js';
import { checkModels } from '../requests/check-models.js';
import { checkRoutingRules } from '../requests/check-routing-rules.js';
import { routeSchema } from '../requests/route.schema.js';
import { routingRulesSchema, toRoutingRules } from '../requests/routing-rules.schema.js';
import { renderRoute } from '../requests/tell-route.js';
import { toUsd } from '../usd.js';
import { checkDefinition } from './check-definition.js';
import { bytesOf, messagesSchema, toEstimated } from './dry-run-conversation.js';
import { endpoint } from './endpoint.js';
import { capabilitySchema } from './offer-schemas.js';
import { definitionSchema, toDefinition } from './routing-policy-schemas.js';
import { idSchema, modelIdSchema } from './schemas.js';

/** More offers than this are left out of no catalogue. */
const ALL = 100_000;
const BYTES_A_TOKEN = 4;
const USUAL_INPUT_TOKENS = 1_000;

/** What a request would look like to the planner: sizes and needs, and its words only where an `auto` model is to be chosen. */
const requestSchema = z.strictObject({
  models: z.array(modelIdSchema).min(1).max(8),
  provider: routingRulesSchema.nullish(),
  /** Those of `messages` where it is absent, or a thousand. */
  input_tokens: z.int().min(0).max(100_000_000).nullish(),
  messages: messagesSchema.nullish(),
  max_output_tokens: z.int().min(1).max(100_000_000).nullish(),
  images: z.int().min(0).max(10_000).default(0),
  needs: z.array(capabilitySchema).max(10).default([]),
  /** Decides among vendors and arms as a request's id does. */
  seed: z.string().min(1).max(128).default('dry-run'),
});

const bodySchema = z.strictObject({
  request: requestSchema,
  /** A draft to try in the place of the policy that is in force. */
  definition: definitionSchema.nullish(),
});

const nullableUsd = z.string().nullable();
const answerSchema = z.object({
  object: z.literal('routing_dry_run'),
  status: z.enum(['planned', 'refused']),
  /** Of a refusal: what callers would be told. */
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  held_usd: nullableUsd,
  /** Of an `auto` model those that were chosen. */
  models: z.array(z.string()),
  /** What an `auto` model was chosen by; null where none was named, or without `messages`. */
  estimate: z
    .object({
      kind: z.enum(TASK_KINDS),
      difficulty: z.number(),
      reasons: z.array(z.object({ of: z.enum(['kind', 'difficulty']), feature: z.string(), weight: z.number() })),
    })
    .nullable(),
  route: routeSchema.nullable(),
});

const about = { tag: 'Routing policies', method: 'POST', permission: 'routing.read' } as const;
const errors = ['model_not_found'] as const;

type Body = z.output<typeof bodySchema>;

export const routingDryRunEndpoints = [
  endpoint({
    ...{ ...about, path: '/v1/organization/routing_policies/dry_run', id: 'dry-run-routing', errors },
    summary: "How a request would be routed by the organisation's policy, or by a draft of one. Nothing is sent.",
    body: bodySchema,
    response: answerSchema,
    handle: async (deps, { by, body }) =>
      dryRun(
        deps,
        body,
        { scope: 'organization', organizationId: by.organizationId },
        await deps.routingPolicies.applied(by.organizationId, ''),
      ),
  }),
  endpoint({
    ...{ ...about, path: '/v1/organization/projects/{project_id}/routing_policies/dry_run', errors },
    id: 'dry-run-project-routing',
    summary: "How a project's request would be routed by the policies in force, or by a draft. Nothing is sent.",
    params: z.object({ project_id: idSchema }),
    body: bodySchema,
    response: answerSchema,
    handle: async (deps, { by, body, params }) =>
      dryRun(
        deps,
        body,
        { scope: 'project', organizationId: by.organizationId, projectId: params.project_id },
        await deps.routingPolicies.applied(by.organizationId, params.project_id),
      ),
  }),
];

interface DryRunScope {
  readonly scope: AppliedPolicy['scope'];
  readonly organizationId: string;
  readonly projectId?: string;
}

function dryRun(
  { catalogue, callableVendors, vendorHealth }: AppDependencies,
  { request, definition: draft }: Body,
  { scope, organizationId, projectId }: DryRunScope,
  inForce: readonly AppliedPolicy[],
) {
  const { models, provider, seed } = request;
  const rules = provider == null ? undefined : toRoutingRules(provider);
  if (rules) checkRoutingRules(rules, 'request.provider', catalogue);
  const policies = draft == null ? inForce : [...inForce.filter((one) => one.scope !== scope), asDraft(draft, scope)];
  for (const { definition } of policies.slice(-1)) if (draft != null) checkDefinition(definition, catalogue);
  const routing = freezeRouting(policies, { models, seed, tellRoute: true, ...(rules && { rules }) });
  const policy = { vendors: callableVendors(organizationId, projectId) };
  const named = routing?.models ?? models;
  checkModels(
    named.map((name) => ({ name, param: 'request.models' })),
    catalogue.offers,
    policy,
  );
  const demand = toDemand(request);
  const estimate = named.some((name) => autoPolicyOf(name) !== undefined) ? estimateFor(request) : undefined;
  const planned = expandAuto(named, catalogue.offers, policy, { demand, ...(estimate && { estimate }) });
  // What a policy names goes before what the caller named: both are what is planned by now.
  const chosen = routing?.models ? { ...routing, models: planned } : routing;
  const call = { models: planned, demand, seed, maxNamedDrops: ALL, ...(chosen && { routing: chosen }) };
  const health = vendorHealth.list().map((seen) => [healthKey(seen.offerId, seen.credentialId), seen] as const);
  const made = plan(call, catalogue.offers, new Map(health), policy);
  return {
    object: 'routing_dry_run' as const,
    status: made.status,
    error: made.status === 'refused' ? { code: made.code, message: made.message } : null,
    held_usd: made.status === 'planned' ? toUsd(made.heldNanoUsd) : null,
    models: [...planned],
    estimate: estimate ? { ...estimate, reasons: [...estimate.reasons] } : null,
    route: made.report ? renderRoute(made.report) : null,
  };
}

function asDraft(draft: z.output<typeof definitionSchema>, scope: AppliedPolicy['scope']): AppliedPolicy {
  return { scope, policyId: 'draft', version: 0, definition: toDefinition(draft) };
}

function estimateFor({ messages, images, needs }: Body['request']): Estimate | undefined {
  return messages == null ? undefined : estimateOfConversation(toEstimated(messages, { images, needs }));
}

function toDemand(request: Body['request']): Demand {
  const { input_tokens: tokens, messages, max_output_tokens: most, images, needs } = request;
  const said = messages == null ? USUAL_INPUT_TOKENS * BYTES_A_TOKEN : bytesOf(messages);
  const bytes = tokens == null ? said : tokens * BYTES_A_TOKEN;
  return {
    inputBytes: bytes,
    textBytes: bytes,
    images,
    unboundedMedia: needs.some((need) => ['files', 'audio_input', 'video_input'].includes(need)),
    choices: 1,
    searches: 0,
    needs: [...needs],
    ...(most != null && { maxOutputTokens: most }),
  };
}
