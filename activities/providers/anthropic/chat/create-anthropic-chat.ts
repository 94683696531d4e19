import type { Frame, Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { checkingAnswer } from '../../answer-check.js';
import { readHttpFailure, readServerSentEvents } from '../../http.js';
import type { ServerSentEvent, VendorHttp, VendorResponse } from '../../http.js';
import { isKeyTaken } from '../../key-check.js';
import { ProviderFailure } from '../../port.js';
import type { ChatAttempt, ChatProvider } from '../../port.js';
import { readAnthropicEvent, startAnthropicStream } from './anthropic-stream.js';
import { toBetaHeader } from './beta-header.js';
import { fromAnthropicMessage } from './from-anthropic-message.js';
import { asObject } from './json-fields.js';
import type { Reading } from './reading.js';
import { toAnthropicMessages } from './to-anthropic-messages.js';

export interface AnthropicChatOptions {
  readonly apiKey: string;
  /** Without `/v1`, for example `https://api.anthropic.com`. */
  readonly baseUrl: string;
  readonly http: VendorHttp;
}

const API_VERSION = '2023-06-01';

/** Anthropic's Messages API (https://platform.claude.com/docs/en/api/messages) as a chat provider. */
export function createAnthropicChat({ apiKey, baseUrl, http }: AnthropicChatOptions): ChatProvider {
  const url = `${baseUrl.replace(/\/+$/, '')}/v1/messages`;
  const headers = { 'x-api-key': apiKey, 'anthropic-version': API_VERSION, 'content-type': 'application/json' };

  async function* chat(attempt: ChatAttempt): AsyncGenerator<Frame> {
    const { body, warnings, reading, unenforced } = toAnthropicMessages(attempt);
    const beta = toBetaHeader(attempt);
    const response = await http.postJson({
      url,
      headers: { ...headers, ...beta.headers },
      body: JSON.stringify(body),
      signal: attempt.signal,
    });
    try {
      const { vendorRequestId } = response;
      attempt.onResponse?.(vendorRequestId === undefined ? {} : { vendorRequestId });
      if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
      const frames = attempt.call.stream ? readStream(response, reading) : readMessage(response, reading);
      const { dialect } = attempt.call.source;
      yield* withWarnings(unenforced ? checkingAnswer(frames, unenforced, dialect) : frames, [
        ...beta.warnings,
        ...warnings,
      ]);
    } finally {
      response.discard();
    }
  }

  const models = `${baseUrl.replace(/\/+$/, '')}/v1/models?limit=1`;
  return { id: 'anthropic', chat, verify: (signal) => isKeyTaken(http, { url: models, headers, signal }) };
}

async function* readMessage(response: VendorResponse, reading: Reading): AsyncGenerator<Frame> {
  yield fromAnthropicMessage(parse(await response.readText()), reading);
}

async function* readStream(response: VendorResponse, reading: Reading): AsyncGenerator<Frame> {
  if (!/^text\/event-stream\b/i.test(response.headers['content-type'] ?? '')) {
    throw badResponse('The vendor answered with something that is no event stream.');
  }
  let state = startAnthropicStream(reading);
  for await (const event of readServerSentEvents(response.stream)) {
    const [next, frame] = readAnthropicEvent(state, toEvent(event));
    state = next;
    // What the vendor does after its end marker changes nothing of the answer.
    if (state.ended) response.release();
    yield frame;
    if (state.ended) return;
  }
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's answer broke off before its end." });
}

/** The data says what the event is; its name, which says it too, serves only where the data does not. */
function toEvent({ event, data }: ServerSentEvent): JsonObject {
  const value = asObject(parse(data));
  if (value === undefined) throw badResponse('The vendor sent an event that is no JSON object.');
  return value['type'] === undefined && event !== undefined ? { type: event, ...value } : value;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The parser's own message quotes the text, which is content.
    throw badResponse('The vendor sent something that is no JSON.');
  }
}

function badResponse(message: string): ProviderFailure {
  return new ProviderFailure({ class: 'bad_response' }, { message });
}

/** Warnings go out with the first frame, because a stream has one frame for each event of the vendor. */
async function* withWarnings(frames: AsyncIterable<Frame>, warnings: readonly Warning[]): AsyncGenerator<Frame> {
  let events: Frame['events'] = warnings.map((warning) => ({ type: 'warning', warning }));
  for await (const frame of frames) {
    yield events.length === 0 ? frame : { ...frame, events: [...events, ...frame.events] };
    events = [];
  }
}
