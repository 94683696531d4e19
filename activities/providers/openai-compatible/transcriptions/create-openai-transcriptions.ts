import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { askFrames } from '../../ask-frames.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import { readServerSentEvents, type VendorHttp, type VendorResponse } from '../../http.js';
import { isEventStream, isPlainText, parseVendorEvent, parseVendorJson } from '../../json-answer.js';
import { writeForm } from '../../multipart-body.js';
import { type MediaAttempt, type MediaCapabilities, ProviderFailure } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromOpenAiTranscription } from './from-openai-transcription.js';
import { NEW_TRANSCRIPTION, reduceTranscription } from './openai-transcription-stream.js';
import type { TranscriptionProfile, VendorFormat } from './profile.js';
import { toOpenAiTranscription } from './to-openai-transcription.js';

/** `POST /audio/transcriptions` and `/audio/translations` as OpenAI has them: https://platform.openai.com/docs/api-reference/audio. */
export function createOpenAiTranscriptions(deps: {
  readonly profile: TranscriptionProfile;
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['transcription']> {
  return async function* transcribe(attempt) {
    const { parts, uploads, format, warnings } = toOpenAiTranscription(attempt, deps.profile);
    const path = attempt.call.task === 'translate' ? '/audio/translations' : '/audio/transcriptions';
    const target = await deps.endpoint(path, attempt);
    const { contentType, body: bytes } = writeForm(parts, uploads, attempt.openStored);
    const headers = { ...target.headers, 'content-type': contentType };
    yield* askFrames(deps.http, { ...target, headers, body: '', bytes, warnings }, attempt, (response) =>
      isEventStream(response) ? readStream(response, attempt) : readPlain(response, attempt, format),
    );
  };
}

async function* readPlain(
  response: VendorResponse,
  attempt: MediaAttempt<TranscriptionCall>,
  format: VendorFormat,
): AsyncGenerator<Frame> {
  const text = await response.readText();
  // Some servers of the dialect answer in words, whatever they are asked for.
  const answer = isPlainText(response) ? { text: text.trim() } : parseVendorJson(text);
  yield fromOpenAiTranscription(answer, attempt, format);
}

async function* readStream(response: VendorResponse, attempt: MediaAttempt<TranscriptionCall>): AsyncGenerator<Frame> {
  let state = NEW_TRANSCRIPTION;
  for await (const { data } of readServerSentEvents(response.stream)) {
    if (data === '[DONE]') continue;
    const [next, frame] = reduceTranscription(state, parseVendorEvent(data), attempt);
    state = next;
    if (state.failure !== undefined) {
      const { failure, detail } = classifyErrorEvent(state.failure);
      throw new ProviderFailure(failure, detail);
    }
    yield frame;
    if (state.done) return response.release();
  }
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's transcript broke off before its end." });
}
