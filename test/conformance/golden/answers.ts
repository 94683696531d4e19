import type { JsonObject } from '../../../workflows/contracts/json.js';
import { functionCall, message, reasoning, responseOf } from './response-events.js';

/** What a vendor streams, an event each; all tell the same, as far as their forms allow. */
export interface GoldenAnswer {
  readonly name: string;
  readonly 'openai-chat': readonly JsonObject[];
  readonly 'anthropic-messages': readonly JsonObject[];
  readonly 'openai-responses': readonly JsonObject[];
  /** What every caller must have got, whatever its dialect. */
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: string }[];
}

const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
  ...{ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'gpt-5' },
  choices: [{ index: 0, delta, finish_reason: finish }],
});
const chatUsage = (usage: JsonObject): JsonObject => ({ ...chunk({}), choices: [], usage });
const callPiece = (index: number, written: string, name?: string): JsonObject =>
  chunk({
    tool_calls: [
      {
        index,
        ...(name !== undefined && { id: `call_${index}`, type: 'function' }),
        function: { ...(name !== undefined && { name }), arguments: written },
      },
    ],
  });

const begun = (usage: JsonObject): JsonObject => ({
  type: 'message_start',
  message: {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5', content: [] },
    ...{ stop_reason: null, stop_sequence: null, usage },
  },
});
const opened = (index: number, block: JsonObject): JsonObject => ({
  type: 'content_block_start',
  index,
  content_block: block,
});
const piece = (index: number, delta: JsonObject): JsonObject => ({ type: 'content_block_delta', index, delta });
const closed = (index: number): JsonObject => ({ type: 'content_block_stop', index });
const ended = (reason: string, usage: JsonObject, more: JsonObject = {}): readonly JsonObject[] => [
  { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null, ...more }, usage },
  { type: 'message_stop' },
];
const said = (index: number, ...texts: readonly string[]): readonly JsonObject[] => [
  opened(index, { type: 'text', text: '' }),
  ...texts.map((text) => piece(index, { type: 'text_delta', text })),
  closed(index),
];
const called = (index: number, id: string, name: string, ...written: readonly string[]): readonly JsonObject[] => [
  opened(index, { type: 'tool_use', id, name, input: {} }),
  ...written.map((partial_json) => piece(index, { type: 'input_json_delta', partial_json })),
  closed(index),
];

export const ANSWERS: readonly GoldenAnswer[] = [
  {
    name: 'parallel tool calls, their arguments in pieces',
    // The pieces of the two calls take turns, as some vendors send them.
    'openai-chat': [
      chunk({ role: 'assistant', content: 'Let me ' }),
      chunk({ content: 'see.' }),
      callPiece(0, '', 'weather'),
      callPiece(0, '{"city":'),
      callPiece(1, '', 'clock'),
      callPiece(1, '{"ci'),
      callPiece(0, '"Ulm"}'),
      callPiece(1, 'ty":"Rome"}'),
      chunk({}, 'tool_calls'),
      chatUsage({ prompt_tokens: 20, completion_tokens: 9, total_tokens: 29 }),
    ],
    'anthropic-messages': [
      begun({ input_tokens: 20, output_tokens: 1 }),
      ...said(0, 'Let me ', 'see.'),
      ...called(1, 'toolu_0', 'weather', '', '{"city":', '"Ulm"}'),
      ...called(2, 'toolu_1', 'clock', '{"ci', 'ty":"Rome"}'),
      ...ended('tool_use', { output_tokens: 9 }),
    ],
    'openai-responses': responseOf(
      [
        message('output_text', 'Let me ', 'see.'),
        functionCall('call_0', 'weather', '{"city":', '"Ulm"}'),
        functionCall('call_1', 'clock', '{"ci', 'ty":"Rome"}'),
      ],
      { input_tokens: 20, output_tokens: 9, total_tokens: 29 },
    ),
    text: 'Let me see.',
    calls: [
      { name: 'weather', input: '{"city":"Ulm"}' },
      { name: 'clock', input: '{"city":"Rome"}' },
    ],
  },
  {
    name: 'reasoning, with its proof where the vendor has one',
    'openai-chat': [
      chunk({ role: 'assistant', reasoning_content: 'First, ' }),
      chunk({ reasoning_content: 'think.' }),
      chunk({ content: 'Done.' }),
      chunk({}, 'stop'),
      chatUsage({
        ...{ prompt_tokens: 5, completion_tokens: 7, total_tokens: 12 },
        completion_tokens_details: { reasoning_tokens: 4 },
      }),
    ],
    'anthropic-messages': [
      begun({ input_tokens: 5, output_tokens: 1 }),
      opened(0, { type: 'thinking', thinking: '', signature: '' }),
      piece(0, { type: 'thinking_delta', thinking: 'First, ' }),
      piece(0, { type: 'thinking_delta', thinking: 'think.' }),
      piece(0, { type: 'signature_delta', signature: 'c2ln' }),
      closed(0),
      opened(1, { type: 'redacted_thinking', data: 'aGlkZGVu' }),
      closed(1),
      ...said(2, 'Done.'),
      ...ended('end_turn', { output_tokens: 7 }),
    ],
    'openai-responses': responseOf([reasoning('gAAAproof', 'First, ', 'think.'), message('output_text', 'Done.')], {
      ...{ input_tokens: 5, output_tokens: 7, total_tokens: 12 },
      output_tokens_details: { reasoning_tokens: 4 },
    }),
    text: 'Done.',
    calls: [],
  },
  {
    name: 'a refusal',
    'openai-chat': [
      chunk({ role: 'assistant', content: '' }),
      chunk({ refusal: 'I would ' }),
      chunk({ refusal: 'rather not.' }),
      chunk({}, 'stop'),
      chatUsage({ prompt_tokens: 4, completion_tokens: 4, total_tokens: 8 }),
    ],
    'anthropic-messages': [
      begun({ input_tokens: 4, output_tokens: 1 }),
      ...ended(
        'refusal',
        { output_tokens: 4 },
        { stop_details: { type: 'refusal', category: 'x', explanation: 'I would rather not.' } },
      ),
    ],
    'openai-responses': responseOf([message('refusal', 'I would ', 'rather not.')], {
      ...{ input_tokens: 4, output_tokens: 4, total_tokens: 8 },
    }),
    text: '',
    calls: [],
  },
  {
    name: 'cached tokens, and an end at the cap',
    'openai-chat': [
      chunk({ role: 'assistant', content: 'Once upon' }),
      chunk({}, 'length'),
      chatUsage({
        ...{ prompt_tokens: 1_000, completion_tokens: 2, total_tokens: 1_002 },
        prompt_tokens_details: { cached_tokens: 900 },
      }),
    ],
    'anthropic-messages': [
      begun({
        ...{ input_tokens: 100, cache_read_input_tokens: 600, cache_creation_input_tokens: 300, output_tokens: 1 },
        cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 100 },
      }),
      ...said(0, 'Once upon'),
      ...ended('max_tokens', { output_tokens: 2 }),
    ],
    'openai-responses': responseOf(
      [message('output_text', 'Once upon')],
      {
        ...{ input_tokens: 1_000, output_tokens: 2, total_tokens: 1_002 },
        input_tokens_details: { cached_tokens: 900, cache_write_tokens: 50 },
      },
      { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } },
    ),
    text: 'Once upon',
    calls: [],
  },
];
