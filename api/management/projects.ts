import { z } from 'zod';
import type { Project } from '../../workflows/contracts/tenancy.js';
import { fromUsd } from '../usd.js';
import { balanceSchema, renderBalance } from './balances.js';
import { endpoint } from './endpoint.js';
import { toSeconds } from '../seconds.js';
import { renderList } from './render-list.js';
import {
  renderRestrictions,
  restrictionChangeFields,
  restrictionFields,
  toRestrictionsChange,
} from './restriction-schemas.js';
import { archivablePageQuerySchema, idSchema, listSchema, nameSchema, timestampSchema, usdSchema } from './schemas.js';

const DAY_MS = 86_400_000;

/** How long answers of keyed requests are held, in milliseconds; 0 holds none beyond the request's end. */
const answerHoldSchema = z.int().min(0).max(DAY_MS);

/** How long an answer is kept that its caller asks to have stored, in milliseconds; null where callers may store none. */
const storedRetentionSchema = z
  .int()
  .min(1)
  .max(30 * DAY_MS)
  .nullable();

/** How long an output or a file is kept, in milliseconds; null is as long as the installation says. */
const objectRetentionSchema = z
  .int()
  .min(60_000)
  .max(30 * DAY_MS)
  .nullable();

const projectSchema = z.object({
  id: idSchema,
  object: z.literal('organization.project'),
  name: nameSchema,
  created_at: timestampSchema,
  archived_at: timestampSchema.nullable(),
  status: z.enum(['active', 'archived']),
  team_id: idSchema.nullable(),
  answer_hold_ms: answerHoldSchema,
  stored_answer_retention_ms: storedRetentionSchema,
  output_retention_ms: objectRetentionSchema,
  file_retention_ms: objectRetentionSchema,
  ...restrictionFields,
  budget: balanceSchema.nullable(),
});

const changeFields = {
  team_id: idSchema.nullish(),
  answer_hold_ms: answerHoldSchema.nullish(),
  stored_answer_retention_ms: storedRetentionSchema.optional(),
  output_retention_ms: objectRetentionSchema.optional(),
  file_retention_ms: objectRetentionSchema.optional(),
  ...restrictionChangeFields,
};

const about = { tag: 'Projects', path: '/v1/organization/projects' } as const;
const aProject = {
  tag: about.tag,
  path: `${about.path}/{project_id}`,
  params: z.object({ project_id: idSchema }),
} as const;

export const projectEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-projects', summary: 'List the projects of the organisation.' },
    permission: 'projects.read',
    query: archivablePageQuerySchema,
    response: listSchema(projectSchema),
    handle: async ({ projects }, { by, query: { include_archived: includeArchived, ...page } }) =>
      renderList(await projects.list(by.organizationId, { ...page, includeArchived }), renderProject),
  }),
  endpoint({
    ...about,
    ...{ method: 'POST', id: 'create-project', summary: 'Create a project, with a budget of its own if one is given.' },
    permission: 'projects.create',
    body: z.strictObject({ name: nameSchema, budget_usd: usdSchema.nullish(), ...changeFields }),
    response: projectSchema,
    handle: async ({ projects }, { by, body }) => {
      const { name, budget_usd: budget } = body;
      const budgeted = budget != null && { budgetNanoUsd: fromUsd(budget) };
      return renderProject(await projects.create(by, { name, ...toChange(body), ...budgeted }));
    },
  }),
  endpoint({
    ...aProject,
    ...{ method: 'GET', id: 'retrieve-project', summary: 'One project, archived or not.' },
    permission: 'projects.read',
    response: projectSchema,
    errors: ['project_not_found'],
    handle: async ({ projects }, { by, params }) =>
      renderProject(await projects.get(by.organizationId, params.project_id)),
  }),
  endpoint({
    ...aProject,
    ...{ method: 'POST', id: 'modify-project', summary: 'Rename a project, move it to a team, or restrict it.' },
    permission: 'projects.write',
    body: z.strictObject({ name: nameSchema.nullish(), ...changeFields }),
    response: projectSchema,
    errors: ['project_not_found', 'archived'],
    handle: async ({ projects }, { by, params, body }) =>
      renderProject(
        await projects.modify(by, params.project_id, {
          ...(body.name != null && { name: body.name }),
          ...toChange(body),
        }),
      ),
  }),
  endpoint({
    ...aProject,
    path: `${aProject.path}/archive`,
    ...{ method: 'POST', id: 'archive-project', summary: 'Archive a project; its keys stop within a second.' },
    permission: 'projects.write',
    response: projectSchema,
    errors: ['project_not_found'],
    handle: async ({ projects }, { by, params }) => renderProject(await projects.archive(by, params.project_id)),
  }),
];

type AskedChange = z.output<z.ZodObject<typeof changeFields>>;

function toChange(asked: AskedChange) {
  const { team_id: teamId, answer_hold_ms: answerHoldMs, stored_answer_retention_ms: storedMs } = asked;
  const { output_retention_ms: outputRetentionMs, file_retention_ms: fileRetentionMs } = asked;
  return {
    ...(teamId !== undefined && { teamId }),
    ...(answerHoldMs != null && { answerHoldMs }),
    ...(storedMs !== undefined && { storedAnswerRetentionMs: storedMs }),
    ...(outputRetentionMs !== undefined && { outputRetentionMs }),
    ...(fileRetentionMs !== undefined && { fileRetentionMs }),
    restrictions: toRestrictionsChange(asked),
  };
}

function renderProject(project: Project) {
  const { id, name, createdAt, archivedAt, teamId, answerHoldMs, restrictions, budget } = project;
  return {
    id,
    object: 'organization.project' as const,
    name,
    created_at: toSeconds(createdAt),
    archived_at: archivedAt === undefined ? null : toSeconds(archivedAt),
    status: archivedAt === undefined ? ('active' as const) : ('archived' as const),
    team_id: teamId ?? null,
    answer_hold_ms: answerHoldMs,
    stored_answer_retention_ms: project.storedAnswerRetentionMs ?? null,
    output_retention_ms: project.outputRetentionMs ?? null,
    file_retention_ms: project.fileRetentionMs ?? null,
    ...renderRestrictions(restrictions),
    budget: budget ? renderBalance(budget) : null,
  };
}
