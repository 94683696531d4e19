import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { EmbeddingCall, EmbeddingInput } from '../../../../workflows/contracts/media-calls.js';
import { refuseMoreInputs, textsOf } from '../../embedding-inputs.js';
import { toPictureUrl } from '../../picture-data.js';
import { createWarnings, type Warnings } from '../../warnings.js';

/** What Cohere's models take under `input_type`; there is no word for likeness alone. */
const INPUT_TYPES: { readonly [P in NonNullable<EmbeddingCall['purpose']>]: string } = {
  query: 'search_query',
  document: 'search_document',
  classification: 'classification',
  clustering: 'clustering',
  similarity: 'clustering',
};

/** "Maximum number of texts per call is 96" (https://docs.cohere.com/reference/embed). */
const MAX_INPUTS = 96;

/** The fields of Cohere's `POST /v2/embed` but for `model`, which clouds name elsewhere. */
export function toCohereEmbed(call: EmbeddingCall): { readonly body: JsonObject; readonly warnings: readonly Warning[] } {
  const warnings = createWarnings();
  refuseMoreInputs(call, MAX_INPUTS);
  const { dimensions, truncate, vectorType = 'float', endUser } = call;
  if (endUser !== undefined) warnings.add('unsupported', 'user', 'The vendor does not take this field; it was left out.');
  return {
    body: {
      input_type: toInputType(call, warnings),
      embedding_types: [vectorType],
      ...toInputs(call.inputs),
      ...(dimensions !== undefined && { output_dimension: dimensions }),
      ...(truncate !== undefined && { truncate: truncate.toUpperCase() }),
    },
    warnings: warnings.list(),
  };
}

/** It must be given. What is embedded without a word on why is mostly there to be found. */
function toInputType({ purpose }: EmbeddingCall, warnings: Warnings): string {
  if (purpose !== undefined) return INPUT_TYPES[purpose];
  const detail = "The model embeds questions and documents differently; these were taken for documents. Send 'input_type'.";
  warnings.add('changed', 'input_type', detail);
  return INPUT_TYPES.document;
}

function toInputs(inputs: readonly EmbeddingInput[]): JsonObject {
  if (inputs.every(({ type }) => type !== 'image')) return { texts: [...textsOf(inputs)] };
  return {
    inputs: inputs.map((input, index) => ({
      content: [
        input.type === 'image'
          ? { type: 'image_url', image_url: { url: toPictureUrl(input.source, `input[${index}]`) } }
          : { type: 'text', text: textsOf([input])[0] ?? '' },
      ],
    })),
  };
}
