import { afterAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../api/app.js';
import { managementEndpoints } from '../../api/management/management-routes.js';
import { createFakeWorld, INFERENCE_KEY, roleKey, TENANT_KEY } from '../../api/testing/fake-dependencies.js';
import type { Permission, Role } from '../../workflows/contracts/access.js';
import { permissions } from '../../workflows/domain/permissions.js';

const organization = '/v1/organization';
const project = `${organization}/projects/:project_id`;

/** What each route of the management API needs: written down once more, so that no change of it goes unseen. */
const needed: { readonly [route: string]: Permission | 'none' } = {
  [`GET ${organization}`]: 'organization.read',
  [`POST ${organization}`]: 'organization.write',
  [`GET ${organization}/users`]: 'users.read',
  [`GET ${organization}/users/:user_id`]: 'users.read',
  [`POST ${organization}/users/:user_id`]: 'users.write',
  [`DELETE ${organization}/users/:user_id`]: 'users.write',
  [`GET ${organization}/invites`]: 'users.read',
  [`POST ${organization}/invites`]: 'users.write',
  [`POST ${organization}/invites/accept`]: 'none',
  [`GET ${organization}/invites/:invite_id`]: 'users.read',
  [`DELETE ${organization}/invites/:invite_id`]: 'users.write',
  [`GET ${organization}/admin_api_keys`]: 'admin_keys.read',
  [`POST ${organization}/admin_api_keys`]: 'admin_keys.write',
  [`GET ${organization}/admin_api_keys/:key_id`]: 'admin_keys.read',
  [`DELETE ${organization}/admin_api_keys/:key_id`]: 'admin_keys.write',
  [`POST ${organization}/admin_api_keys/:key_id/rotate`]: 'admin_keys.write',
  [`GET ${organization}/teams`]: 'teams.read',
  [`POST ${organization}/teams`]: 'teams.write',
  [`GET ${organization}/teams/:team_id`]: 'teams.read',
  [`POST ${organization}/teams/:team_id`]: 'teams.write',
  [`POST ${organization}/teams/:team_id/archive`]: 'teams.write',
  [`GET ${organization}/projects`]: 'projects.read',
  [`POST ${organization}/projects`]: 'projects.create',
  [`GET ${project}`]: 'projects.read',
  [`POST ${project}`]: 'projects.write',
  [`POST ${project}/archive`]: 'projects.write',
  [`GET ${project}/model_permissions`]: 'projects.read',
  [`POST ${project}/model_permissions`]: 'projects.write',
  [`DELETE ${project}/model_permissions`]: 'projects.write',
  [`GET ${organization}/spend_limit`]: 'budgets.read',
  [`POST ${organization}/spend_limit`]: 'budgets.write',
  [`DELETE ${organization}/spend_limit`]: 'budgets.write',
  [`GET ${project}/spend_limit`]: 'budgets.read',
  [`POST ${project}/spend_limit`]: 'budgets.write',
  [`DELETE ${project}/spend_limit`]: 'budgets.write',
  [`GET ${project}/users`]: 'project_users.read',
  [`POST ${project}/users`]: 'project_users.write',
  [`GET ${project}/users/:user_id`]: 'project_users.read',
  [`POST ${project}/users/:user_id`]: 'project_users.write',
  [`DELETE ${project}/users/:user_id`]: 'project_users.write',
  [`GET ${project}/service_accounts`]: 'keys.read',
  [`POST ${project}/service_accounts`]: 'keys.write',
  [`GET ${project}/service_accounts/:service_account_id`]: 'keys.read',
  [`POST ${project}/service_accounts/:service_account_id`]: 'keys.write',
  [`DELETE ${project}/service_accounts/:service_account_id`]: 'keys.write',
  [`POST ${project}/service_accounts/:service_account_id/api_keys`]: 'keys.write',
  [`GET ${project}/api_keys`]: 'keys.read',
  [`POST ${project}/api_keys`]: 'keys.write',
  [`GET ${project}/api_keys/:key_id`]: 'keys.read',
  [`POST ${project}/api_keys/:key_id`]: 'keys.write',
  [`POST ${project}/api_keys/:key_id/rotate`]: 'keys.write',
  [`DELETE ${project}/api_keys/:key_id`]: 'keys.write',
  [`GET ${organization}/balances`]: 'budgets.read',
  [`GET ${organization}/budgets`]: 'budgets.read',
  [`POST ${organization}/budgets`]: 'budgets.write',
  [`GET ${organization}/budgets/:budget_id`]: 'budgets.read',
  [`POST ${organization}/budgets/:budget_id`]: 'budgets.write',
  [`DELETE ${organization}/budgets/:budget_id`]: 'budgets.write',
  [`POST ${organization}/credits/grants`]: 'credits.write',
  [`POST ${organization}/credits/deposits`]: 'credits.write',
  [`POST ${organization}/credits/adjustments`]: 'credits.write',
  [`POST ${organization}/credits/refunds`]: 'credits.write',
  [`GET ${organization}/accounts/:account_id/transfers`]: 'credits.read',
  [`POST ${organization}/routing_policies/dry_run`]: 'routing.read',
  [`GET ${organization}/routing_policies`]: 'routing.read',
  [`POST ${organization}/routing_policies`]: 'routing.write',
  [`GET ${organization}/routing_policies/:policy_id`]: 'routing.read',
  [`DELETE ${organization}/routing_policies/:policy_id`]: 'routing.write',
  [`POST ${organization}/routing_policies/:policy_id/activate`]: 'routing.write',
  [`GET ${organization}/routing_policies/:policy_id/versions`]: 'routing.read',
  [`POST ${organization}/routing_policies/:policy_id/versions`]: 'routing.write',
  [`POST ${project}/routing_policies/dry_run`]: 'routing.read',
  [`GET ${project}/routing_policies`]: 'routing.read',
  [`POST ${project}/routing_policies`]: 'routing.write',
  [`GET ${project}/routing_policies/:policy_id`]: 'routing.read',
  [`DELETE ${project}/routing_policies/:policy_id`]: 'routing.write',
  [`POST ${project}/routing_policies/:policy_id/activate`]: 'routing.write',
  [`GET ${project}/routing_policies/:policy_id/versions`]: 'routing.read',
  [`POST ${project}/routing_policies/:policy_id/versions`]: 'routing.write',
  [`GET ${organization}/usage/completions`]: 'usage.read',
  [`GET ${organization}/usage/embeddings`]: 'usage.read',
  [`GET ${organization}/usage/moderations`]: 'usage.read',
  [`GET ${organization}/usage/images`]: 'usage.read',
  [`GET ${organization}/usage/audio_speeches`]: 'usage.read',
  [`GET ${organization}/usage/audio_transcriptions`]: 'usage.read',
  [`GET ${organization}/usage/web_search_calls`]: 'usage.read',
  [`GET ${organization}/costs`]: 'usage.read',
  [`GET ${organization}/usage/records`]: 'usage.read',
  [`GET ${project}/usage/records`]: 'usage.read',
  [`GET ${organization}/limits`]: 'limits.read',
  [`POST ${organization}/limits`]: 'limits.write',
  [`GET ${organization}/limits/:limit_id`]: 'limits.read',
  [`POST ${organization}/limits/:limit_id`]: 'limits.write',
  [`DELETE ${organization}/limits/:limit_id`]: 'limits.write',
  [`GET ${project}/rate_limits`]: 'limits.read',
  [`POST ${project}/rate_limits/:rate_limit_id`]: 'limits.write',
  [`GET ${organization}/audit_logs`]: 'audit.read',
  [`GET ${organization}/audit_logs/export`]: 'audit.read',
  [`GET ${organization}/credentials`]: 'credentials.read',
  [`POST ${organization}/credentials`]: 'credentials.write',
  [`GET ${organization}/credentials/:credential_id`]: 'credentials.read',
  [`POST ${organization}/credentials/:credential_id`]: 'credentials.write',
  [`DELETE ${organization}/credentials/:credential_id`]: 'credentials.write',
  [`POST ${organization}/credentials/:credential_id/verify`]: 'credentials.write',
  [`GET ${organization}/webhook_endpoints`]: 'webhooks.read',
  [`POST ${organization}/webhook_endpoints`]: 'webhooks.write',
  [`GET ${organization}/webhook_endpoints/:webhook_endpoint_id`]: 'webhooks.read',
  [`POST ${organization}/webhook_endpoints/:webhook_endpoint_id`]: 'webhooks.write',
  [`DELETE ${organization}/webhook_endpoints/:webhook_endpoint_id`]: 'webhooks.write',
  [`POST ${organization}/webhook_endpoints/:webhook_endpoint_id/rotate`]: 'webhooks.write',
  [`POST ${organization}/webhook_endpoints/:webhook_endpoint_id/test`]: 'webhooks.write',
  [`GET ${organization}/webhook_endpoints/:webhook_endpoint_id/deliveries`]: 'webhooks.read',
  [`GET ${organization}/webhook_endpoints/:webhook_endpoint_id/deliveries/:delivery_id`]: 'webhooks.read',
  [`POST ${organization}/webhook_endpoints/:webhook_endpoint_id/deliveries/:delivery_id/redeliver`]: 'webhooks.write',
  'GET /v1/operator/credentials': 'operator_credentials.read',
  'POST /v1/operator/credentials': 'operator_credentials.write',
  'GET /v1/operator/credentials/:credential_id': 'operator_credentials.read',
  'POST /v1/operator/credentials/:credential_id': 'operator_credentials.write',
  'DELETE /v1/operator/credentials/:credential_id': 'operator_credentials.write',
  'POST /v1/operator/credentials/:credential_id/verify': 'operator_credentials.write',
  'GET /v1/operator/health': 'vendor_health.read',
  'GET /v1/operator/prices': 'prices.read',
  'POST /v1/operator/prices': 'prices.write',
  'GET /v1/operator/catalogue/proposals': 'offers.read',
  'POST /v1/operator/catalogue/proposals/:proposal_id/accept': 'offers.write',
  'POST /v1/operator/catalogue/proposals/:proposal_id/reject': 'offers.write',
  'GET /v1/operator/catalogue/refreshes': 'offers.read',
  'GET /v1/operator/models': 'offers.read',
  'GET /v1/operator/models/history': 'offers.read',
  'POST /v1/operator/models/:model_id': 'offers.write',
  'GET /v1/operator/offers': 'offers.read',
  'POST /v1/operator/offers': 'offers.write',
  'GET /v1/operator/offers/history': 'offers.read',
  'GET /v1/operator/offers/:offer_id': 'offers.read',
  'POST /v1/operator/offers/:offer_id': 'offers.write',
  'DELETE /v1/operator/offers/:offer_id': 'offers.write',
  'POST /v1/operator/offers/:offer_id/restore': 'offers.write',
  'GET /v1/operator/offers/:offer_id/history': 'offers.read',
};

const roles: readonly Role[] = ['owner', 'admin', 'member', 'billing', 'viewer'];
const app = buildApp(createFakeWorld().deps);
afterAll(() => app.close());
await app.ready();

const routes = app.routeTable.routes
  .filter(({ url, kind }) => kind === 'management' || url.startsWith(organization))
  .map(({ method, url }) => ({ method: method as 'GET', url, route: `${method} ${url}` }));

interface Asked {
  readonly method: 'GET';
  readonly url: string;
  readonly key?: string;
  readonly projectId?: string;
}

/** Nothing that is asked here is valid: whoever is permitted is told of that, or that there is no such thing. */
async function ask({ method, url, key, projectId = 'proj_1' }: Asked): Promise<string> {
  const path = url.replace(':project_id', projectId).replace(/:\w+/g, 'nothing');
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  const payload = method === 'GET' ? {} : { payload: { nonsense: true } };
  const response = await app.inject({ method, url: path, headers, ...payload });
  // A table or lines are answers too.
  const isJson = String(response.headers['content-type']).startsWith('application/json');
  const { error } = isJson ? response.json<{ error?: { code: string; message: string } }>() : {};
  // A handler may refuse a role as well; only the route's own refusal names a permission.
  return error?.code === 'permission_denied' ? `denied ${error.message.split("'")[1]}` : (error?.code ?? 'answered');
}

/** For a role in the organisation and, in a route of that project, one in the project. */
function isAllowed(permission: Permission, role: Role, inProject?: Role): boolean {
  const grant = permissions[permission];
  return (
    grant.organization.includes(role) || (inProject !== undefined && (grant.project?.includes(inProject) ?? false))
  );
}

it('the table has every route of the management API, and no other', () => {
  expect(routes.map(({ route }) => route).toSorted()).toEqual(Object.keys(needed).toSorted());
});

it('each route is an endpoint that says what it needs', () => {
  const stated = managementEndpoints.map(({ method, path, permission }) => [
    `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
    permission,
  ]);
  expect(Object.fromEntries(stated)).toEqual(needed);
});

it('what is the whole installation’s is for those who run it, and for no owner elsewhere', async () => {
  for (const { method, url, route } of routes) {
    const isOperators = url.startsWith('/v1/operator/');
    const answered = await ask({ method, url, key: TENANT_KEY });
    expect([route, answered.startsWith('denied')]).toEqual([route, isOperators]);
  }
});

describe.each(routes)('$route', ({ method, url, route }) => {
  const permission = needed[route];
  const isOfProject = url.includes(':project_id');
  if (permission === undefined) throw new Error(`The table of permissions has no row for ${route}`);

  if (permission === 'none') {
    it('is open to whoever has no key, and tells them nothing of keys', async () => {
      for (const key of [undefined, INFERENCE_KEY, roleKey('viewer'), 'sk-sluice-unknown']) {
        expect(await ask({ method, url, ...(key !== undefined && { key }) })).toBe('invalid_request');
      }
    });
    return;
  }

  it('is closed without an admin key that is valid', async () => {
    expect(await ask({ method, url })).toBe('missing_api_key');
    expect(await ask({ method, url, key: 'sk-sluice-unknown' })).toBe('invalid_api_key');
    expect(await ask({ method, url, key: 'sk-sluice-revoked' })).toBe('revoked_api_key');
    expect(await ask({ method, url, key: INFERENCE_KEY })).toBe('admin_key_required');
  });

  it.each(roles)(`needs ${permission} of %s`, async (role) => {
    const denied = `denied ${permission}`;
    const answer = await ask({ method, url, key: roleKey(role) });
    expect(answer === denied ? 'denied' : 'permitted').toBe(isAllowed(permission, role) ? 'permitted' : 'denied');
    expect(answer).toMatch(answer === denied ? denied : /^(answered|invalid_request|\w+_not_found)$/);
  });

  it.each(roles)('counts the role in a project in that project only: %s', async (inProject) => {
    for (const role of roles) {
      const key = roleKey(role, inProject);
      const here = (await ask({ method, url, key })) !== `denied ${permission}`;
      expect([role, here]).toEqual([role, isAllowed(permission, role, isOfProject ? inProject : undefined)]);
      const elsewhere = (await ask({ method, url, key, projectId: 'proj_2' })) !== `denied ${permission}`;
      expect([role, elsewhere]).toEqual([role, isAllowed(permission, role)]);
    }
  });
});
