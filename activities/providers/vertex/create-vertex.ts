import { createAnthropicChat } from '../anthropic/chat/create-anthropic-chat.js';
import { createGoogleChat } from '../google/chat/create-google-chat.js';
import { VERTEX_AI } from '../google/chat/model-traits.js';
import { createGoogleImages } from '../google/images/create-google-images.js';
import { createGoogleCount } from '../google/count/create-google-count.js';
import { createGoogleSpeech } from '../google/speech/create-google-speech.js';
import { createGoogleTranscription } from '../google/transcription/create-google-transcription.js';
import { createGoogleStorage, type GsUri } from '../google-storage.js';
import type { VendorHttp } from '../http.js';
import { createOpenAiCompatibleChat } from '../openai-compatible/chat/create-openai-compatible-chat.js';
import type { ChatAttempt, ChatProvider, VendorBatches } from '../port.js';
import { withTokens } from '../token-http.js';
import type { TokenSource } from '../token-http.js';
import type { AnsweredProvider } from '../vendor-batches.js';
import { createVertexBatches } from './batches/create-vertex-batches.js';
import { createGeminiEndpointOf, createRawPredictEndpoint, publisherOf } from './endpoints.js';
import type { VertexPlace } from './endpoints.js';
import { createVertexEmbeddings } from './embeddings/create-vertex-embeddings.js';
import { createMistralHttp } from './mistral-http.js';
import { mistralOnVertex, openModelsOnVertex } from './profiles.js';
import { createVertexRerank } from './rerank/create-vertex-rerank.js';
import { createVertexVideos } from './video/vertex-videos.js';

export interface VertexOptions extends VertexPlace {
  readonly tokens: TokenSource;
  readonly http: VendorHttp;
  /** Absent where it has no batches. */
  readonly batches?: VertexBatchOptions;
}

export interface VertexBatchOptions {
  readonly bucket: GsUri;
  /** In place of Cloud Storage's own address. */
  readonly storageUrl?: string;
}

/**
 * Vertex AI (https://cloud.google.com/vertex-ai/generative-ai/docs): Gemini in its own format, Claude in Anthropic's, Mistral's
 * in theirs, and the open models in OpenAI's, all by one credential.
 */
export function createVertex({ tokens, http: plain, batches, ...place }: VertexOptions): ChatProvider {
  const http = withTokens(plain, tokens);
  const google = { service: VERTEX_AI, endpoint: createGeminiEndpointOf(place), http };
  const { countTokens } = createGoogleCount(google);
  return {
    ...createChat(place, http),
    ...(batches && { batches: batchesOf(batches, place, http) }),
    // The others have nobody to ask.
    countTokens: (question) =>
      publisherOf(question.offer.vendorModel) === 'google' ? countTokens(question) : Promise.resolve(undefined),
    media: {
      embedding: createVertexEmbeddings(google),
      image: createGoogleImages(google),
      rerank: createVertexRerank({ place, http }),
      speech: createGoogleSpeech(google),
      transcription: createGoogleTranscription(google),
    },
    jobs: { video: createVertexVideos({ ...place, http }) },
  };
}

function createChat(place: VertexPlace, http: VendorHttp): ChatProvider {
  const byPublisher = {
    google: createGoogleChat({ service: VERTEX_AI, endpoint: createGeminiEndpointOf(place), http }),
    anthropic: createAnthropicChat({ id: 'vertex', http, endpoint: createRawPredictEndpoint(place) }),
    mistralai: createOpenAiCompatibleChat(mistralOnVertex(place), { http: createMistralHttp(http, place) }),
    others: createOpenAiCompatibleChat(openModelsOnVertex(place), { http }),
  };
  return {
    id: 'vertex',
    chat: (attempt: ChatAttempt) => byPublisher[publisherOf(attempt.offer.vendorModel)].chat(attempt),
  };
}

function batchesOf({ bucket, storageUrl }: VertexBatchOptions, place: VertexPlace, http: VendorHttp): VendorBatches {
  const storage = createGoogleStorage({ http, ...(storageUrl !== undefined && { baseUrl: storageUrl }) });
  const providerBy = (by: VendorHttp): AnsweredProvider => ({
    ...createChat(place, by),
    media: { embedding: createVertexEmbeddings({ endpoint: createGeminiEndpointOf(place), http: by }) },
  });
  return createVertexBatches({ place, bucket, storage, http, providerBy });
}
