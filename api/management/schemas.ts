import { z } from 'zod';
import type { Role } from '../../workflows/contracts/access.js';

// The words that the endpoints' schemas are made of.

/** Names are for people: short, of one line, and storable. */
export const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), { message: 'expected text without control characters' });

const address = z.email();

/** In lower case, as it is stored and compared. 254 characters are what SMTP can carry. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .refine((text) => address.safeParse(text).success, { message: 'expected an e-mail address such as ada@example.com' });

export const roleSchema = z.enum(['owner', 'admin', 'member', 'billing', 'viewer']);

/** OpenAI's `reader` is our `viewer`; answers have our names. */
export const givenRoleSchema = z
  .enum([...roleSchema.options, 'reader'])
  .transform((role): Role => (role === 'reader' ? 'viewer' : role));

/** An amount: a string, because a JSON number of dollars loses its last digits on the way. Nine decimals are the smallest unit. */
export const usdSchema = z.string().regex(/^\d{1,9}(?:\.\d{1,9})?$/);

/** An amount that may be negative. */
export const signedUsdSchema = z.string().regex(/^-?\d{1,9}(?:\.\d{1,9})?$/);

export const positiveUsdSchema = usdSchema.refine((usd) => Number(usd) > 0, { message: 'expected more than 0' });

/** `vendor/model`, with whatever a vendor puts into its names. */
export const modelIdSchema = z.string().regex(/^[\x21-\x7e]{1,200}$/);

/** `credits:organization:…`, `budget:…`. */
export const accountIdSchema = z.string().regex(/^[\x21-\x7e]{1,300}$/);

export const idSchema = z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/);

/** The end of the year 9999: Postgres goes further, but other people's dates have four digits of year. */
const LAST_SECOND = 253_402_300_799;

/** Seconds since 1970, as OpenAI's objects have them. */
export const timestampSchema = z.int().min(0).max(LAST_SECOND);

/** OpenAI's cursors: `after` and `before` are ids of objects. Query values are text. */
export const pageQuerySchema = z.strictObject({
  after: idSchema.optional(),
  before: idSchema.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('asc'),
});

/** Query values are text: `include_archived=false` is no `true`. */
export const archivablePageQuerySchema = pageQuerySchema.extend({
  include_archived: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
});

export function listSchema<T extends z.ZodType>(item: T) {
  return z.object({
    object: z.literal('list'),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });
}

export function deletedSchema<T extends string>(object: T) {
  return z.object({ object: z.literal(object), id: z.string(), deleted: z.literal(true) });
}
