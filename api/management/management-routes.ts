import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { AppDependencies } from '../dependencies.js';
import { describeIssue } from '../http/describe-issue.js';
import { adminOf, createAuthentication } from '../http/authenticate.js';
import { refused } from '../http/refused-error.js';
import { fromUsd } from '../usd.js';
import { apiKeySchema, projectSchema } from './management-schemas.js';
import { renderApiKey, renderBalance, renderList, renderProject } from './render-tenancy.js';

interface ProjectRoute {
  Params: { readonly projectId: string };
}
interface KeyRoute {
  Params: { readonly projectId: string; readonly keyId: string };
}

/** What an admin key may do with its own organisation, in the objects of OpenAI's administration API. */
export function registerManagementRoutes(app: FastifyInstance, { keys, management }: AppDependencies): void {
  const options = { config: { kind: 'management' }, onRequest: createAuthentication(keys, 'admin') } as const;
  const projects = '/v1/organization/projects';
  const apiKeys = `${projects}/:projectId/api_keys`;

  app.get(projects, options, async (request) => {
    const found = await management.listProjects(adminOf(request).organizationId);
    return renderList(found.map(renderProject));
  });
  app.post(projects, options, async (request) => {
    const { name, budget_usd: budget, answer_hold_ms: answerHoldMs } = read(projectSchema, request.body);
    const project = await management.createProject(adminOf(request).organizationId, {
      name,
      ...(budget != null && { budgetNanoUsd: fromUsd(budget) }),
      ...(answerHoldMs != null && { answerHoldMs }),
    });
    return renderProject(project);
  });
  app.get<ProjectRoute>(apiKeys, options, async (request) => {
    const found = await management.listKeys(adminOf(request).organizationId, request.params.projectId);
    if (!found) throw refused('project_not_found');
    return renderList(found.map(renderApiKey));
  });
  app.post<ProjectRoute>(apiKeys, options, async (request) => {
    const { name } = read(apiKeySchema, request.body);
    const key = await management.createKey(adminOf(request).organizationId, request.params.projectId, name);
    if (!key) throw refused('project_not_found');
    return renderApiKey(key);
  });
  app.delete<KeyRoute>(`${apiKeys}/:keyId`, options, async (request) => {
    const { projectId, keyId } = request.params;
    if (!(await management.revokeKey(adminOf(request).organizationId, projectId, keyId)))
      throw refused('key_not_found');
    return { object: 'organization.project.api_key.deleted', id: keyId, deleted: true };
  });
  app.get('/v1/organization/balances', options, async (request) => {
    const balances = await management.balances(adminOf(request).organizationId);
    return renderList(balances.map(renderBalance));
  });
}

function read<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (!issue) throw new Error('zod failed without an issue');
  const { message, param } = describeIssue(issue, body);
  throw refused('invalid_request', message, param === null ? {} : { param });
}
