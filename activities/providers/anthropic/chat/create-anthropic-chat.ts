import type { Frame, Warning } from '../../../../workflows/contracts/answer.js';
import { checkingAnswer } from '../../answer-check.js';
import { readHttpFailure } from '../../http.js';
import type { VendorHttp, VendorResponse } from '../../http.js';
import { parseVendorJson, toResponseNote } from '../../json-answer.js';
import { ProviderFailure } from '../../port.js';
import type { ChatAttempt, ChatProvider } from '../../port.js';
import { readAnthropicEvent, startAnthropicStream } from './anthropic-stream.js';
import { toBetaHeader } from './beta-header.js';
import type { MessagesEndpoint, ReadMessagesEvents } from './endpoint.js';
import { fromAnthropicMessage } from './from-anthropic-message.js';
import { readMessageEvents } from './read-message-events.js';
import type { Reading } from './reading.js';
import { toAnthropicMessages } from './to-anthropic-messages.js';

export interface AnthropicChatOptions {
  /** The name in the catalogue of who serves the models: `anthropic`, or a cloud. */
  readonly id: string;
  readonly http: VendorHttp;
  readonly endpoint: MessagesEndpoint;
  /** Absent where the stream is framed as in Anthropic's own API. */
  readonly readEvents?: ReadMessagesEvents;
}

/** Anthropic's Messages (https://platform.claude.com/docs/en/api/messages) as a chat provider, whoever carries them. */
export function createAnthropicChat(options: AnthropicChatOptions): ChatProvider {
  const { id, http, endpoint, readEvents = readMessageEvents } = options;

  async function* chat(attempt: ChatAttempt): AsyncGenerator<Frame> {
    const { body, warnings, reading, unenforced } = toAnthropicMessages(attempt);
    const beta = toBetaHeader(attempt);
    const sent = await endpoint({ attempt, body, betas: beta.betas });
    const response = await http.postJson({ ...sent, signal: attempt.signal });
    try {
      attempt.onResponse?.(toResponseNote(response));
      if (response.status < 200 || response.status > 299) throw await readHttpFailure(response);
      const frames = attempt.call.stream ? readStream(response, reading, readEvents) : readMessage(response, reading);
      const { dialect } = attempt.call.source;
      yield* withWarnings(unenforced ? checkingAnswer(frames, unenforced, dialect) : frames, [
        ...beta.warnings,
        ...warnings,
      ]);
    } finally {
      response.discard();
    }
  }

  return { id, chat };
}

async function* readMessage(response: VendorResponse, reading: Reading): AsyncGenerator<Frame> {
  yield fromAnthropicMessage(parseVendorJson(await response.readText()), reading);
}

async function* readStream(
  response: VendorResponse,
  reading: Reading,
  readEvents: ReadMessagesEvents,
): AsyncGenerator<Frame> {
  let state = startAnthropicStream(reading);
  for await (const event of readEvents(response)) {
    const [next, frame] = readAnthropicEvent(state, event);
    state = next;
    // What the vendor does after its end marker changes nothing of the answer.
    if (state.ended) response.release();
    yield frame;
    if (state.ended) return;
  }
  throw new ProviderFailure({ class: 'cut' }, { message: "The vendor's answer broke off before its end." });
}

/** Warnings go out with the first frame, because a stream has one frame for each event of the vendor. */
async function* withWarnings(frames: AsyncIterable<Frame>, warnings: readonly Warning[]): AsyncGenerator<Frame> {
  let events: Frame['events'] = warnings.map((warning) => ({ type: 'warning', warning }));
  for await (const frame of frames) {
    yield events.length === 0 ? frame : { ...frame, events: [...events, ...frame.events] };
    events = [];
  }
}
