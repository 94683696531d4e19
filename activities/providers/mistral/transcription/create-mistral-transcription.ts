import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { askFrames } from '../../ask-frames.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import { readServerSentEvents, type VendorHttp, type VendorResponse } from '../../http.js';
import { isEventStream, parseVendorEvent, parseVendorJson } from '../../json-answer.js';
import { asObject } from '../../json-fields.js';
import { writeForm } from '../../multipart-body.js';
import { type MediaAttempt, type MediaCapabilities, ProviderFailure } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromMistralTranscription, readMistralEvent } from './from-mistral-transcription.js';
import { toMistralTranscription } from './to-mistral-transcription.js';

/** Voxtral: `POST /v1/audio/transcriptions` of Mistral's OpenAPI, plain and streamed. */
export function createMistralTranscription(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['transcription']> {
  return async function* transcribe(attempt) {
    const { parts, uploads, warnings } = toMistralTranscription(attempt);
    const target = await deps.endpoint('/audio/transcriptions', attempt);
    const { contentType, body: bytes } = writeForm(parts, uploads, attempt.openStored);
    const headers = { ...target.headers, 'content-type': contentType };
    yield* askFrames(deps.http, { ...target, headers, body: '', bytes, warnings }, attempt, (response) =>
      isEventStream(response) ? readStream(response, attempt) : readPlain(response, attempt),
    );
  };
}

async function* readPlain(response: VendorResponse, attempt: MediaAttempt<TranscriptionCall>): AsyncGenerator<Frame> {
  const events = fromMistralTranscription(asObject(parseVendorJson(await response.readText())), attempt);
  yield { events: [{ type: 'start' }, ...events] };
}

async function* readStream(response: VendorResponse, attempt: MediaAttempt<TranscriptionCall>): AsyncGenerator<Frame> {
  yield { events: [{ type: 'start' }] };
  for await (const { data } of readServerSentEvents(response.stream)) {
    if (data === '[DONE]') continue;
    const event = parseVendorEvent(data);
    if (asObject(event['error'])) {
      const { failure, detail } = classifyErrorEvent(event);
      throw new ProviderFailure(failure, detail);
    }
    const [step, events] = readMistralEvent(event, attempt);
    if (events.length > 0) yield { events };
    if (step === 'done') return response.release();
  }
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's transcript broke off before its end." });
}
