import type { VendorHttp } from '../http.js';
import { isKeyTaken } from '../key-check.js';
import type { Provider } from '../port.js';
import type { VendorEndpoint } from '../vendor-endpoint.js';
import { createDeepgramSpeech } from './speech/create-deepgram-speech.js';
import { createDeepgramTranscription } from './transcription/create-deepgram-transcription.js';

/** Deepgram: https://developers.deepgram.com/reference. `baseUrl` goes up to and with the version. */
export function createDeepgram(access: {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly http: VendorHttp;
}): Provider {
  const { apiKey, http } = access;
  const base = access.baseUrl.replace(/\/+$/, '');
  const headers = { authorization: `Token ${apiKey}` };
  const endpoint: VendorEndpoint = (path) => ({ url: `${base}${path}`, headers });
  return {
    id: 'deepgram',
    media: {
      speech: createDeepgramSpeech({ endpoint, http }),
      transcription: createDeepgramTranscription({ endpoint, http }),
    },
    verify: (signal) => isKeyTaken(http, { url: `${base}/projects`, headers, signal }),
  };
}
