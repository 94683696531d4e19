import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { askFrames } from '../../ask-frames.js';
import type { VendorHttp } from '../../http.js';
import { isEventStream, parseVendorJson } from '../../json-answer.js';
import type { MediaCapabilities } from '../../port.js';
import { readEventPieces } from '../../read-event-pieces.js';
import { onePiece, SPEECH_TYPES, speechFrames, speechUsage } from '../../speech-frames.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { readMistralSound, readMistralSpeechEvent } from './from-mistral-speech.js';
import { toMistralSpeech } from './to-mistral-speech.js';

/** `POST /v1/audio/speech` of Mistral's OpenAPI (`SpeechRequest`), always streamed. */
export function createMistralSpeech(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['speech']> {
  return async function* speak(attempt) {
    const { body, format, warnings } = toMistralSpeech(attempt);
    const target = await deps.endpoint('/audio/speech', attempt);
    const request = { ...target, body: JSON.stringify(body), warnings };
    yield* askFrames(deps.http, request, attempt, async function* (response) {
      let usage: JsonObject | undefined;
      const pieces = isEventStream(response)
        ? readEventPieces(response, (event) => {
            const { step, reported } = readMistralSpeechEvent(event);
            usage = reported ?? usage;
            return step;
          })
        : onePiece(readMistralSound(parseVendorJson(await response.readText())));
      yield* speechFrames(pieces, SPEECH_TYPES[format], () => speechUsage(attempt, {}, usage));
    });
  };
}
