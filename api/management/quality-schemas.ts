import { z } from 'zod';
import { TASK_KINDS } from '../../workflows/domain/model-quality.js';
import { dateSchema } from './offer-schemas.js';

// How well models do each kind of work, as the operator writes and reads it.

/** From 0 to 1 in three decimals, by which models that are equally good are found. */
const scoreSchema = z.number().min(0).max(1).multipleOf(0.001);

/** An address, or words such as "our own 200 tickets"; every caller who lists models reads it. */
const sourceSchema = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => !/[\p{Cc}\p{Cs}]/u.test(text), { message: 'expected text without control characters' });

const figureSchema = z.strictObject({ score: scoreSchema, source: sourceSchema, as_of: dateSchema });

/** Null where nothing is to be known of a kind, so that no `auto` model chooses by it. */
export const figuresSchema = z.partialRecord(z.enum(TASK_KINDS), figureSchema.nullable());

export const qualitySchema = z.partialRecord(
  z.enum(TASK_KINDS),
  z.object({
    score: z.number(),
    /** `guess` where nobody has measured it: by the model's other kinds, or an earlier model of its family. */
    basis: z.enum(['operator', 'figures', 'guess']),
    sources: z.array(z.object({ source: z.string(), as_of: z.string() })),
  }),
);
