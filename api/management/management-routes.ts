import type { FastifyInstance } from 'fastify';
import type { AppDependencies } from '../dependencies.js';
import { auditLogEndpoints } from './audit-logs.js';
import { balanceEndpoints } from './balances.js';
import type { Endpoint } from './endpoint.js';
import { projectKeyEndpoints } from './project-keys.js';
import { projectEndpoints } from './projects.js';
import { registerEndpoints } from './register-endpoints.js';

/** Every operation of the management API, in the order of its documentation. */
export const managementEndpoints: readonly Endpoint[] = [
  ...projectEndpoints,
  ...projectKeyEndpoints,
  ...balanceEndpoints,
  ...auditLogEndpoints,
];

/** What an admin key may do with its own organisation, in the objects of OpenAI's administration API. */
export function registerManagementRoutes(app: FastifyInstance, deps: AppDependencies): void {
  registerEndpoints(app, deps, managementEndpoints);
}
