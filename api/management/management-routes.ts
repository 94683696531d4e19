import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from '../dependencies.js';
import { adminKeyEndpoints } from './admin-keys.js';
import { auditLogEndpoints } from './audit-logs.js';
import { balanceEndpoints } from './balances.js';
import { budgetEndpoints } from './budgets.js';
import { credentialEndpoints } from './credentials.js';
import { creditEndpoints } from './credits.js';
import type { Endpoint } from './endpoint.js';
import { modelDescriptionEndpoints } from './model-descriptions.js';
import { modelPermissionEndpoints } from './model-permissions.js';
import { inviteEndpoints } from './invites.js';
import { organizationEndpoints } from './organization.js';
import { limitEndpoints } from './limits.js';
import { projectKeyEndpoints } from './project-keys.js';
import { projectUserEndpoints } from './project-users.js';
import { projectEndpoints } from './projects.js';
import { projectRateLimitEndpoints } from './project-rate-limits.js';
import { offerEndpoints } from './offers.js';
import { proposalEndpoints } from './proposals.js';
import { priceEndpoints } from './prices.js';
import { registerEndpoints } from './register-endpoints.js';
import { routingDryRunEndpoints } from './routing-dry-run.js';
import { routingPolicyEndpoints } from './routing-policies.js';
import { serviceAccountEndpoints } from './service-accounts.js';
import { spendLimitEndpoints } from './spend-limits.js';
import { teamEndpoints } from './teams.js';
import { costEndpoints } from './costs.js';
import { usageRecordEndpoints } from './usage-records.js';
import { usageEndpoints } from './usage.js';
import { vendorHealthEndpoints } from './vendor-health.js';
import { webhookDeliveryEndpoints } from './webhook-deliveries.js';
import { webhookEndpointEndpoints } from './webhook-endpoints.js';
import { userEndpoints } from './users.js';

/** Every operation of the management API, in the order of its documentation. */
export const managementEndpoints: readonly Endpoint[] = [
  ...organizationEndpoints,
  ...userEndpoints,
  ...inviteEndpoints,
  ...adminKeyEndpoints,
  ...teamEndpoints,
  ...projectEndpoints,
  ...modelPermissionEndpoints,
  ...projectUserEndpoints,
  ...serviceAccountEndpoints,
  ...projectKeyEndpoints,
  ...balanceEndpoints,
  ...budgetEndpoints,
  ...spendLimitEndpoints,
  ...creditEndpoints,
  ...usageEndpoints,
  ...costEndpoints,
  ...usageRecordEndpoints,
  ...limitEndpoints,
  ...projectRateLimitEndpoints,
  ...routingDryRunEndpoints,
  ...routingPolicyEndpoints,
  ...auditLogEndpoints,
  ...priceEndpoints,
  ...credentialEndpoints,
  ...webhookEndpointEndpoints,
  ...webhookDeliveryEndpoints,
  ...offerEndpoints,
  ...proposalEndpoints,
  ...modelDescriptionEndpoints,
  ...vendorHealthEndpoints,
];

/** What an admin key may do with its own organisation, in the objects of OpenAI's administration API. */
export function registerManagementRoutes(app: FastifyInstance, deps: AppDependencies): void {
  registerEndpoints(app, deps, managementEndpoints);
}
