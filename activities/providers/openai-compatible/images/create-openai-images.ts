import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { GivenMedia } from '../../../../workflows/contracts/call.js';
import type { ImageCall } from '../../../../workflows/contracts/media-calls.js';
import { readHttpFailure, readServerSentEvents } from '../../http.js';
import type { VendorHttp, VendorResponse } from '../../http.js';
import {
  badResponse,
  isEventStream,
  isPlainJson,
  parseVendorEvent,
  parseVendorJson,
  toResponseNote,
} from '../../json-answer.js';
import { writeForm } from '../../multipart-body.js';
import { type MediaAttempt, type MediaCapabilities, ProviderFailure } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromOpenAiImages } from './from-openai-images.js';
import { isWhole, reduceOpenAiImages, startImagesStream } from './openai-images-stream.js';
import { type OpenAiImagesRequest, toOpenAiImages, toTexts } from './to-openai-images.js';

/** A 4K picture in base64, as one event of a stream. */
const LONGEST_EVENT = 64 * 1024 * 1024;

export interface OpenAiImagesOptions {
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}

/** Pictures as OpenAI has them: https://platform.openai.com/docs/api-reference/images, plain and streamed. */
export function createOpenAiImages(options: OpenAiImagesOptions): NonNullable<MediaCapabilities['image']> {
  const make = async function* (attempt: MediaAttempt<ImageCall<GivenMedia>>): AsyncGenerator<Frame> {
    const { warnings, ...request } = toOpenAiImages(attempt);
    const response = await send(options, request, attempt);
    try {
      attempt.onResponse?.(toResponseNote(response));
      if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
      if (warnings.length > 0) yield { events: warnings.map((warning) => ({ type: 'warning' as const, warning })) };
      if (attempt.call.stream && !isPlainJson(response)) yield* readStream(response, attempt.call.count);
      else yield fromOpenAiImages(parseVendorJson(await response.readText()));
    } finally {
      response.discard();
    }
  };
  return Object.assign(make, { takesStored: true as const });
}

async function send(
  { endpoint, http }: OpenAiImagesOptions,
  { operation, body, files }: Omit<OpenAiImagesRequest, 'warnings'>,
  attempt: MediaAttempt<ImageCall<GivenMedia>>,
): Promise<VendorResponse> {
  const { url, headers } = await endpoint(operation, attempt);
  const { signal, attemptKey } = attempt;
  const sent = { ...headers, 'idempotency-key': attemptKey };
  if (files === undefined) return http.postJson({ url, headers: sent, body: JSON.stringify(body), signal });
  const form = writeForm(toTexts(body), files, attempt.openStored);
  const typed = { ...sent, 'content-type': form.contentType };
  return http.postJson({ url, headers: typed, body: '', bytes: form.body, signal });
}

async function* readStream(response: VendorResponse, count: number): AsyncGenerator<Frame> {
  if (!isEventStream(response)) throw badResponse('The vendor sent no stream of events.');
  let state = startImagesStream(count);
  for await (const { event: name, data } of readServerSentEvents(response.stream, { maxEventLength: LONGEST_EVENT })) {
    if (data === '[DONE]') break;
    const event = parseVendorEvent(data);
    const [next, frame] = reduceOpenAiImages(
      state,
      event['type'] === undefined && name !== undefined ? { type: name, ...event } : event,
    );
    state = next;
    if (isWhole(state)) response.release();
    if (frame.wire !== undefined || frame.events.length > 0) yield frame;
    if (state.failure !== undefined) throw new ProviderFailure(state.failure.failure, state.failure.detail);
    if (isWhole(state)) return;
  }
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's stream ended before its last picture." });
}
