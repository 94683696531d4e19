import { z } from 'zod';
import type { UsageRecord } from '../../workflows/contracts/usage-reports.js';
import { toUsd } from '../usd.js';
import { toSeconds } from '../seconds.js';
import { timestampSchema, usdSchema } from './schemas.js';

export const usageRecordSchema = z.object({
  object: z.literal('organization.usage.record'),
  /** The request's id. */
  id: z.string(),
  ended_at: timestampSchema,
  project_id: z.string(),
  /** The project's team and those above it, nearest first, as they were when the request was made. */
  team_ids: z.array(z.string()),
  user_id: z.string().nullable(),
  service_account_id: z.string().nullable(),
  api_key_id: z.string(),
  mode: z.enum(['live', 'test']),
  kind: z.string(),
  stream: z.boolean(),
  batch: z.boolean(),
  /** As the caller named them. */
  models: z.array(z.string()),
  /** The one that answered, or that failed last. */
  model: z.string().nullable(),
  vendor: z.string().nullable(),
  vendor_model: z.string().nullable(),
  attempts: z.int(),
  outcome: z.enum(['answered', 'partial', 'failed', 'refused']),
  /** The class of the failure (docs/errors.md) that ended it. */
  failure: z.string().nullable(),
  /** The code of the refusal. */
  refusal: z.string().nullable(),
  /** What the charged attempt used. What the vendor did not report is not there. */
  units: z.record(z.string(), z.number()),
  usage_source: z.enum(['reported', 'counted', 'none']),
  /** Milliseconds from acceptance to the end; those of the attempt that decided, to its first token and to its end. */
  latency_ms: z.int(),
  first_token_ms: z.int().nullable(),
  duration_ms: z.int().nullable(),
  /** What the caller was charged; what all attempts consumed at the prices of the plan, as far as vendors reported it. */
  cost_usd: usdSchema,
  upstream_cost_usd: usdSchema,
  held_usd: usdSchema,
  /** By a credential of the organisation's own, which pays the vendor itself. */
  is_byok: z.boolean(),
  /** Null for the environment's account. */
  credential_id: z.string().nullable(),
  /** What the vendor itself says that the charged attempt cost, to its last digit; null where it does not say. Never charged. */
  vendor_stated_usd: z.string().nullable(),
  /** The caller's `metadata`. */
  tags: z.record(z.string(), z.string()),
});

export function renderUsageRecord(record: UsageRecord): z.output<typeof usageRecordSchema> {
  return {
    object: 'organization.usage.record',
    id: record.requestId,
    ended_at: toSeconds(record.endedAt),
    project_id: record.projectId,
    team_ids: [...record.teamIds],
    user_id: record.userId ?? null,
    service_account_id: record.serviceAccountId ?? null,
    api_key_id: record.keyId,
    mode: record.mode,
    kind: record.kind,
    stream: record.stream,
    batch: record.batch,
    models: [...record.models],
    model: record.offerId ?? null,
    vendor: record.vendor ?? null,
    vendor_model: record.model ?? null,
    attempts: record.attempts,
    outcome: record.outcome,
    failure: record.failureClass ?? null,
    refusal: record.refusalCode ?? null,
    units: { ...record.units },
    usage_source: record.usageSource,
    latency_ms: record.latencyMs,
    first_token_ms: record.firstTokenMs ?? null,
    duration_ms: record.durationMs ?? null,
    cost_usd: toUsd(record.costNanoUsd),
    upstream_cost_usd: toUsd(record.upstreamCostNanoUsd),
    held_usd: toUsd(record.heldNanoUsd),
    is_byok: record.isByok,
    credential_id: record.credentialId ?? null,
    vendor_stated_usd: record.statedUsd ?? null,
    tags: { ...record.tags },
  };
}
