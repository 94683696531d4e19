import {
  readAnthropicEvent,
  startAnthropicStream,
} from '../../activities/providers/anthropic/chat/anthropic-stream.js';
import { PLAIN_READING } from '../../activities/providers/anthropic/chat/reading.js';
import { toAnthropicMessages } from '../../activities/providers/anthropic/chat/to-anthropic-messages.js';
import { NEW_STREAM, reduceOpenAiChat } from '../../activities/providers/openai-compatible/chat/openai-chat-stream.js';
import { toOpenAiChat } from '../../activities/providers/openai-compatible/chat/to-openai-chat.js';
import { OPENAI_PROFILE } from '../../activities/providers/openai/create-openai.js';
import type { ChatAttempt } from '../../activities/providers/port.js';
import { createMessagesRenderer } from '../../api/dialects/anthropic-messages/messages-renderer.js';
import { parseMessagesRequest } from '../../api/dialects/anthropic-messages/parse-messages-request.js';
import { toChatCall as fromMessages } from '../../api/dialects/anthropic-messages/to-chat-call.js';
import { createChatRenderer } from '../../api/dialects/openai-chat/chat-renderer.js';
import { parseChatRequest } from '../../api/dialects/openai-chat/parse-chat-request.js';
import { toChatCall } from '../../api/dialects/openai-chat/to-chat-call.js';
import { parseResponsesRequest } from '../../api/dialects/openai-responses/parse-responses-request.js';
import { createResponsesRenderer, renderContext } from '../../api/dialects/openai-responses/responses-renderer.js';
import { toResponsesCall } from '../../api/dialects/openai-responses/to-responses-call.js';
import type { AnswerRenderer } from '../../api/requests/answer-renderer.js';
import { mintRequestId } from '../../api/request-id.js';
import type { Frame } from '../../workflows/contracts/answer.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../workflows/contracts/reply.js';

/** From a caller's dialect to a vendor's and back. */
export interface Direction {
  readonly name: string;
  /** A request of about this many bytes, from its parsed JSON to what the vendor is sent. */
  readonly request: (bytes: number) => () => unknown;
  /** The vendor's events of an answer of this many tokens, reasoning before the text. */
  readonly events: (tokens: number) => readonly JsonObject[];
  /** Reads the vendor's events as they come: each call is of the next one. */
  readonly read: () => (event: JsonObject) => Frame;
  readonly renderer: () => AnswerRenderer;
}

export const SUMMARY: AnswerSummary = {
  ...{ attempt: 1, offerId: 'v/m', vendor: 'v', chargeNanoUsd: '0' },
  usage: { units: { input: 1, output: 1 }, source: 'reported' },
};

function attemptOf(call: ChatCall, vendorModel: string): ChatAttempt {
  return {
    call,
    offer: {
      ...{ id: `v/${vendorModel}`, vendor: 'v', vendorModel, aliases: [], kind: 'chat', prices: {}, created: 1 },
      ...{ contextWindow: 1_000_000, maxOutputTokens: 100_000, capabilities: ['tools', 'json_schema', 'reasoning'] },
      source: { url: 'https://example.com', asOf: '2026-01-01' },
    },
    maxOutputTokens: 100_000,
    attemptKey: 'request-1:1',
    signal: new AbortController().signal,
  };
}

const WORDS = 'word '.repeat(200);
const SCHEMA: JsonObject = { type: 'object', properties: {} };

/** A conversation of about so many bytes with tool calls in it, in turns of about two kilobytes. */
function turnsOf(bytes: number, turn: (index: number) => readonly JsonObject[]): readonly JsonObject[] {
  const turns = Math.ceil(bytes / JSON.stringify(turn(0)).length);
  return Array.from({ length: turns }, (_, index) => turn(index)).flat();
}

interface Caller {
  readonly name: string;
  readonly body: (bytes: number) => JsonObject;
  readonly toCall: (body: JsonObject) => ChatCall;
  readonly renderer: () => AnswerRenderer;
}

/** What a parser gave, or what it said. */
function accepted<T>(
  parsed:
    { readonly ok: true; readonly request: T } | { readonly ok: false; readonly error: { readonly message: string } },
): T {
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.request;
}

const callOf = (dialect: ChatCall['source']['dialect']): ChatCall => ({
  ...{ kind: 'chat', source: { dialect, body: {} }, messages: [], tools: [], choices: 1, stream: true },
});

const CHAT: Caller = {
  name: 'chat completions',
  body: (bytes) => ({
    model: 'm',
    tools: [{ type: 'function', function: { name: 'f', parameters: SCHEMA } }],
    messages: turnsOf(bytes, (index) => [
      { role: 'user', content: WORDS },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: `call_${index}`, type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
      },
      { role: 'tool', tool_call_id: `call_${index}`, content: WORDS },
    ]),
  }),
  toCall: (body) => toChatCall(accepted(parseChatRequest(body))),
  renderer: () =>
    createChatRenderer({ requestId: mintRequestId(), model: 'm', includeUsage: true, legacyFunctions: false }),
};

const MESSAGES: Caller = {
  name: 'messages',
  body: (bytes) => ({
    ...{ model: 'm', max_tokens: 100_000, tools: [{ name: 'f', input_schema: SCHEMA }] },
    messages: turnsOf(bytes, (index) => [
      { role: 'user', content: WORDS },
      { role: 'assistant', content: [{ type: 'tool_use', id: `toolu_${index}`, name: 'f', input: { a: 1 } }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: `toolu_${index}`, content: WORDS }] },
    ]),
  }),
  toCall: (body) => fromMessages(accepted(parseMessagesRequest(body, { betas: [] })), []),
  renderer: () => createMessagesRenderer(mintRequestId(), ['m'], callOf('anthropic-messages')),
};

const RESPONSES: Caller = {
  name: 'responses',
  body: (bytes) => ({
    ...{ model: 'm', tools: [{ type: 'function', name: 'f', parameters: SCHEMA, strict: false }] },
    input: turnsOf(bytes, (index) => [
      { role: 'user', content: WORDS },
      { type: 'function_call', call_id: `call_${index}`, name: 'f', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: `call_${index}`, output: WORDS },
    ]),
  }),
  toCall: (body) => toResponsesCall(accepted(parseResponsesRequest(body))),
  renderer: () => createResponsesRenderer(renderContext(mintRequestId(), ['m'], callOf('openai-responses'))),
};

/** As most answers of models that think: a fifth of it is reasoning. */
function pieces(tokens: number): readonly { readonly thought: boolean; readonly text: string }[] {
  return Array.from({ length: tokens }, (_, index) => ({ thought: index < tokens / 5, text: ` word${index % 10}` }));
}

function openAiEvents(tokens: number): readonly JsonObject[] {
  const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
    ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5' },
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  const said = pieces(tokens).map(({ thought, text }) =>
    chunk(thought ? { reasoning_content: text } : { content: text }),
  );
  return [chunk({ role: 'assistant', content: '' }), ...said, chunk({}, 'stop')];
}

function anthropicEvents(tokens: number): readonly JsonObject[] {
  const delta = (index: number, fields: JsonObject): JsonObject => ({
    type: 'content_block_delta',
    index,
    delta: fields,
  });
  const all = pieces(tokens);
  const thoughts = all.filter(({ thought }) => thought);
  const said = all.filter(({ thought }) => !thought);
  return [
    { type: 'message_start', message: { id: 'msg_1', model: 'claude', usage: { input_tokens: 1, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
    ...thoughts.map(({ text }) => delta(0, { type: 'thinking_delta', thinking: text })),
    delta(0, { type: 'signature_delta', signature: 'c2ln' }),
    { type: 'content_block_stop', index: 0 },
    { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
    ...said.map(({ text }) => delta(1, { type: 'text_delta', text })),
    { type: 'content_block_stop', index: 1 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: tokens } },
    { type: 'message_stop' },
  ];
}

function readOpenAi(): (event: JsonObject) => Frame {
  let state = NEW_STREAM;
  return (event) => {
    const [next, frame] = reduceOpenAiChat(state, event);
    state = next;
    return frame;
  };
}

function readAnthropic(): (event: JsonObject) => Frame {
  let state = startAnthropicStream(PLAIN_READING);
  return (event) => {
    const [next, frame] = readAnthropicEvent(state, event);
    state = next;
    return frame;
  };
}

interface Vendor {
  readonly name: string;
  readonly send: (call: ChatCall) => unknown;
  readonly events: (tokens: number) => readonly JsonObject[];
  readonly read: () => (event: JsonObject) => Frame;
}

const VENDORS: readonly Vendor[] = [
  {
    name: 'OpenAI',
    send: (call) => toOpenAiChat(attemptOf(call, 'gpt-5'), { ...OPENAI_PROFILE, baseUrl: '' }),
    events: openAiEvents,
    read: readOpenAi,
  },
  {
    name: 'Anthropic',
    send: (call) => toAnthropicMessages(attemptOf(call, 'claude-sonnet-4-5')),
    events: anthropicEvents,
    read: readAnthropic,
  },
];

/** OpenAI is spoken to by its chat completions, of which the first direction is the same dialect, as the fourth is of Anthropic's. */
export const DIRECTIONS: readonly Direction[] = [CHAT, MESSAGES, RESPONSES].flatMap((caller) =>
  VENDORS.map((vendor): Direction => ({
    name: `${caller.name}, of ${vendor.name}`,
    request: (bytes) => {
      const body = caller.body(bytes);
      return () => vendor.send(caller.toCall(body));
    },
    events: vendor.events,
    read: vendor.read,
    renderer: caller.renderer,
  })),
);
