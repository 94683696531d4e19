import { z } from 'zod';
import type { JobRule } from '../../workflows/contracts/jobs.js';
import { endpoint } from './endpoint.js';
import { renderList } from './render-list.js';
import { listSchema, pageQuerySchema } from './schemas.js';

const scopeSchema = z.string().regex(/^(?:organization|project|vendor):[A-Za-z0-9_.:-]{1,100}$/);
const ruleSchema = z.object({
  id: scopeSchema,
  object: z.literal('job_rule'),
  scope: scopeSchema,
  /** Jobs at vendors at once, of an organisation or at a vendor; null for what the settings say. */
  max_running: z.int().min(1).nullable(),
  /** The best priority that may be asked for, in an organisation or a project; null for 3. */
  best_priority: z.int().min(1).max(5).nullable(),
});

const about = { tag: 'Jobs', path: '/v1/operator/job_rules' } as const;

export const jobRuleEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-job-rules', summary: 'List what the operator says of jobs, oldest first.' },
    permission: 'job_rules.read',
    query: pageQuerySchema,
    response: listSchema(ruleSchema),
    handle: async ({ jobRules }, { query }) => renderList(await jobRules.list(query), renderRule),
  }),
  endpoint({
    ...about,
    ...{ method: 'POST', id: 'set-job-rule' },
    summary:
      'Limit the jobs of an organisation or at a vendor, or allow better priorities; a rule without either is removed.',
    permission: 'job_rules.write',
    body: z.strictObject({
      scope: scopeSchema,
      max_running: z.int().min(1).max(100_000).nullish(),
      best_priority: z.int().min(1).max(5).nullish(),
    }),
    response: ruleSchema,
    errors: ['scope_not_found'],
    handle: async ({ jobRules }, { by, body: { scope, max_running: maxRunning, best_priority: bestPriority } }) =>
      renderRule(
        await jobRules.set(by, {
          scope,
          ...(maxRunning != null && { maxRunning }),
          ...(bestPriority != null && { bestPriority }),
        }),
      ),
  }),
];

function renderRule({ scope, maxRunning, bestPriority }: JobRule) {
  return {
    ...{ id: scope, object: 'job_rule' as const, scope },
    max_running: maxRunning ?? null,
    best_priority: bestPriority ?? null,
  };
}
