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
import { createChatRenderer } from '../../api/dialects/openai-chat/chat-renderer.js';
import { parseChatRequest } from '../../api/dialects/openai-chat/parse-chat-request.js';
import { toChatCall } from '../../api/dialects/openai-chat/to-chat-call.js';
import type { AnswerRenderer } from '../../api/requests/answer-renderer.js';
import { mintRequestId } from '../../api/request-id.js';
import type { Frame } from '../../workflows/contracts/answer.js';
import type { ChatCall } from '../../workflows/contracts/call.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../workflows/contracts/reply.js';

/** From a caller's dialect to a vendor's and back. A new dialect adds its own to `DIRECTIONS`. */
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

/** A conversation with tool calls in it, in turns of about a kilobyte. */
function chatBody(bytes: number): JsonObject {
  const words = 'word '.repeat(200);
  const turn = (index: number): readonly JsonObject[] => [
    { role: 'user', content: words },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: `call_${index}`, type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
    },
    { role: 'tool', tool_call_id: `call_${index}`, content: words },
  ];
  const turns = Math.ceil(bytes / JSON.stringify(turn(0)).length);
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object', properties: {} } } }];
  return { model: 'm', tools, messages: Array.from({ length: turns }, (_, index) => turn(index)).flat() };
}

function readChat(body: JsonObject): ChatCall {
  const parsed = parseChatRequest(body);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return toChatCall(parsed.request);
}

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

const chatRenderer = (): AnswerRenderer =>
  createChatRenderer({ requestId: mintRequestId(), model: 'm', includeUsage: true, legacyFunctions: false });

export const DIRECTIONS: readonly Direction[] = [
  {
    name: 'chat completions, of OpenAI (the same dialect)',
    request: (bytes) => {
      const body = chatBody(bytes);
      return () => toOpenAiChat(attemptOf(readChat(body), 'gpt-5'), { ...OPENAI_PROFILE, baseUrl: '' });
    },
    events: openAiEvents,
    read: readOpenAi,
    renderer: chatRenderer,
  },
  {
    name: 'chat completions, of Anthropic',
    request: (bytes) => {
      const body = chatBody(bytes);
      return () => toAnthropicMessages(attemptOf(readChat(body), 'claude-sonnet-4-5'));
    },
    events: anthropicEvents,
    read: readAnthropic,
    renderer: chatRenderer,
  },
];
