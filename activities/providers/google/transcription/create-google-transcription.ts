import { askFrames } from '../../ask-frames.js';
import type { VendorHttp } from '../../http.js';
import { parseVendorJson } from '../../json-answer.js';
import type { MediaCapabilities } from '../../port.js';
import { toBase64 } from '../../stored-media.js';
import type { GoogleEndpoint } from '../chat/endpoint.js';
import { fromGoogleTranscription } from './from-google-transcription.js';
import { toGoogleTranscription } from './to-google-transcription.js';

/**
 * "The maximum total request size is 20 MB" (https://ai.google.dev/gemini-api/docs/audio), of which base64 takes a third and the
 * question some.
 */
const MOST_BYTES = 14 * 1024 * 1024;

/** Gemini's models that transcribe, by whichever service has them. */
export function createGoogleTranscription(deps: {
  readonly endpoint: GoogleEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['transcription']> {
  return async function* transcribe(attempt) {
    const { call, openStored } = attempt;
    const data = await toBase64(call.audio, openStored, { mostBytes: MOST_BYTES, param: 'file' });
    const { body, warnings } = toGoogleTranscription(attempt, data);
    const target = await deps.endpoint(attempt.offer, 'generateContent');
    const request = { ...target, body: JSON.stringify(body), warnings };
    yield* askFrames(deps.http, request, attempt, async function* (response) {
      yield fromGoogleTranscription(parseVendorJson(await response.readText()), attempt);
    });
  };
}
