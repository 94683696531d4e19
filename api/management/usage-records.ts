import { z } from 'zod';
import type { Tags, UsageRecordQuery } from '../../workflows/contracts/usage-reports.js';
import { refused } from '../http/refused-error.js';
import { endpoint } from './endpoint.js';
import { renderList } from './render-list.js';
import { idSchema, listSchema, pageQuerySchema } from './schemas.js';
import { filterFields, secondsSchema, toFilter } from './usage-query.js';
import { usageRecordTable } from './usage-record-table.js';
import { renderUsageRecord, usageRecordSchema } from './usage-record.js';

const USUAL_LIMIT = 20;
const MAX_TAGS = 16;

const recordQuerySchema = pageQuerySchema.extend({
  ...filterFields,
  /** The newest first where it is not said. */
  order: z.enum(['asc', 'desc']).default('desc'),
  /** 20 where it is not said; a table has all of them then. */
  limit: z.coerce.number().int().min(1).max(100).optional(),
  start_time: secondsSchema.optional(),
  end_time: secondsSchema.optional(),
  outcomes: z
    .array(z.enum(['answered', 'partial', 'failed', 'refused']))
    .max(4)
    .optional(),
  /** `NAME=VALUE`; each must hold. */
  tags: z
    .array(z.string().regex(/^[^=]{1,64}=.{0,512}$/su))
    .max(MAX_TAGS)
    .optional(),
});
const projectRecordQuerySchema = recordQuerySchema.omit({ project_ids: true });

type RecordQuery = z.output<typeof recordQuerySchema>;

const about = {
  method: 'GET',
  tag: 'Usage',
  permission: 'usage.read',
  response: listSchema(usageRecordSchema),
} as const;
const organizationWide = { ...about, path: '/v1/organization/usage/records', query: recordQuerySchema } as const;
const inProject = {
  ...about,
  path: '/v1/organization/projects/{project_id}/usage/records',
  params: z.object({ project_id: idSchema }),
  query: projectRecordQuerySchema,
} as const;

/** What single requests used and cost, by the time at which they ended. */
export const usageRecordEndpoints = [
  endpoint({
    ...organizationWide,
    ...{ id: 'list-usage-records', summary: 'List what each request used and cost; as a table with Accept: text/csv.' },
    handle: async ({ usage }, { by, query }) =>
      renderList(await usage.records(by.organizationId, toQuery(query)), renderUsageRecord),
    csv: ({ usage }, { by, query }) => usageRecordTable(usage, by.organizationId, toQuery(query), query.limit),
  }),
  endpoint({
    ...inProject,
    ...{
      id: 'list-project-usage-records',
      summary: 'List what each request of a project used and cost; also as a table.',
    },
    errors: ['project_not_found'],
    handle: async ({ usage }, { by, params, query }) => {
      await usage.checkProject(by.organizationId, params.project_id);
      return renderList(await usage.records(by.organizationId, toProjectQuery(query, params)), renderUsageRecord);
    },
    csv: async ({ usage }, { by, params, query }) => {
      await usage.checkProject(by.organizationId, params.project_id);
      return usageRecordTable(usage, by.organizationId, toProjectQuery(query, params), query.limit);
    },
  }),
];

function toProjectQuery(query: Omit<RecordQuery, 'project_ids'>, params: { readonly project_id: string }) {
  return toQuery({ ...query, project_ids: [params.project_id] });
}

function toQuery(query: RecordQuery): UsageRecordQuery {
  const { after, before, order, limit = USUAL_LIMIT, start_time: from, end_time: until, outcomes, tags } = query;
  if (from !== undefined && until !== undefined && until <= from) {
    throw refused('invalid_request', "Invalid 'end_time': it must be after 'start_time'.", { param: 'end_time' });
  }
  return {
    ...{ order, limit, ...toFilter(query) },
    ...(after !== undefined && { after }),
    ...(before !== undefined && { before }),
    ...(from !== undefined && { from: new Date(from * 1_000) }),
    ...(until !== undefined && { until: new Date(until * 1_000) }),
    ...(outcomes && { outcomes }),
    ...(tags && { tags: toTags(tags) }),
  };
}

function toTags(tags: readonly string[]): Tags {
  return Object.fromEntries(
    tags.map((tag) => {
      const end = tag.indexOf('=');
      return [tag.slice(0, end), tag.slice(end + 1)] as const;
    }),
  );
}
