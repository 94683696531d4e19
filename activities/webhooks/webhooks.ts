import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type {
  NewWebhookEndpoint,
  NewWebhookSecret,
  WebhookEndpoint,
  WebhookEndpointChange,
  Webhooks,
  WebhookUrls,
} from '../../workflows/contracts/webhooks.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import type { MasterKeys } from '../storage/envelope.js';
import { newId } from '../storage/new-id.js';
import { readPage } from '../storage/page.js';
import { requireProject } from '../storage/require-project.js';
import { createDeliveries } from './deliveries.js';
import { describeEndpoint, endpointRows, type EndpointRow, findEndpoint, toEndpoint } from './endpoint-rows.js';
import { insertSecret, replaceSecret } from './secrets.js';

/** Each event is looked at for each endpoint, so that their number is one. */
const MAX_ENDPOINTS = 50;

export interface WebhookDependencies {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
  readonly masterKeys: MasterKeys;
  readonly urls: WebhookUrls;
}

/** The webhook endpoints of organisations, and what was sent to them. */
export function createWebhooks(deps: WebhookDependencies): Webhooks {
  const { database } = deps;
  return {
    check: deps.urls.check,
    list: ({ organizationId }, { projectId, ...query }) => {
      const cursors = { text: endpointRows, values: [organizationId] };
      const rows = {
        text: `${endpointRows} AND e.deleted_at IS NULL AND ($2::text IS NULL OR e.project_id = $2)`,
        values: [organizationId, projectId ?? null],
      };
      return readPage<EndpointRow & Record<string, unknown>, WebhookEndpoint>(
        database,
        { rows, cursors, toItem: toEndpoint },
        query,
      );
    },
    get: async ({ organizationId }, id) => toEndpoint(await findEndpoint(database, organizationId, id)),
    create: (by, given) => database.transaction((transaction) => create(deps, transaction, by, given)),
    modify: (by, id, change) => database.transaction((transaction) => modify(deps, transaction, by, id, change)),
    remove: (by, id) => database.transaction((transaction) => remove(deps, transaction, by, id)),
    rotate: (by, id, overlapSeconds) =>
      database.transaction((transaction) => rotate(deps, transaction, by, id, overlapSeconds)),
    ...createDeliveries(deps),
  };
}

async function create(
  { audit, masterKeys, urls }: WebhookDependencies,
  transaction: Queryable,
  by: ActingRequest,
  { url, description = '', projectId, eventTypes, payload = 'thin', isEnabled = true }: NewWebhookEndpoint,
): Promise<NewWebhookSecret> {
  const { organizationId } = by;
  const checked = url === undefined ? null : urls.check(url, 'url');
  if (url === undefined) refuseForRequests({ projectId, eventTypes });
  if (projectId !== undefined) await requireProject(transaction, organizationId, projectId, 'project_id');
  await requireRoom(transaction, organizationId);
  const id = newId('we');
  const inserted = await transaction.query({
    text: `INSERT INTO webhooks.endpoints
             (id, organization_id, project_id, url, description, event_types, payload, disabled_at, disabled_reason)
           VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $8 THEN NULL ELSE now() END, CASE WHEN $8 THEN NULL ELSE 'manual' END)
           ON CONFLICT (organization_id) WHERE url IS NULL AND deleted_at IS NULL DO NOTHING RETURNING 1`,
    values: [
      ...[id, organizationId, projectId ?? null, checked, description],
      ...[eventTypes ?? null, payload, isEnabled],
    ],
  });
  if (inserted.length === 0) throw refuse('webhook_endpoint_exists');
  const secret = await insertSecret(transaction, masterKeys, { endpointId: id, organizationId });
  const endpoint = toEndpoint(await findEndpoint(transaction, organizationId, id));
  await transaction.query(audit.entry(by, { ...entryOf('created', endpoint), after: describeEndpoint(endpoint) }));
  return { ...endpoint, secret };
}

/** What requests name is told of what they ask for, in whichever project they are. */
function refuseForRequests(given: Pick<NewWebhookEndpoint, 'projectId' | 'eventTypes'>): void {
  const param = given.projectId !== undefined ? 'project_id' : given.eventTypes ? 'event_types' : undefined;
  if (param === undefined) return;
  const message = `'${param}' goes with a 'url'. Without one, the endpoint stands for the 'webhook_url' of all requests.`;
  throw refuse('invalid_request', message, { param });
}

async function requireRoom(transaction: Queryable, organizationId: string): Promise<void> {
  const [row] = await transaction.query<{ count: bigint }>({
    text: 'SELECT count(*) AS count FROM webhooks.endpoints WHERE organization_id = $1 AND deleted_at IS NULL',
    values: [organizationId],
  });
  if ((row?.count ?? 0n) < BigInt(MAX_ENDPOINTS)) return;
  throw refuse('invalid_request', `An organisation has at most ${MAX_ENDPOINTS} webhook endpoints. Delete one first.`);
}

async function modify(
  { audit, urls }: WebhookDependencies,
  transaction: Queryable,
  by: ActingRequest,
  id: string,
  change: WebhookEndpointChange,
): Promise<WebhookEndpoint> {
  const row = await findEndpoint(transaction, by.organizationId, id, 'FOR UPDATE OF e');
  const before = toEndpoint(row);
  if (before.url === undefined) refuseForRequestsOnly(change);
  const url = change.url === undefined ? row.url : urls.check(change.url, 'url');
  await transaction.query({
    text: `UPDATE webhooks.endpoints
           SET url = $2, description = $3, event_types = $4, payload = $5, updated_at = now(),
               disabled_at = CASE WHEN $6 THEN NULL ELSE coalesce(disabled_at, now()) END,
               disabled_reason = CASE WHEN $6 THEN NULL ELSE coalesce(disabled_reason, 'manual') END
           WHERE id = $1`,
    values: [
      ...[id, url, change.description ?? row.description],
      change.eventTypes === undefined ? row.event_types : change.eventTypes,
      ...[change.payload ?? row.payload, change.isEnabled ?? row.disabled_at === null],
    ],
  });
  const after = toEndpoint(await findEndpoint(transaction, by.organizationId, id));
  const shown = { before: describeEndpoint(before), after: describeEndpoint(after) };
  await transaction.query(audit.entry(by, { ...entryOf('updated', after), ...shown }));
  return after;
}

function refuseForRequestsOnly({ url, eventTypes }: WebhookEndpointChange): void {
  const param = url !== undefined ? 'url' : eventTypes != null ? 'event_types' : undefined;
  if (param === undefined) return;
  const message = `'${param}' cannot be set here: this endpoint stands for the 'webhook_url' of all requests. Create another one.`;
  throw refuse('invalid_request', message, { param });
}

async function remove(
  { audit }: WebhookDependencies,
  transaction: Queryable,
  by: ActingRequest,
  id: string,
): Promise<void> {
  const endpoint = toEndpoint(await findEndpoint(transaction, by.organizationId, id, 'FOR UPDATE OF e'));
  await transaction.query({
    text: 'UPDATE webhooks.endpoints SET deleted_at = now(), updated_at = now() WHERE id = $1',
    values: [id],
  });
  await transaction.query({ text: 'DELETE FROM webhooks.secrets WHERE endpoint_id = $1', values: [id] });
  // Their flows find out at their next attempt, which may be hours away; whoever looks at them should know now.
  await transaction.query({
    text: `UPDATE webhooks.deliveries
           SET state = 'canceled', reason = 'endpoint_deleted', ended_at = now(), next_attempt_at = NULL
           WHERE endpoint_id = $1 AND state = 'pending'`,
    values: [id],
  });
  await transaction.query(audit.entry(by, { ...entryOf('deleted', endpoint), before: describeEndpoint(endpoint) }));
}

async function rotate(
  { audit, masterKeys }: WebhookDependencies,
  transaction: Queryable,
  by: ActingRequest,
  id: string,
  overlapSeconds: number,
): Promise<NewWebhookSecret> {
  const { organizationId } = by;
  await findEndpoint(transaction, organizationId, id, 'FOR UPDATE OF e');
  const secret = await replaceSecret(transaction, masterKeys, { endpointId: id, organizationId }, overlapSeconds);
  const endpoint = toEndpoint(await findEndpoint(transaction, organizationId, id));
  const after = { overlap_seconds: overlapSeconds };
  await transaction.query(audit.entry(by, { ...entryOf('rotated', endpoint), after }));
  return { ...endpoint, secret };
}

function entryOf(verb: string, { id, projectId }: WebhookEndpoint) {
  return { type: `webhook_endpoint.${verb}`, objectId: id, ...(projectId !== undefined && { projectId }) };
}
