import { askFrames } from '../../ask-frames.js';
import type { VendorHttp } from '../../http.js';
import { parseVendorJson } from '../../json-answer.js';
import type { MediaCapabilities } from '../../port.js';
import type { GoogleEndpoint } from '../chat/endpoint.js';
import { fromGoogleTranscription } from './from-google-transcription.js';
import { toGoogleTranscription } from './to-google-transcription.js';

/** Gemini's models that transcribe, by whichever service has them. */
export function createGoogleTranscription(deps: {
  readonly endpoint: GoogleEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['transcription']> {
  return async function* transcribe(attempt) {
    const { body, warnings } = toGoogleTranscription(attempt);
    const target = await deps.endpoint(attempt.offer, 'generateContent');
    const request = { ...target, body: JSON.stringify(body), warnings };
    yield* askFrames(deps.http, request, attempt, async function* (response) {
      yield fromGoogleTranscription(parseVendorJson(await response.readText()), attempt);
    });
  };
}
