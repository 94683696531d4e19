import { z } from 'zod';
import type { ProjectSummary } from '../../workflows/contracts/ports.js';
import { fromUsd } from '../usd.js';
import { balanceSchema, renderBalance } from './balances.js';
import { endpoint } from './endpoint.js';
import { renderList, toSeconds } from './render-list.js';
import { idSchema, listSchema, nameSchema, timestampSchema, usdSchema } from './schemas.js';

const DAY_MS = 86_400_000;

export const projectSchema = z
  .object({
    id: idSchema,
    object: z.literal('organization.project'),
    name: nameSchema,
    created_at: timestampSchema,
    status: z.enum(['active', 'archived']),
    budget: balanceSchema.nullable(),
  })
  .meta({ id: 'Project' });

const newProjectSchema = z.strictObject({
  name: nameSchema,
  budget_usd: usdSchema.nullish(),
  /** How long answers of keyed requests are held; 0 holds none beyond the request's end. */
  answer_hold_ms: z.int().min(0).max(DAY_MS).nullish(),
});

const about = { tag: 'Projects', path: '/v1/organization/projects' } as const;

export const projectEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-projects', summary: 'List the projects of the organisation.' },
    permission: 'projects.read',
    response: listSchema(projectSchema),
    handle: async ({ management }, { by }) =>
      renderList({ data: await management.listProjects(by.organizationId), hasMore: false }, renderProject),
  }),
  endpoint({
    ...about,
    ...{ method: 'POST', id: 'create-project', summary: 'Create a project, with a budget of its own if one is given.' },
    permission: 'projects.create',
    body: newProjectSchema,
    response: projectSchema,
    handle: async ({ management }, { by, body }) => {
      const { name, budget_usd: budget, answer_hold_ms: answerHoldMs } = body;
      const project = await management.createProject(by.organizationId, {
        name,
        ...(budget != null && { budgetNanoUsd: fromUsd(budget) }),
        ...(answerHoldMs != null && { answerHoldMs }),
      });
      return renderProject(project);
    },
  }),
];

function renderProject({ id, name, createdAt, budget }: ProjectSummary) {
  return {
    id,
    object: 'organization.project' as const,
    name,
    created_at: toSeconds(createdAt),
    status: 'active' as const,
    budget: budget ? renderBalance(budget) : null,
  };
}
