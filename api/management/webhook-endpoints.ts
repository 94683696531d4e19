import { z } from 'zod';
import { endpoint } from './endpoint.js';
import { renderList } from './render-list.js';
import { deletedSchema, idSchema, listSchema, pageQuerySchema } from './schemas.js';
import {
  endpointSchema,
  eventTypesSchema,
  newSecretSchema,
  payloadSchema,
  renderEndpoint,
  renderNewSecret,
} from './webhook-endpoint-object.js';

const WEEK_S = 604_800;
const DAY_S = 86_400;

const all = { tag: 'Webhooks', path: '/v1/organization/webhook_endpoints' } as const;
const one = {
  ...all,
  path: `${all.path}/{webhook_endpoint_id}`,
  params: z.object({ webhook_endpoint_id: idSchema }),
} as const;

/** Longer than an address may be, so that whoever sends one is told by the address's own rules. */
const urlSchema = z.string().min(1).max(8_192);
const descriptionSchema = z
  .string()
  .trim()
  .max(500)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), { message: 'expected text without control characters' });

const newEndpointBody = z.strictObject({
  /** Absent for the one that stands for the `webhook_url` of requests. */
  url: urlSchema.nullish(),
  description: descriptionSchema.optional(),
  project_id: idSchema.nullish(),
  event_types: eventTypesSchema.nullish(),
  payload: payloadSchema.optional(),
  enabled: z.boolean().optional(),
});

const changeBody = z.strictObject({
  url: urlSchema.optional(),
  description: descriptionSchema.optional(),
  /** Null for all. */
  event_types: eventTypesSchema.nullable().optional(),
  payload: payloadSchema.optional(),
  enabled: z.boolean().optional(),
});

export const webhookEndpointEndpoints = [
  endpoint({
    ...all,
    ...{ method: 'GET', id: 'list-webhook-endpoints', summary: 'List the addresses that are told of events.' },
    permission: 'webhooks.read',
    query: pageQuerySchema.extend({ project_id: idSchema.optional() }),
    response: listSchema(endpointSchema),
    handle: async ({ webhooks }, { by, query: { project_id: projectId, ...page } }) =>
      renderList(await webhooks.list(by, { ...page, ...(projectId !== undefined && { projectId }) }), renderEndpoint),
  }),
  endpoint({
    ...all,
    ...{ method: 'POST', id: 'create-webhook-endpoint' },
    summary: 'Have an address told of events. The secret that signs them is shown only now.',
    permission: 'webhooks.write',
    body: newEndpointBody,
    response: newSecretSchema,
    errors: ['project_not_found', 'webhook_endpoint_exists'],
    handle: async ({ webhooks }, { by, body: { url, project_id: projectId, event_types: eventTypes, ...body } }) =>
      renderNewSecret(
        await webhooks.create(by, {
          ...toChange(body),
          ...(url != null && { url }),
          ...(projectId != null && { projectId }),
          ...(eventTypes && { eventTypes }),
        }),
      ),
  }),
  endpoint({
    ...one,
    ...{ method: 'GET', id: 'retrieve-webhook-endpoint', summary: 'One endpoint, without its secrets.' },
    permission: 'webhooks.read',
    response: endpointSchema,
    errors: ['webhook_endpoint_not_found'],
    handle: async ({ webhooks }, { by, params }) => renderEndpoint(await webhooks.get(by, params.webhook_endpoint_id)),
  }),
  endpoint({
    ...one,
    ...{ method: 'POST', id: 'modify-webhook-endpoint' },
    summary: 'Change its address, what it is told of, or its state.',
    permission: 'webhooks.write',
    body: changeBody,
    response: endpointSchema,
    errors: ['webhook_endpoint_not_found'],
    handle: async ({ webhooks }, { by, params, body: { url, event_types: eventTypes, ...body } }) =>
      renderEndpoint(
        await webhooks.modify(by, params.webhook_endpoint_id, {
          ...toChange(body),
          ...(url !== undefined && { url }),
          ...(eventTypes !== undefined && { eventTypes }),
        }),
      ),
  }),
  endpoint({
    ...one,
    ...{ method: 'DELETE', id: 'delete-webhook-endpoint' },
    summary: 'Tell it nothing any more, and destroy its secrets.',
    permission: 'webhooks.write',
    response: deletedSchema('webhook_endpoint.deleted'),
    errors: ['webhook_endpoint_not_found'],
    handle: async ({ webhooks }, { by, params: { webhook_endpoint_id: id } }) => {
      await webhooks.remove(by, id);
      return { object: 'webhook_endpoint.deleted' as const, id, deleted: true as const };
    },
  }),
  endpoint({
    ...one,
    path: `${one.path}/rotate`,
    ...{ method: 'POST', id: 'rotate-webhook-secret' },
    summary: 'Make another secret, shown only now; the one of before signs beside it for as long as the overlap.',
    permission: 'webhooks.write',
    body: z
      .strictObject({ overlap_seconds: z.int().min(0).max(WEEK_S).default(DAY_S) })
      .default({ overlap_seconds: DAY_S }),
    response: newSecretSchema,
    errors: ['webhook_endpoint_not_found'],
    handle: async ({ webhooks }, { by, params, body }) =>
      renderNewSecret(await webhooks.rotate(by, params.webhook_endpoint_id, body.overlap_seconds)),
  }),
];

interface GivenFields {
  readonly description?: string | undefined;
  readonly payload?: 'thin' | 'full' | undefined;
  readonly enabled?: boolean | undefined;
}

function toChange({ description, payload, enabled }: GivenFields) {
  return {
    ...(description !== undefined && { description }),
    ...(payload !== undefined && { payload }),
    ...(enabled !== undefined && { isEnabled: enabled }),
  };
}
