import { z } from 'zod';
import type { NewWebhookSecret, WebhookEndpoint } from '../../workflows/contracts/webhooks.js';
import { EVENT_PATTERNS, isEventPattern } from '../../workflows/domain/webhooks/event-types.js';
import { toSeconds } from '../seconds.js';
import { idSchema, timestampSchema } from './schemas.js';

export const payloadSchema = z.enum(['thin', 'full']);

/** Types, or families of them; the refusal lists them, because nobody knows them by heart. */
export const eventTypesSchema = z
  .array(
    z
      .string()
      .max(100)
      .refine(isEventPattern, { message: `expected one of ${EVENT_PATTERNS.join(', ')}` }),
  )
  .min(1)
  .max(100)
  .transform((types) => [...new Set(types)]);

export const endpointSchema = z.object({
  id: idSchema,
  object: z.literal('webhook_endpoint'),
  /** Null for the one that stands for the `webhook_url` of requests. */
  url: z.string().nullable(),
  description: z.string(),
  /** Null for the events of all projects, and for those that are of none. */
  project_id: idSchema.nullable(),
  /** Null for all. */
  event_types: z.array(z.string()).nullable(),
  payload: payloadSchema,
  enabled: z.boolean(),
  /** `gone`: its server answered 410. */
  disabled_reason: z.enum(['manual', 'gone']).nullable(),
  disabled_at: timestampSchema.nullable(),
  /** Those that sign now, the current one first; after a rotation the one of before as well, until it expires. */
  secrets: z.array(z.object({ id: idSchema, created_at: timestampSchema, expires_at: timestampSchema.nullable() })),
  created_at: timestampSchema,
  updated_at: timestampSchema,
});

/** With the secret itself: shown once, in the answer to its making. */
export const newSecretSchema = endpointSchema.extend({ secret: z.string() });

export function renderEndpoint(endpoint: WebhookEndpoint) {
  const { id, url, description, projectId, eventTypes, payload, disabled, secrets } = endpoint;
  return {
    ...{ id, object: 'webhook_endpoint' as const, url: url ?? null, description, project_id: projectId ?? null },
    event_types: eventTypes ? [...eventTypes] : null,
    ...{ payload, enabled: disabled === undefined },
    disabled_reason: disabled?.reason ?? null,
    disabled_at: disabled ? toSeconds(disabled.at) : null,
    secrets: secrets.map(({ id: secretId, createdAt, expiresAt }) => ({
      ...{ id: secretId, created_at: toSeconds(createdAt) },
      expires_at: expiresAt === undefined ? null : toSeconds(expiresAt),
    })),
    ...{ created_at: toSeconds(endpoint.createdAt), updated_at: toSeconds(endpoint.updatedAt) },
  };
}

export function renderNewSecret(endpoint: NewWebhookSecret) {
  return { ...renderEndpoint(endpoint), secret: endpoint.secret };
}
