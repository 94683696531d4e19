import { z } from 'zod';
import type { OfferHealth } from '../../workflows/contracts/health.js';
import { healthKey } from '../../workflows/domain/health-key.js';
import { endpoint } from './endpoint.js';
import { renderList } from './render-list.js';
import { listSchema } from './schemas.js';

const shareSchema = z.number().min(0).max(1);
const percentilesSchema = z.object({ p50: z.number(), p75: z.number(), p90: z.number(), p99: z.number() });

export const vendorHealthSchema = z.object({
  id: z.string(),
  object: z.literal('vendor_health'),
  /** `vendor/*` for an account as a whole, which all offers of the vendor rest with. */
  offer_id: z.string(),
  /** Null for the credential of the environment. */
  credential_id: z.string().nullable(),
  circuit: z.enum(['closed', 'open', 'half_open']),
  /** Milliseconds since 1970, of an open circuit. */
  open_until_ms: z.int().nullable(),
  /** What opened it last. */
  reason: z.string().nullable(),
  /** The share of its traffic that it may carry while it warms up. */
  warmth: shareSchema,
  /** Attempts of all processes in the last five minutes, without those that failed by nobody's fault. */
  attempts: z.int(),
  availability: shareSchema,
  failures: z.record(z.string(), z.int()),
  first_token_ms: percentilesSchema.nullable(),
  tokens_per_second: percentilesSchema.nullable(),
  /** Shares of the answers; null where none could be looked at. */
  quality: z.object({
    refused: shareSchema.nullable(),
    truncated: shareSchema.nullable(),
    empty: shareSchema.nullable(),
    schema_invalid: shareSchema.nullable(),
    tool_call_invalid: shareSchema.nullable(),
  }),
});

export const vendorHealthEndpoints = [
  endpoint({
    ...{ method: 'GET', path: '/v1/operator/health', id: 'list-vendor-health', tag: 'Vendors' },
    summary: 'How each offer that was asked lately is, by the attempts of all gateway processes.',
    permission: 'vendor_health.read',
    response: listSchema(vendorHealthSchema),
    handle: async ({ vendorHealth }) =>
      renderList({ data: vendorHealth.list().toSorted(byKey), hasMore: false }, renderHealth),
  }),
];

const keyOf = ({ offerId, credentialId }: OfferHealth): string => healthKey(offerId, credentialId);

function byKey(left: OfferHealth, right: OfferHealth): number {
  return keyOf(left) < keyOf(right) ? -1 : 1;
}

function renderHealth(health: OfferHealth): z.input<typeof vendorHealthSchema> {
  const { quality } = health;
  return {
    id: keyOf(health),
    object: 'vendor_health',
    offer_id: health.offerId,
    credential_id: health.credentialId ?? null,
    circuit: health.circuit,
    open_until_ms: health.untilMs ?? null,
    reason: health.reason ?? null,
    warmth: health.warmth,
    attempts: health.attempts,
    availability: health.availability,
    failures: health.failures ?? {},
    first_token_ms: health.firstTokenMs ?? null,
    tokens_per_second: health.tokensPerSecond ?? null,
    quality: {
      refused: quality?.refused ?? null,
      truncated: quality?.truncated ?? null,
      empty: quality?.empty ?? null,
      schema_invalid: quality?.schemaInvalid ?? null,
      tool_call_invalid: quality?.toolCallInvalid ?? null,
    },
  };
}
