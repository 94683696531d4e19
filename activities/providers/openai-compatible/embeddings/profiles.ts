import type { EmbeddingCall } from '../../../../workflows/contracts/media-calls.js';

/** In what a vendor of OpenAI's embeddings differs from OpenAI. */
export interface EmbeddingsProfile {
  /** Behind the vendor's base URL; `/embeddings` where it is absent. */
  readonly path?: string;
  /** OpenAI's `dimensions` under the vendor's own name. */
  readonly dimensionsField?: string;
  /** Fields that it takes besides `model`, `input` and dimensions, where it refuses others; those are left out with a warning. */
  readonly knownFields?: readonly string[];
  /** OpenAI's `encoding_format`: as the caller has it, never sent, or always this. */
  readonly encoding?: 'left out' | 'base64_int8';
  /** Whether it takes inputs that are made into tokens already. */
  readonly takesTokens?: true;
  readonly maxInputs?: number;
  /** Its word under `input_type` for what vectors are for; a purpose without a word is ignored, and the caller is told. */
  readonly inputTypes?: { readonly [P in NonNullable<EmbeddingCall['purpose']>]?: string };
}

/** OpenAI itself and its models elsewhere: every field of the caller's goes there as it is. */
export const OPENAI_EMBEDDINGS: EmbeddingsProfile = { takesTokens: true };

/** By the vendor's name in the catalogue; a vendor that is not in here has no embeddings. */
export const EMBEDDINGS_PROFILES: { readonly [vendor: string]: EmbeddingsProfile | undefined } = {
  // https://www.alibabacloud.com/help/en/model-studio/embedding-interfaces-compatible-with-openai: "Batch size 10".
  alibaba: { maxInputs: 10 },
  // Its own OpenAPI (EmbeddingRequest, with additionalProperties: false).
  mistral: {
    dimensionsField: 'output_dimension',
    knownFields: ['encoding_format', 'metadata', 'output_dtype', 'output_dimension'],
  },
  // https://docs.together.ai/reference/embeddings: `model` and `input`.
  together: { encoding: 'left out' },
  // https://docs.fireworks.ai/api-reference/creates-an-embedding-vector-representing-the-input-text
  fireworks: { encoding: 'left out' },
  // https://docs.perplexity.ai/docs/embeddings/best-practices: vectors come as base64 of signed bytes, or of bits, and in no other form.
  perplexity: { path: '/v1/embeddings', encoding: 'base64_int8' },
  // https://docs.voyageai.com/reference/embeddings-api, and six recordings. It knows `base64` and, for floats, no word.
  voyage: {
    dimensionsField: 'output_dimension',
    knownFields: ['truncation', 'output_dtype', 'output_dimension'],
    encoding: 'left out',
    maxInputs: 1_000,
    inputTypes: { query: 'query', document: 'document' },
  },
};
