import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { EmbeddingCall, EmbeddingInput } from '../../../workflows/contracts/media-calls.js';
import type { EmbeddingsRequestFields } from './embeddings-request.schema.js';

/** What is said of `input_type` in the words of those who know it (Cohere's and Voyage's), as purposes. */
const PURPOSES: { readonly [word: string]: EmbeddingCall['purpose'] } = {
  query: 'query',
  search_query: 'query',
  document: 'document',
  search_document: 'document',
  passage: 'document',
  classification: 'classification',
  clustering: 'clustering',
  similarity: 'similarity',
};

export function toEmbeddingCall(body: JsonObject, fields: EmbeddingsRequestFields): EmbeddingCall {
  const { input, dimensions, input_type: word, user } = fields;
  const purpose = word == null ? undefined : PURPOSES[word.toLowerCase()];
  return {
    kind: 'embedding',
    source: { dialect: 'openai-embeddings', body },
    stream: false,
    inputs: toInputs(input),
    ...(dimensions != null && { dimensions }),
    ...(purpose && { purpose }),
    ...(user != null && { endUser: user }),
  };
}

function toInputs(input: EmbeddingsRequestFields['input']): readonly EmbeddingInput[] {
  if (typeof input === 'string') return [{ type: 'text', text: input }];
  // A flat list of numbers is one input that is made into tokens already.
  if (input.every((item) => typeof item === 'number')) return [{ type: 'tokens', ids: input }];
  return input.map((item) => (typeof item === 'string' ? { type: 'text', text: item } : { type: 'tokens', ids: item }));
}
