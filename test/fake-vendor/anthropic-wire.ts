import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Answer, AnswerChoice, AnsweredCall } from './compose.js';
import type { Ask } from './ask.js';
import type { Piece } from './piece.js';
import { piece } from './piece.js';
import { createSeeded, lettersFrom } from './seeded.js';

const stopReasons = { stop: 'end_turn', length: 'max_tokens', 'tool-calls': 'tool_use', refusal: 'refusal' } as const;

const datedModels: { readonly [model: string]: string | undefined } = {
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
};

/** `input_tokens` leaves cached reads and writes out, unlike the other vendor's count. */
const inputUsageOf = (answer: Answer): JsonObject => ({
  input_tokens: answer.inputTokens - answer.cachedTokens,
  cache_creation_input_tokens: answer.cacheWriteTokens,
  cache_read_input_tokens: answer.cachedTokens,
});

const wholeUsageOf = (answer: Answer, outputTokens: number): JsonObject | undefined =>
  answer.usage === 'missing'
    ? undefined
    : {
        ...inputUsageOf(answer),
        cache_creation: { ephemeral_5m_input_tokens: answer.cacheWriteTokens, ephemeral_1h_input_tokens: 0 },
        output_tokens: outputTokens,
        service_tier: 'standard',
        inference_geo: 'not_available',
        ...answer.usage,
      };

/** The last usage of a stream has no split of cache writes by lifetime: only the first has. */
const finalUsageOf = (answer: Answer): JsonObject | undefined =>
  answer.usage === 'missing'
    ? undefined
    : { ...inputUsageOf(answer), output_tokens: answer.outputTokens, ...answer.usage };

const messageOf = (ask: Ask, answer: Answer): JsonObject => ({
  model: datedModels[ask.model] ?? ask.model,
  id: `msg_01${lettersFrom(answer.id, 22)}`,
  type: 'message',
  role: 'assistant',
});

const choiceOf = (answer: Answer): AnswerChoice =>
  answer.choices[0] ?? { reasoning: [], text: [], refused: false, toolCalls: [], finish: 'stop' };

/** A whole `message`. */
export const anthropicBody = (ask: Ask, answer: Answer): Piece => {
  const choice = choiceOf(answer);
  const usage = wholeUsageOf(answer, answer.outputTokens);
  const content = [
    ...(choice.reasoning.length > 0
      ? [{ type: 'thinking', thinking: choice.reasoning.join(''), signature: signatureOf(answer) }]
      : []),
    ...(choice.text.length > 0 ? [{ type: 'text', text: choice.text.join('') }] : []),
    ...choice.toolCalls.map((call) => ({ ...toolUse(call), input: inputFrom(call) })),
  ];
  const ending = { stop_reason: stopReasons[choice.finish], stop_sequence: null, stop_details: null };
  return piece(JSON.stringify({ ...messageOf(ask, answer), content, ...ending, usage }), usage);
};

const signatureOf = (answer: Answer): string => `${lettersFrom(`signature:${answer.id}`, 86)}==`;

const toolUse = (call: AnsweredCall): JsonObject => ({
  type: 'tool_use',
  id: `toolu_01${call.id}`,
  name: call.name,
  input: {},
});

/** A plain answer holds the arguments as a value; one that is cut in the middle has none that could be parsed. */
const inputFrom = (call: AnsweredCall): JsonObject => {
  try {
    return JSON.parse(call.arguments.join('')) as JsonObject;
  } catch {
    return {};
  }
};

interface Block {
  readonly opening: JsonObject;
  readonly deltas: readonly JsonObject[];
}

const blocksOf = (answer: Answer): readonly Block[] => {
  const choice = choiceOf(answer);
  const thinking = {
    opening: { type: 'thinking', thinking: '', signature: '' },
    deltas: [
      ...choice.reasoning.map((text) => ({ type: 'thinking_delta', thinking: text })),
      { type: 'signature_delta', signature: signatureOf(answer) },
    ],
  };
  const text = {
    opening: { type: 'text', text: '' },
    deltas: choice.text.map((words) => ({ type: 'text_delta', text: words })),
  };
  const calls = choice.toolCalls.map((call) => ({
    opening: toolUse(call),
    deltas: ['', ...call.arguments].map((words) => ({ type: 'input_json_delta', partial_json: words })),
  }));
  return [...(choice.reasoning.length > 0 ? [thinking] : []), ...(choice.text.length > 0 ? [text] : []), ...calls];
};

/** The events of a stream, made as they are read. */
export function* anthropicEvents(ask: Ask, answer: Answer): Generator<Piece> {
  const event = eventsPaddedBy(answer.id);
  const opening = {
    ...messageOf(ask, answer),
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
  };
  yield event('message_start', { message: { ...opening, usage: wholeUsageOf(answer, 1) } });
  for (const [index, block] of blocksOf(answer).entries()) {
    yield event('content_block_start', { index, content_block: block.opening });
    if (index === 0) yield piece('event: ping\ndata: {"type": "ping"}\n\n');
    for (const delta of block.deltas) yield event('content_block_delta', { index, delta });
    yield event('content_block_stop', { index });
  }
  const usage = finalUsageOf(answer);
  const delta = { stop_reason: stopReasons[choiceOf(answer).finish], stop_sequence: null, stop_details: null };
  yield event('message_delta', { delta, usage }, usage);
  yield event('message_stop', {});
}

type EventWriter = (type: string, data: JsonObject, usage?: JsonObject) => Piece;

/** Up to fifteen spaces stand before the last brace, against eavesdroppers who count bytes. */
const eventsPaddedBy = (seed: string): EventWriter => {
  const next = createSeeded(seed);
  return (type, data, usage) => {
    const json = JSON.stringify({ type, ...data });
    return piece(`event: ${type}\ndata: ${json.slice(0, -1)}${' '.repeat(next(16))}}\n\n`, usage);
  };
};

export const anthropicErrorEvent = (): Piece =>
  piece('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n');
