import type { VendorHttp } from '../http.js';
import { isKeyTaken } from '../key-check.js';
import type { Provider } from '../port.js';
import type { VendorEndpoint } from '../vendor-endpoint.js';
import { createElevenLabsSpeech } from './speech/create-elevenlabs-speech.js';
import { createElevenLabsTranscription } from './transcription/create-elevenlabs-transcription.js';

/** ElevenLabs: https://elevenlabs.io/docs/api-reference. `baseUrl` goes up to and with the version. */
export function createElevenLabs(access: {
  readonly apiKey: string;
  readonly baseUrl: string;
  readonly http: VendorHttp;
}): Provider {
  const { apiKey, http } = access;
  const base = access.baseUrl.replace(/\/+$/, '');
  const headers = { 'xi-api-key': apiKey };
  const endpoint: VendorEndpoint = (path) => ({ url: `${base}${path}`, headers });
  return {
    id: 'elevenlabs',
    media: {
      speech: createElevenLabsSpeech({ endpoint, http }),
      transcription: createElevenLabsTranscription({ endpoint, http }),
    },
    verify: (signal) => isKeyTaken(http, { url: `${base}/models`, headers, signal }),
  };
}
