import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { checkingAnswer } from '../../answer-check.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import type { ClassifiedFailure } from '../../classify-failure.js';
import { readHttpFailure, readServerSentEvents } from '../../http.js';
import type { VendorHttp, VendorResponse } from '../../http.js';
import { isKeyTaken } from '../../key-check.js';
import { ProviderFailure } from '../../port.js';
import type { ChatAttempt, ChatProvider } from '../../port.js';
import { createBearerEndpoint } from '../../vendor-endpoint.js';
import type { VendorEndpoint } from '../../vendor-endpoint.js';
import { fromOpenAiChat } from './from-openai-chat.js';
import { asJsonAnswer } from './json-answer.js';
import { asObject } from '../../json-fields.js';
import { endOpenAiChat, NEW_STREAM, reduceOpenAiChat } from './openai-chat-stream.js';
import type { OpenAiCompatibleProfile } from './profile.js';
import { toOpenAiChat } from './to-openai-chat.js';
import type { OpenAiChatRequest } from './to-openai-chat.js';

export interface OpenAiCompatibleDependencies {
  /** Absent where the vendor is a server of the operator's own that asks for none. */
  readonly apiKey?: string | undefined;
  /** Present where it takes more than the profile's URL and a key to reach the vendor; then neither is used. */
  readonly endpoint?: VendorEndpoint;
  readonly http: VendorHttp;
}

/** A vendor that speaks OpenAI's chat dialect (`POST {baseUrl}/chat/completions`), plain and streamed. */
export function createOpenAiCompatibleChat(
  profile: OpenAiCompatibleProfile,
  dependencies: OpenAiCompatibleDependencies,
): ChatProvider {
  const { apiKey, endpoint = createBearerEndpoint(profile.baseUrl, apiKey), http } = dependencies;
  return {
    id: profile.id,
    chat: (attempt) => ask(profile, { endpoint, http }, attempt),
    ...(dependencies.endpoint === undefined && { verify: (signal) => verify(profile, dependencies, signal) }),
  };
}

async function verify(
  { baseUrl, headers, keyCheckPath = '/models' }: OpenAiCompatibleProfile,
  { apiKey, http }: OpenAiCompatibleDependencies,
  signal: AbortSignal,
): Promise<boolean> {
  if (keyCheckPath === null) return false;
  const url = `${baseUrl.replace(/\/+$/, '')}${keyCheckPath}`;
  const sent = { ...headers, ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }) };
  return isKeyTaken(http, { url, headers: sent, signal });
}

async function* ask(
  profile: OpenAiCompatibleProfile,
  { endpoint, http }: { readonly endpoint: VendorEndpoint; readonly http: VendorHttp },
  attempt: ChatAttempt,
): AsyncGenerator<Frame> {
  const { body, warnings, emulated } = toOpenAiChat(attempt, profile);
  const { url, headers } = await endpoint('/chat/completions', attempt);
  const response = await http.postJson({
    url,
    headers: { ...profile.headers, ...headers, 'idempotency-key': attempt.attemptKey },
    body: JSON.stringify(body),
    signal: attempt.signal,
  });
  try {
    attempt.onResponse?.(toResponseNote(response));
    if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
    if (warnings.length > 0) yield { events: warnings.map((warning) => ({ type: 'warning' as const, warning })) };
    const frames =
      body['stream'] === true && !isPlainJson(response) ? readStream(response, profile.sendsDone) : readPlain(response);
    yield* emulated ? readEmulated(frames, emulated, attempt) : frames;
  } finally {
    response.discard();
  }
}

async function* readPlain(response: VendorResponse): AsyncGenerator<Frame> {
  yield fromOpenAiChat(parseJson(await response.readText()));
}

/** An answer in a form that the vendor did not enforce: as text, and with a warning where it does not fit. */
function readEmulated(
  frames: AsyncIterable<Frame>,
  { schema, tool }: NonNullable<OpenAiChatRequest['emulated']>,
  { call }: ChatAttempt,
): AsyncIterable<Frame> {
  return checkingAnswer(tool === undefined ? frames : asJsonAnswer(frames, tool), schema, call.source.dialect);
}

async function* readStream(response: VendorResponse, sendsDone: boolean): AsyncGenerator<Frame> {
  let state = NEW_STREAM;
  let done = false;
  for await (const { event, data } of readServerSentEvents(response.stream)) {
    if (data === '[DONE]') {
      done = true;
      response.release();
      break;
    }
    const chunk = parseChunk(data);
    // Groq names the event and leaves `choices` out; the name alone is enough.
    if (event === 'error') throw toFailure(classifyErrorEvent(chunk));
    const [next, frame] = reduceOpenAiChat(state, chunk);
    state = next;
    if (frame.wire !== undefined || frame.events.length > 0) yield frame;
    if (state.failure !== undefined) throw toFailure(state.failure);
  }
  if (state === NEW_STREAM && !done && !isEventStream(response))
    throw badResponse('The vendor sent no stream of events.');
  const end = endOpenAiChat(state, { done, sendsDone });
  if (end.type === 'failed') throw toFailure(end.failure);
  yield* end.frames;
}

/** Some vendors answer a streaming request in one piece, for example with an error under HTTP 200. */
function isPlainJson({ headers }: VendorResponse): boolean {
  return (headers['content-type'] ?? '').toLowerCase().startsWith('application/json');
}

function isEventStream({ headers }: VendorResponse): boolean {
  return (headers['content-type'] ?? '').toLowerCase().startsWith('text/event-stream');
}

function parseChunk(data: string): JsonObject {
  const chunk = asObject(parseJson(data));
  if (chunk === undefined) throw badResponse('The vendor sent an event that is no JSON object.');
  return chunk;
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The parser's own error quotes the text, which is content.
    throw badResponse('The vendor sent what is not JSON.');
  }
}

function toResponseNote({ vendorRequestId }: VendorResponse): { readonly vendorRequestId?: string } {
  return vendorRequestId === undefined ? {} : { vendorRequestId };
}

function toFailure({ failure, detail }: ClassifiedFailure): ProviderFailure {
  return new ProviderFailure(failure, detail);
}

function badResponse(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'bad_response' }, { message });
}
