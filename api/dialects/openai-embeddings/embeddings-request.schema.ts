import { z } from 'zod';
import { extensions, label, modelName } from '../shared/request-fields.schema.js';
import { LIMITS } from '../shared/request-limits.js';

/** https://platform.openai.com/docs/api-reference/embeddings/create: "the array must be 2048 dimensions or less". */
const MAX_INPUTS = 2_048;

const text = z.string().min(1);
const tokens = z.array(z.int().min(0)).min(1);

export const embeddingsRequestSchema = z.looseObject({
  ...extensions,
  model: modelName.nullish(),
  input: z.union([text, z.array(text).min(1).max(MAX_INPUTS), tokens, z.array(tokens).min(1).max(MAX_INPUTS)]),
  dimensions: z.int().min(1).max(65_536).nullish(),
  encoding_format: z.enum(['float', 'base64']).nullish(),
  user: label(LIMITS.userLength).nullish(),
  /** OpenRouter's word for what the vectors are for. */
  input_type: z.string().max(64).nullish(),
});

export type EmbeddingsRequestFields = z.output<typeof embeddingsRequestSchema>;
