import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { EmbeddingCall, EmbeddingInput } from '../../../../workflows/contracts/media-calls.js';
import { textsOf } from '../../embedding-inputs.js';
import { toPictureData } from '../../picture-data.js';
import { createWarnings, type Warnings } from '../../warnings.js';

/** https://ai.google.dev/api/embeddings#TaskType. */
const TASK_TYPES: { readonly [P in NonNullable<EmbeddingCall['purpose']>]: string } = {
  query: 'RETRIEVAL_QUERY',
  document: 'RETRIEVAL_DOCUMENT',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  similarity: 'SEMANTIC_SIMILARITY',
};

/** "task_type is not supported" there: the task is part of the text (https://ai.google.dev/gemini-api/docs/embeddings). */
const WITHOUT_TASK_TYPE = /^gemini-embedding-2$/;

export interface GoogleEmbedding {
  /** One for each input. */
  readonly contents: readonly JsonObject[];
  readonly config: { readonly taskType?: string; readonly outputDimensionality?: number };
  readonly warnings: readonly Warning[];
}

/** What `embedContent` and `batchEmbedContents` have in common. */
export function toGoogleEmbedding(call: EmbeddingCall, vendorModel: string): GoogleEmbedding {
  const warnings = createWarnings();
  const { inputs, dimensions, endUser } = call;
  if (endUser !== undefined) warnings.add('unsupported', 'user', 'The vendor does not take this field; it was left out.');
  const taskType = toTaskType(call, vendorModel, warnings);
  return {
    contents: inputs.map((input, index) => ({ parts: [toPart(input, index)] })),
    config: {
      ...(taskType !== undefined && { taskType }),
      ...(dimensions !== undefined && { outputDimensionality: dimensions }),
    },
    warnings: warnings.list(),
  };
}

function toTaskType({ purpose }: EmbeddingCall, vendorModel: string, warnings: Warnings): string | undefined {
  if (purpose === undefined) return undefined;
  if (!WITHOUT_TASK_TYPE.test(vendorModel)) return TASK_TYPES[purpose];
  warnings.add('ignored', 'input_type', 'This model is told its task in the text itself.');
  return undefined;
}

function toPart(input: EmbeddingInput, index: number): JsonObject {
  if (input.type !== 'image') return { text: textsOf([input])[0] ?? '' };
  const { mediaType, data } = toPictureData(input.source, `input[${index}]`);
  return { inlineData: { mimeType: mediaType, data } };
}
