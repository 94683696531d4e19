import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { askFrames } from '../../ask-frames.js';
import { readServerSentEvents, type VendorHttp, type VendorResponse } from '../../http.js';
import { isEventStream, parseVendorEvent } from '../../json-answer.js';
import { writeForm } from '../../multipart-body.js';
import { type MediaAttempt, type MediaCapabilities, ProviderFailure } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromMiniMaxTranscription } from './from-minimax-transcription.js';
import { NEW_TRANSCRIPT, reduceMiniMaxTranscript } from './minimax-transcription-stream.js';
import { toMiniMaxTranscription } from './to-minimax-transcription.js';

/** MiniMax's `speech_to_text`, plain and streamed. */
export function createMiniMaxTranscription(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['transcription']> {
  return async function* transcribe(attempt) {
    const { parts, uploads, headers: own, warnings } = toMiniMaxTranscription(attempt);
    const target = await deps.endpoint('/speech_to_text', attempt);
    const { contentType, body: bytes } = writeForm(parts, uploads, attempt.openStored);
    const headers = { ...target.headers, ...own, 'content-type': contentType };
    yield* askFrames(deps.http, { ...target, headers, body: '', bytes, warnings }, attempt, (response) =>
      isEventStream(response) ? readStream(response, attempt) : readPlain(response, attempt),
    );
  };
}

async function* readPlain(response: VendorResponse, attempt: MediaAttempt<TranscriptionCall>): AsyncGenerator<Frame> {
  const events = fromMiniMaxTranscription(parseVendorEvent(await response.readText()), attempt);
  yield { events: [{ type: 'start' }, ...events] };
}

async function* readStream(response: VendorResponse, attempt: MediaAttempt<TranscriptionCall>): AsyncGenerator<Frame> {
  yield { events: [{ type: 'start' }] };
  let state = NEW_TRANSCRIPT;
  for await (const { data } of readServerSentEvents(response.stream)) {
    const [next, events] = reduceMiniMaxTranscript(state, parseVendorEvent(data), attempt);
    state = next;
    if (events.length > 0) yield { events };
    if (state.done) return response.release();
  }
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's transcript broke off before its end." });
}
