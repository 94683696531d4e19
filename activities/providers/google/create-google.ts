import type { VendorHttp } from '../http.js';
import type { ChatProvider } from '../port.js';
import { createGoogleBatches } from './batches/create-google-batches.js';
import { createGoogleCheck } from './check/create-google-check.js';
import { createGoogleChat } from './chat/create-google-chat.js';
import { createGeminiEndpoint } from './chat/endpoint.js';
import type { GeminiAccess } from './chat/endpoint.js';
import { GEMINI_API } from './chat/model-traits.js';
import { createGoogleSpeech } from './speech/create-google-speech.js';
import { createGoogleTranscription } from './transcription/create-google-transcription.js';
import { createGoogleCount } from './count/create-google-count.js';
import { createGoogleVideos } from './video/google-videos.js';
import { createGoogleImages } from './images/create-google-images.js';
import { createGoogleEmbeddings } from './embeddings/create-google-embeddings.js';

/** The Gemini API of Google AI Studio (https://ai.google.dev/api). */
export function createGoogle({ http, ...access }: GeminiAccess & { readonly http: VendorHttp }): ChatProvider {
  const options = { service: GEMINI_API, endpoint: createGeminiEndpoint(access), http };
  return {
    ...createGoogleChat(options),
    ...createGoogleCount(options),
    ...createGoogleCheck({ ...access, http }),
    media: {
      embedding: createGoogleEmbeddings(options),
      image: createGoogleImages(options),
      speech: createGoogleSpeech(options),
      transcription: createGoogleTranscription(options),
    },
    jobs: { video: createGoogleVideos({ ...access, http }) },
    batches: createGoogleBatches({
      ...{ ...access, http },
      providerBy: (by) => ({
        ...createGoogleChat({ ...options, http: by }),
        media: { embedding: createGoogleEmbeddings({ ...options, http: by }) },
      }),
    }),
  };
}
