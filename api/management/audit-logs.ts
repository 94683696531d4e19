import { z } from 'zod';
import type { AuditLog, AuditQuery } from '../../workflows/contracts/audit.js';
import { auditChainLineSchema, auditLogSchema } from './audit-log-schemas.js';
import { endpoint, linesEndpoint } from './endpoint.js';
import { renderAuditLog, renderChainEntry, renderChainHead } from './render-audit-log.js';
import { renderList } from './render-list.js';
import { idSchema, listSchema, pageQuerySchema } from './schemas.js';

const MAX_LISTED = 100;
/** To the end of the year 9999, beyond which Postgres and JavaScript write years differently. */
const secondsSchema = z.coerce.number().int().min(0).max(253_402_300_799);
const idsSchema = z.array(idSchema).min(1).max(MAX_LISTED).optional();

const auditQuerySchema = pageQuerySchema.omit({ order: true }).extend({
  effective_at: z
    .strictObject({
      gt: secondsSchema.optional(),
      gte: secondsSchema.optional(),
      lt: secondsSchema.optional(),
      lte: secondsSchema.optional(),
    })
    .optional(),
  event_types: idsSchema,
  project_ids: idsSchema,
  actor_ids: idsSchema,
  actor_emails: z.array(z.string().min(1).max(320)).min(1).max(MAX_LISTED).optional(),
  resource_ids: idsSchema,
});

const about = { tag: 'Audit logs', path: '/v1/organization/audit_logs', permission: 'audit.read' } as const;

export const auditLogEndpoints = [
  endpoint({
    ...about,
    ...{ method: 'GET', id: 'list-audit-logs', summary: 'List what was changed by whom, the newest first.' },
    query: auditQuerySchema,
    response: listSchema(auditLogSchema),
    handle: async ({ audit }, { by, query }) =>
      renderList(await audit.list(by.organizationId, toQuery(query)), renderAuditLog),
  }),
  linesEndpoint({
    ...about,
    path: `${about.path}/export`,
    ...{ method: 'GET', id: 'export-audit-logs' },
    summary:
      'Export the whole audit log in the order of its chain, so that it can be verified; the last line is its head.',
    response: auditChainLineSchema,
    handle: async ({ audit }, { by }) => exportChain(audit, by.organizationId),
  }),
];

function toQuery(query: z.output<typeof auditQuerySchema>): AuditQuery {
  const { effective_at: { gt, gte, lt, lte } = {} } = query;
  // `effective_at` is in whole seconds: what is later than a second is what begins with the next one.
  const from = latest(gte, gt === undefined ? undefined : gt + 1);
  const until = earliest(lt, lte === undefined ? undefined : lte + 1);
  return {
    ...{ limit: query.limit, order: 'desc' },
    ...(query.after !== undefined && { after: query.after }),
    ...(query.before !== undefined && { before: query.before }),
    ...(query.event_types && { types: query.event_types }),
    ...(query.project_ids && { projectIds: query.project_ids }),
    ...(query.actor_ids && { actorIds: query.actor_ids }),
    ...(query.actor_emails && { actorEmails: query.actor_emails }),
    ...(query.resource_ids && { objectIds: query.resource_ids }),
    ...(from !== undefined && { from: new Date(from * 1000) }),
    ...(until !== undefined && { until: new Date(until * 1000) }),
  };
}

const latest = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
const earliest = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);

/** The head is read first: the export ends there, whatever is appended while it runs. */
async function exportChain(audit: AuditLog, organizationId: string) {
  const head = await audit.head(organizationId);
  return (async function* () {
    for await (const entries of audit.chain(organizationId, head.sequence)) yield* entries.map(renderChainEntry);
    yield renderChainHead(head);
  })();
}
