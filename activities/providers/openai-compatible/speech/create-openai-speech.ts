import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { askFrames } from '../../ask-frames.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import { readServerSentEvents, type VendorHttp, type VendorResponse } from '../../http.js';
import { isEventStream, isPlainJson, parseVendorEvent, parseVendorJson } from '../../json-answer.js';
import { type MediaCapabilities, ProviderFailure } from '../../port.js';
import { SPEECH_TYPES, speechFrames, speechUsage } from '../../speech-frames.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { readSpeechEvent, speechTokens } from './openai-speech-stream.js';
import type { SpeechProfile } from './profile.js';
import { toOpenAiSpeech } from './to-openai-speech.js';

/** `POST /audio/speech` as OpenAI has it: https://platform.openai.com/docs/api-reference/audio/createSpeech. */
export function createOpenAiSpeech(deps: {
  readonly profile: SpeechProfile;
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['speech']> {
  return async function* speak(attempt) {
    const { body, format, warnings } = toOpenAiSpeech(attempt, deps.profile);
    const target = await deps.endpoint('/audio/speech', attempt);
    const headers = { accept: '*/*', ...target.headers };
    const request = { ...target, headers, body: JSON.stringify(body), warnings };
    yield* askFrames(deps.http, request, attempt, (response) => {
      let usage: JsonObject | undefined;
      const pieces = readPieces(response, (reported) => {
        usage = reported;
      });
      return speechFrames(pieces, SPEECH_TYPES[format], () => speechUsage(attempt, speechTokens(usage), usage));
    });
  };
}

async function* readPieces(
  response: VendorResponse,
  onUsage: (usage: JsonObject | undefined) => void,
): AsyncGenerator<Uint8Array> {
  if (isPlainJson(response)) throw failed(parseVendorJson(await response.readText()));
  if (!isEventStream(response)) {
    yield* response.stream;
    return;
  }
  for await (const { data } of readServerSentEvents(response.stream)) {
    if (data === '[DONE]') continue;
    const step = readSpeechEvent(parseVendorEvent(data));
    if (step.type === 'failed') throw failed(step.body);
    if (step.type === 'piece') yield step.bytes;
    if (step.type !== 'done') continue;
    onUsage(step.usage);
    return response.release();
  }
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's sound broke off before its end." });
}

function failed(body: Parameters<typeof classifyErrorEvent>[0]): ProviderFailure {
  const { failure, detail } = classifyErrorEvent(body);
  return new ProviderFailure(failure, detail);
}
