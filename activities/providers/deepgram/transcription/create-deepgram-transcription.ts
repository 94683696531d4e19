import { askFrames } from '../../ask-frames.js';
import type { VendorHttp } from '../../http.js';
import { parseVendorJson } from '../../json-answer.js';
import type { MediaCapabilities } from '../../port.js';
import { toBytes } from '../../stored-media.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromDeepgramTranscription } from './from-deepgram-transcription.js';
import { toDeepgramTranscription } from './to-deepgram-transcription.js';

/** Nova and its like. */
export function createDeepgramTranscription(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['transcription']> {
  return async function* transcribe(attempt) {
    const { path, warnings } = toDeepgramTranscription(attempt);
    const target = await deps.endpoint(path, attempt);
    const { audio } = attempt.call;
    const headers = { ...target.headers, 'content-type': audio.mediaType };
    const request = { ...target, headers, body: '', bytes: toBytes(audio, attempt.openStored), warnings };
    yield* askFrames(deps.http, request, attempt, async function* (response) {
      yield fromDeepgramTranscription(parseVendorJson(await response.readText()), attempt);
    });
  };
}
