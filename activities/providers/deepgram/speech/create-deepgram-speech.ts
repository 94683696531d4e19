import { askFrames } from '../../ask-frames.js';
import type { VendorHttp } from '../../http.js';
import type { MediaCapabilities } from '../../port.js';
import { SPEECH_TYPES, speechFrames, speechUsage } from '../../speech-frames.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { toDeepgramSpeech } from './to-deepgram-speech.js';

/** Aura, streamed. */
export function createDeepgramSpeech(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['speech']> {
  return async function* speak(attempt) {
    const { path, body, format, warnings } = toDeepgramSpeech(attempt);
    const target = await deps.endpoint(path, attempt);
    const headers = { accept: '*/*', ...target.headers };
    const request = { ...target, headers, body: JSON.stringify(body), warnings };
    yield* askFrames(deps.http, request, attempt, ({ stream, headers: told }) => {
      const characters = Number(told['dg-char-count'] ?? Number.NaN);
      const reported = Number.isSafeInteger(characters) && characters >= 0 ? { characters } : {};
      return speechFrames(stream, SPEECH_TYPES[format], () => speechUsage(attempt, reported));
    });
  };
}
