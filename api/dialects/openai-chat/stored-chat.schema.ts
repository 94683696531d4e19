import { z } from 'zod';
import { metadata } from '../shared/request-fields.schema.js';

/** OpenAI's cursors; `after` is the id of the last object that came. Query values are text. */
export const messagePageSchema = z.looseObject({
  after: z.string().min(1).max(128).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  order: z.enum(['asc', 'desc']).default('asc'),
});

/** `model` is any name that the model has, and `metadata[name]=value` a label, of which an answer must have all that are named. */
export const completionPageSchema = messagePageSchema.extend({
  model: z.string().min(1).max(200).optional(),
  metadata: z.object({}).catchall(z.string().max(512)).optional(),
});

export const labelsSchema = z.looseObject({ metadata: metadata.unwrap().unwrap().nullable() });
