import type { JsonObject } from '../../../../workflows/contracts/json.js';
import type { EmbeddingCall } from '../../../../workflows/contracts/media-calls.js';
import { textsOf } from '../../embedding-inputs.js';
import { asCount, asObject } from '../../json-fields.js';
import { toPictureData } from '../../picture-data.js';
import { createWarnings } from '../../warnings.js';
import type { EmbeddingFormat } from './formats.js';

/** Amazon's Titan (user guide, "Amazon Titan Embeddings Text" and "… Multimodal Embeddings G1"): one input in a request. */
export const TITAN: EmbeddingFormat = {
  models: /amazon\.titan-embed/,
  maxInputs: 1,
  toBody: (call, vendorModel) => ({ body: toBody(call, vendorModel), warnings: warningsOf(call) }),
  read: (body) => {
    const tokens = asCount(body['inputTextTokenCount']);
    return { vectors: [body['embedding']], ...(tokens !== undefined && { tokens }) };
  },
};

function toBody({ inputs, dimensions }: EmbeddingCall, vendorModel: string): JsonObject {
  const [input] = inputs;
  if (vendorModel.includes('titan-embed-image')) {
    return {
      ...(input?.type === 'image'
        ? { inputImage: toPictureData(input.source, 'input[0]').data }
        : { inputText: textsOf(inputs)[0] ?? '' }),
      ...(dimensions !== undefined && { embeddingConfig: { outputEmbeddingLength: dimensions } }),
    };
  }
  return { inputText: textsOf(inputs)[0] ?? '', ...(dimensions !== undefined && { dimensions }) };
}

function warningsOf({ purpose }: EmbeddingCall) {
  const warnings = createWarnings();
  if (purpose !== undefined) warnings.add('ignored', 'input_type', 'The model embeds questions and documents alike.');
  return warnings.list();
}

/** Nova (user guide, "Amazon Nova Multimodal Embeddings"), of which one input in a request is answered at once. */
export const NOVA: EmbeddingFormat = {
  models: /amazon\.nova-.*embeddings/,
  maxInputs: 1,
  toBody: (call) => {
    const warnings = createWarnings();
    const { purpose, dimensions } = call;
    if (purpose === undefined) {
      const detail =
        "The model embeds questions and documents differently; this was taken for a document. Send 'input_type'.";
      warnings.add('changed', 'input_type', detail);
    }
    return {
      body: {
        taskType: 'SINGLE_EMBEDDING',
        singleEmbeddingParams: {
          embeddingPurpose: PURPOSES[purpose ?? 'document'],
          ...(dimensions !== undefined && { embeddingDimension: dimensions }),
          ...toNovaInput(call),
        },
      },
      warnings: warnings.list(),
    };
  },
  read: (body) => {
    const embeddings = body['embeddings'];
    const [first] = Array.isArray(embeddings) ? embeddings : [];
    return { vectors: [asObject(first)?.['embedding']] };
  },
};

const PURPOSES: { readonly [P in NonNullable<EmbeddingCall['purpose']>]: string } = {
  query: 'GENERIC_RETRIEVAL',
  document: 'GENERIC_INDEX',
  classification: 'CLASSIFICATION',
  clustering: 'CLUSTERING',
  similarity: 'GENERIC_INDEX',
};

function toNovaInput({ inputs, truncate = 'none' }: EmbeddingCall): JsonObject {
  const [input] = inputs;
  if (input?.type !== 'image') {
    return { text: { value: textsOf(inputs)[0] ?? '', truncationMode: truncate.toUpperCase() } };
  }
  const { mediaType, data } = toPictureData(input.source, 'input[0]');
  return { image: { format: mediaType.replace(/^image\//, ''), source: { bytes: data } } };
}
