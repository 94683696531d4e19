import { z } from 'zod';

/** Names are for people: short, of one line, and storable. */
const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), { message: 'expected text without control characters' });

/** A string, because a JSON number of dollars loses its last digits on the way. Nine decimals are the smallest unit. */
const usd = z.string().regex(/^\d{1,9}(?:\.\d{1,9})?$/);

const DAY_MS = 86_400_000;

export const projectSchema = z.strictObject({
  name,
  budget_usd: usd.nullish(),
  /** How long answers of keyed requests are held; 0 holds none beyond the request's end. */
  answer_hold_ms: z.int().min(0).max(DAY_MS).nullish(),
});

export const apiKeySchema = z.strictObject({ name });
