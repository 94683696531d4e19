import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { MediaKind } from '../../workflows/contracts/kinds.js';
import type { MediaCall, MediaCallFor } from '../../workflows/contracts/media-calls.js';
import type { AnswerRenderer } from '../requests/answer-renderer.js';
import { createEmbeddingsRenderer } from './openai-embeddings/embeddings-renderer.js';
import { createImagesRenderer } from './openai-images/images-renderer.js';

type CreateRenderer<K extends MediaKind> = (record: RequestRecord, call: MediaCallFor<K>) => AnswerRenderer;

/** How the answer to a kept call is shown once more, by its kind. */
const RENDERERS: { readonly [K in MediaKind]?: CreateRenderer<K> } = {
  embedding: ({ models: [model = ''] }, { source: { body } }) =>
    createEmbeddingsRenderer({ model, encoding: body['encoding_format'] === 'base64' ? 'base64' : 'float' }),
  image: ({ id: requestId }, call) => createImagesRenderer({ requestId, call }),
};

/** Renders the answer to a kept call as its first caller asked for it. */
export function mediaRenderer(record: RequestRecord, call: MediaCall): AnswerRenderer {
  const create = RENDERERS[call.kind] as CreateRenderer<MediaKind> | undefined;
  if (create === undefined) throw new Error(`there is no renderer for answers of the kind ${call.kind}`);
  return create(record, call);
}
