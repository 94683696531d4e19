import { toCohereEmbed } from '../../cohere-compatible/embeddings/to-cohere-embed.js';
import { asObject, isArray } from '../../json-fields.js';
import { refuseCall } from '../../refuse-call.js';
import type { EmbeddingFormat } from './formats.js';

/** Cohere's own form but for the model, and with its older answer where no type of vectors is named; as recorded. */
export const COHERE: EmbeddingFormat = {
  models: /cohere\.embed/,
  toBody: (call, vendorModel) => {
    const image = call.inputs.findIndex(({ type }) => type === 'image');
    if (image >= 0 && vendorModel.includes('-v3')) {
      throw refuseCall('This model embeds text only. Leave the image out.', `input[${image}]`);
    }
    const { body, warnings } = toCohereEmbed(call);
    const { embedding_types: types, ...fields } = body;
    const isUsual = call.vectorType === undefined || call.vectorType === 'float';
    return { body: isUsual || types === undefined ? fields : { ...fields, embedding_types: types }, warnings };
  },
  read: ({ embeddings }, { vectorType = 'float' }) => {
    const vectors = isArray(embeddings) ? embeddings : asObject(embeddings)?.[vectorType];
    return { vectors: isArray(vectors) ? vectors : [] };
  },
};
