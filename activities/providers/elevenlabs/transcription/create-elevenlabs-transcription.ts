import { askFrames } from '../../ask-frames.js';
import type { VendorHttp } from '../../http.js';
import { parseVendorJson } from '../../json-answer.js';
import { writeForm } from '../../multipart-body.js';
import type { MediaCapabilities } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromElevenLabsTranscription } from './from-elevenlabs-transcription.js';
import { toElevenLabsTranscription } from './to-elevenlabs-transcription.js';

/** Scribe. */
export function createElevenLabsTranscription(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['transcription']> {
  return async function* transcribe(attempt) {
    const { parts, uploads, warnings } = toElevenLabsTranscription(attempt);
    const target = await deps.endpoint('/speech-to-text', attempt);
    const { contentType, body: bytes } = writeForm(parts, uploads, attempt.openStored);
    const headers = { ...target.headers, 'content-type': contentType };
    yield* askFrames(deps.http, { ...target, headers, body: '', bytes, warnings }, attempt, async function* (response) {
      yield fromElevenLabsTranscription(parseVendorJson(await response.readText()), attempt);
    });
  };
}
