import { z } from 'zod';
import { extensions, label, modelName } from '../shared/request-fields.schema.js';
import { LIMITS } from '../shared/request-limits.js';

/** More than any vendor ranks in one request. */
const MAX_DOCUMENTS = 10_000;

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** A text, `{text}`, `{image}` (Jina, OpenRouter), or fields by their names, which `rank_fields` chooses from (Cohere's v1). */
const document = z.union([z.string(), z.record(z.string().max(256), value)]);

/** `POST /rerank` of Cohere (v1 and v2), Jina and OpenRouter, whose fields agree where they have the same names. */
export const rerankRequestSchema = z.looseObject({
  ...extensions,
  model: modelName.nullish(),
  query: z.string().min(1),
  documents: z.array(document).min(1).max(MAX_DOCUMENTS),
  top_n: z.int().min(1).nullish(),
  max_tokens_per_doc: z.int().min(1).nullish(),
  return_documents: z.boolean().nullish(),
  rank_fields: z.array(z.string().min(1).max(256)).min(1).max(64).nullish(),
  user: label(LIMITS.userLength).nullish(),
});

export type RerankRequestFields = z.output<typeof rerankRequestSchema>;
