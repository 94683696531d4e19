import type { Json } from '../../workflows/contracts/json.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { MediaKind } from '../../workflows/contracts/kinds.js';
import type { MediaCall, MediaCallFor } from '../../workflows/contracts/media-calls.js';
import type { AnswerRenderer } from '../requests/answer-renderer.js';
import { createSpeechRenderer } from './openai-speech/speech-renderer.js';
import { createTranscriptionRenderer } from './openai-transcriptions/transcription-renderer.js';
import { createEmbeddingsRenderer } from './openai-embeddings/embeddings-renderer.js';
import { createVideoRenderer } from './openai-videos/video-renderer.js';
import { createImagesRenderer } from './openai-images/images-renderer.js';
import { createModerationsRenderer } from './openai-moderations/moderations-renderer.js';
import { createRerankRenderer } from './rerank/rerank-renderer.js';

type CreateRenderer<K extends MediaKind> = (record: RequestRecord, call: MediaCallFor<K>) => AnswerRenderer;

/** How the answer to a kept call is shown once more, by its kind. */
const RENDERERS: { readonly [K in MediaKind]?: CreateRenderer<K> } = {
  speech: (_record, call) => createSpeechRenderer(call),
  transcription: (_record, call) => createTranscriptionRenderer(call),
  embedding: ({ models: [model = ''] }, { source: { body } }) =>
    createEmbeddingsRenderer({ model, encoding: body['encoding_format'] === 'base64' ? 'base64' : 'float' }),
  video: ({ id }) => createVideoRenderer({ requestId: id }),
  image: ({ id: requestId }, call) => createImagesRenderer({ requestId, call }),
  rerank: ({ id, models: [model = ''] }, { source: { body } }) =>
    createRerankRenderer({
      ...{ requestId: id, model, toCohere: false },
      ...(body['return_documents'] !== false && { documents: listOf(body['documents']) }),
    }),
  moderation: ({ id, models: [model = ''] }) => createModerationsRenderer({ requestId: id, model }),
};

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** Renders the answer to a kept call as its first caller asked for it. */
export function mediaRenderer(record: RequestRecord, call: MediaCall): AnswerRenderer {
  const create = RENDERERS[call.kind] as CreateRenderer<MediaKind> | undefined;
  if (create === undefined) throw new Error(`there is no renderer for answers of the kind ${call.kind}`);
  return create(record, call);
}
