import type { Frame } from '../../../../workflows/contracts/answer.js';
import { MAX_PLAIN_BODY_BYTES, readHttpFailure, readServerSentEvents } from '../../http.js';
import type { VendorHttp, VendorResponse } from '../../http.js';
import {
  badResponse,
  isEventStream,
  isPlainJson,
  parseVendorEvent,
  parseVendorJson,
  toResponseNote,
} from '../../json-answer.js';
import { ProviderFailure } from '../../port.js';
import type { ChatAttempt, ChatProvider } from '../../port.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { type AnswerState, newAnswer } from './answer-state.js';
import { fromOpenAiResponse } from './from-openai-response.js';
import { reduceOpenAiResponses } from './openai-responses-stream.js';
import { toOpenAiResponses } from './to-openai-responses.js';

export interface OpenAiResponsesOptions {
  readonly id: string;
  readonly endpoint: VendorEndpoint;
  readonly http: VendorHttp;
}

/** OpenAI's Responses API (`POST …/responses`), plain and streamed: one answer, which the vendor does not keep. */
export function createOpenAiResponses(options: OpenAiResponsesOptions): ChatProvider {
  return { id: options.id, chat: (attempt) => ask(options, attempt) };
}

async function* ask({ endpoint, http }: OpenAiResponsesOptions, attempt: ChatAttempt): AsyncGenerator<Frame> {
  const { body, warnings } = toOpenAiResponses(attempt);
  const { url, headers } = await endpoint('/responses', attempt);
  const response = await http.postJson({
    url,
    headers: { ...headers, 'idempotency-key': attempt.attemptKey },
    body: JSON.stringify(body),
    signal: attempt.signal,
  });
  try {
    attempt.onResponse?.(toResponseNote(response));
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    if (warnings.length > 0) yield { events: warnings.map((warning) => ({ type: 'warning' as const, warning })) };
    if (attempt.call.stream && !isPlainJson(response)) yield* readStream(response, newAnswer(attempt.call));
    else yield fromOpenAiResponse(parseVendorJson(await response.readText()), newAnswer(attempt.call));
  } finally {
    response.discard();
  }
}

async function* readStream(response: VendorResponse, before: AnswerState): AsyncGenerator<Frame> {
  if (!isEventStream(response)) throw badResponse('The vendor sent no stream of events.');
  let state = before;
  // The last event has all of the answer, its pictures too, as a plain answer has.
  const events = readServerSentEvents(response.stream, { maxEventLength: MAX_PLAIN_BODY_BYTES });
  for await (const { event: name, data } of events) {
    // Some vendors of this dialect end with the other dialect's marker; the answer is over before it, or not at all.
    if (data === '[DONE]') break;
    const event = parseVendorEvent(data);
    const typed = event['type'] === undefined && name !== undefined ? { type: name, ...event } : event;
    const [next, frame] = reduceOpenAiResponses(state, typed);
    state = next;
    // What the vendor does after its last event changes nothing of the answer.
    if (state.ended) response.release();
    if (frame.wire !== undefined || frame.events.length > 0) yield frame;
    if (state.failure !== undefined) throw new ProviderFailure(state.failure.failure, state.failure.detail);
    if (state.ended) return;
  }
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's stream ended without its last event." });
}
