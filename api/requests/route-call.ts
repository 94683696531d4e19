import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { AppliedPolicy } from '../../workflows/contracts/routing-policies.js';
import type { RequestRouting, RoutingRules } from '../../workflows/contracts/routing.js';
import { freezeRouting } from '../../workflows/domain/routing/freeze.js';
import type { AppDependencies } from '../dependencies.js';
import { callerOf } from '../http/authenticate.js';
import { readAsked } from '../http/read-asked.js';
import { refused } from '../http/refused-error.js';
import { checkModels, type NamedModel } from './check-models.js';
import { checkRoutingRules } from './check-routing-rules.js';
import { routingRulesSchema, toRoutingRules, type WireRoutingRules } from './routing-rules.schema.js';

/** Asks for the route as the body's `include_route` does. */
const ROUTE_HEADER = 'x-sluice-route';
/** The body's `provider` object in JSON, for clients that cannot add a field to the body. */
const PROVIDER_HEADER = 'x-sluice-provider';

/** The fields of a body, in any dialect, that say how its request is to be routed. */
export const routingFields = {
  provider: routingRulesSchema.nullish(),
  include_route: z.boolean().nullish(),
};

export interface RoutingFields {
  readonly provider?: WireRoutingRules | null | undefined;
  readonly include_route?: boolean | null | undefined;
}

/** How a request is to be routed, and the models that this comes to. */
export interface RoutedCall {
  /** Each with the field that its name came by. */
  readonly named: readonly NamedModel[];
  readonly routing?: RequestRouting;
}

/**
 * Takes the caller's wishes and the policies of this moment together, and refuses what cannot be: unknown vendors and models,
 * wishes that exclude each other. @throws RefusalError `invalid_request`, `model_not_found`.
 */
export async function routeCall(
  deps: AppDependencies,
  request: FastifyRequest,
  fields: RoutingFields,
  named: readonly NamedModel[],
  offers: readonly Offer[],
): Promise<RoutedCall> {
  const caller = callerOf(request);
  const rules = rulesOf(request, fields);
  if (rules) checkRoutingRules(rules, 'provider', deps.catalogue);
  const routing = freezeRouting(await policiesOf(deps, request), {
    models: [...new Set(named.map(({ name }) => name))],
    ...(rules && { rules }),
    tellRoute: tellsRoute(request, fields),
    seed: request.id,
  });
  const routed = routing?.models === undefined ? named : routing.models.map((name) => ({ name, param: 'model' }));
  checkModels(routed, offers, caller);
  return { named: routed, ...(routing && { routing }) };
}

/** A test key asks the sandbox alone, which no policy is about. */
async function policiesOf(deps: AppDependencies, request: FastifyRequest): Promise<readonly AppliedPolicy[]> {
  const { mode, organizationId, projectId } = callerOf(request);
  return mode === 'test' ? [] : deps.routingPolicies.applied(organizationId, projectId);
}

function rulesOf(request: FastifyRequest, { provider }: RoutingFields): RoutingRules | undefined {
  const header = request.headers[PROVIDER_HEADER];
  if (header === undefined) return provider == null ? undefined : toRoutingRules(provider);
  if (provider != null) {
    throw refused('invalid_request', `'provider' came in the body and as '${PROVIDER_HEADER}'. Send one of the two.`, {
      param: 'provider',
    });
  }
  const read = readAsked(z.object({ provider: routingRulesSchema }), { provider: parseHeader(header) });
  return toRoutingRules(read.provider);
}

function parseHeader(header: string | readonly string[]): unknown {
  try {
    return JSON.parse(typeof header === 'string' ? header : header.join(','));
  } catch {
    throw refused('invalid_request', `The header '${PROVIDER_HEADER}' is not valid JSON. Send one JSON object.`, {
      param: PROVIDER_HEADER,
    });
  }
}

function tellsRoute(request: FastifyRequest, { include_route: included }: RoutingFields): boolean {
  const header = request.headers[ROUTE_HEADER];
  if (header === undefined || header === 'include') return included === true || header === 'include';
  throw refused('invalid_request', `The header '${ROUTE_HEADER}' takes one value: 'include'.`, { param: ROUTE_HEADER });
}
