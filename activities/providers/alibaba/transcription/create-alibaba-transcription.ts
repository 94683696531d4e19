import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { TranscriptionCall } from '../../../../workflows/contracts/media-calls.js';
import { askFrames } from '../../ask-frames.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import { readServerSentEvents, type VendorHttp, type VendorResponse } from '../../http.js';
import { isEventStream, parseVendorEvent, parseVendorJson } from '../../json-answer.js';
import { type MediaAttempt, type MediaCapabilities, ProviderFailure } from '../../port.js';
import { toBase64 } from '../../stored-media.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { NOTHING_HEARD, reduceAlibabaTranscription } from './alibaba-transcription-stream.js';
import { fromAlibabaTranscription, toTranscript } from './from-alibaba-transcription.js';
import { toAlibabaTranscription } from './to-alibaba-transcription.js';

/**
 * "Keep the encoded audio within the 10 MB limit" (https://docs.qwencloud.com/api-reference/speech-recognition/qwen-asr/openai),
 * of which base64 takes a quarter and the head of its URL some. Whether a megabyte is a million bytes is not said.
 */
const MOST_BYTES = 7_490_000;

/** Qwen's models that transcribe, by the compatible API. */
export function createAlibabaTranscription(deps: {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}): NonNullable<MediaCapabilities['transcription']> {
  return async function* transcribe(attempt) {
    const { call, openStored } = attempt;
    const data = await toBase64(call.audio, openStored, { mostBytes: MOST_BYTES, param: 'file' });
    const { body, warnings } = toAlibabaTranscription(attempt, data);
    const target = await deps.endpoint('/chat/completions', attempt);
    const request = { ...target, body: JSON.stringify(body), warnings };
    yield* askFrames(deps.http, request, attempt, (response) =>
      isEventStream(response) ? readStream(response, attempt) : readPlain(response, attempt),
    );
  };
}

async function* readPlain(response: VendorResponse, attempt: MediaAttempt<TranscriptionCall>): AsyncGenerator<Frame> {
  const events = fromAlibabaTranscription(parseVendorJson(await response.readText()), attempt);
  yield { events: [{ type: 'start' }, ...events] };
}

async function* readStream(response: VendorResponse, attempt: MediaAttempt<TranscriptionCall>): AsyncGenerator<Frame> {
  let heard = NOTHING_HEARD;
  for await (const { data } of readServerSentEvents(response.stream)) {
    if (data === '[DONE]') {
      yield { events: toTranscript(heard, attempt) };
      return response.release();
    }
    const [next, events] = reduceAlibabaTranscription(heard, parseVendorEvent(data));
    heard = next;
    if (heard.failure !== undefined) {
      const { failure, detail } = classifyErrorEvent(heard.failure);
      throw new ProviderFailure(failure, detail);
    }
    if (events.length > 0) yield { events };
  }
  // The usage comes after the ending, so that what has its ending alone is not whole.
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's transcript broke off before its end." });
}
