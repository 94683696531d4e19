import { askFrames } from '../../ask-frames.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import type { VendorHttp } from '../../http.js';
import { isPlainJson, parseVendorEvent } from '../../json-answer.js';
import { type MediaCapabilities, ProviderFailure } from '../../port.js';
import { readEventPieces } from '../../read-event-pieces.js';
import { asPcmOrWav, SPEECH_TYPES, speechFrames, speechUsage } from '../../speech-frames.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { readMiniMaxEvent } from './from-minimax-speech.js';
import { MINIMAX_PCM, toMiniMaxSpeech } from './to-minimax-speech.js';

/** MiniMax's `t2a_v2`, streamed. */
export function createMiniMaxSpeech(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['speech']> {
  return async function* speak(attempt) {
    const { body, format, warnings } = toMiniMaxSpeech(attempt);
    const target = await deps.endpoint('/t2a_v2', attempt);
    const request = { ...target, body: JSON.stringify(body), warnings };
    yield* askFrames(deps.http, request, attempt, async function* (response) {
      let characters: number | undefined;
      const read = (event: Parameters<typeof readMiniMaxEvent>[0]) => {
        const found = readMiniMaxEvent(event);
        characters = found.characters ?? characters;
        return found.steps;
      };
      // It refuses in one piece of JSON, under HTTP 200.
      if (isPlainJson(response)) {
        const [step] = read(parseVendorEvent(await response.readText()));
        const { failure, detail } = classifyErrorEvent(step?.type === 'failed' ? step.body : {});
        throw new ProviderFailure(failure, detail);
      }
      const pieces = readEventPieces(response, read);
      const sound = format === 'wav' || format === 'pcm' ? asPcmOrWav(pieces, format, MINIMAX_PCM) : pieces;
      yield* speechFrames(sound, SPEECH_TYPES[format], () =>
        speechUsage(attempt, characters === undefined ? {} : { characters }),
      );
    });
  };
}
