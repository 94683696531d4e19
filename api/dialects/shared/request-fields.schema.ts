import { z } from 'zod';
import { routingFields } from '../../requests/route-call.js';
import { LIMITS } from './request-limits.js';

// Fields that mean the same in each of OpenAI's dialects.

/** NUL cannot be stored in Postgres text or jsonb, and a lone surrogate is not UTF-8. */
const UNSTORABLE = /[\0\p{Cs}]/u;
const CONTROL_OR_UNSTORABLE = /[\p{Cc}\p{Cs}]/u;
export const TOOL_NAME = /^[a-zA-Z0-9_-]+$/;

/**
 * The service tiers that cost at most what the catalogue says. A dearer tier (`priority`, `fast`, `scale`) would pass the
 * hold that was computed from the catalogue's prices, so it is refused rather than paid by the house.
 */
const TIERS_WITHIN_PRICE = ['auto', 'default', 'standard', 'standard_only', 'on_demand', 'flex'];

const clean = { message: 'expected text without control characters', params: { code: 'invalid_value' } };
const storable = { message: 'expected text without NUL and lone surrogates', params: { code: 'invalid_value' } };

/** A name of a model; it may be echoed, so that it is printable. */
export const modelName = z
  .string()
  .min(1)
  .max(LIMITS.modelLength)
  .refine((text) => !CONTROL_OR_UNSTORABLE.test(text), clean);

/** Text that comes to rest in Postgres or in a log line. */
export const label = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .refine((text) => !UNSTORABLE.test(text), storable);

export const toolName = z.string().min(1).max(LIMITS.toolNameLength).regex(TOOL_NAME);

/** Sluice's own extensions: read by the gateway, taken out of what a vendor is sent. */
export const extensions = {
  ...routingFields,
  models: z.array(modelName).min(1).max(LIMITS.models).nullish(),
  on_disconnect: z.enum(['cancel', 'finish']).nullish(),
  session_id: z.string().min(1).max(LIMITS.sessionLength).nullish(),
};

export const serviceTier = z
  .string()
  .refine((tier) => TIERS_WITHIN_PRICE.includes(tier), {
    message: `this tier is not priced by the gateway; leave it out or use one of '${TIERS_WITHIN_PRICE.join("', '")}'`,
    params: { code: 'unsupported_value' },
  })
  .nullish();

export const metadata = z
  .record(z.string(), label(LIMITS.metadataValueLength))
  .superRefine((pairs, context) => {
    for (const problem of metadataProblems(pairs)) {
      context.addIssue({ code: 'custom', ...problem });
    }
  })
  .nullish();

function metadataProblems(metadata: Record<string, string>): { message: string; params: { code: string } }[] {
  const keys = Object.keys(metadata);
  if (keys.length > LIMITS.metadataPairs) {
    const message = `expected at most ${LIMITS.metadataPairs} properties, but got ${keys.length}`;
    return [{ message, params: { code: 'object_above_max_properties' } }];
  }
  if (keys.some((key) => key.length > LIMITS.metadataKeyLength)) {
    const message = `expected keys of at most ${LIMITS.metadataKeyLength} characters`;
    return [{ message, params: { code: 'string_above_max_length' } }];
  }
  return keys.some((key) => UNSTORABLE.test(key)) ? [storable] : [];
}
