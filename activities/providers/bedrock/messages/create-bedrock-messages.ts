import type { Frame, Warning } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { createAnthropicChat } from '../../anthropic/chat/create-anthropic-chat.js';
import type { MessagesAsked, MessagesSent } from '../../anthropic/chat/endpoint.js';
import type { VendorHttp } from '../../http.js';
import type { ChatAttempt, ChatProvider } from '../../port.js';
import type { BedrockEndpoint } from '../bedrock-endpoint.js';
import { fitToBedrock } from './fit-to-bedrock.js';
import { readInvokeEvents } from './read-invoke-events.js';

/** What Bedrock wants in place of the header `anthropic-version`. */
const API_VERSION = 'bedrock-2023-05-31';

/**
 * Claude by Anthropic's own Messages, which InvokeModel and InvokeModelWithResponseStream carry: for callers who speak that
 * dialect, because Converse has no name for much of it
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html).
 */
export function createBedrockMessages(options: {
  readonly endpoint: BedrockEndpoint;
  readonly http: VendorHttp;
}): Pick<ChatProvider, 'chat'> {
  const { endpoint, http } = options;
  const send = ({ attempt, body, betas }: MessagesAsked): Promise<MessagesSent> => {
    const operation = attempt.call.stream ? 'invoke-with-response-stream' : 'invoke';
    return endpoint(attempt.offer, operation, toInvokeBody(body, betas));
  };
  const claude = createAnthropicChat({ id: 'bedrock', http, endpoint: send, readEvents: readInvokeEvents });
  return {
    chat: (attempt: ChatAttempt) => {
      const { attempt: fitting, warnings } = fitToBedrock(attempt);
      return withWarnings(claude.chat(fitting), warnings);
    },
  };
}

/** The model is in the address, and so is whether to stream; betas are in the body. */
export function toInvokeBody(body: JsonObject, betas: readonly string[]): JsonObject {
  const { model: _model, stream: _stream, ...rest } = body;
  return { anthropic_version: API_VERSION, ...(betas.length > 0 && { anthropic_beta: betas }), ...rest };
}

async function* withWarnings(frames: AsyncIterable<Frame>, warnings: readonly Warning[]): AsyncGenerator<Frame> {
  let events: Frame['events'] = warnings.map((warning) => ({ type: 'warning', warning }));
  for await (const frame of frames) {
    yield events.length === 0 ? frame : { ...frame, events: [...events, ...frame.events] };
    events = [];
  }
}
