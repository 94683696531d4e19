import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerHabits } from './adapters.js';
import { TOKENS } from './canonical-answers.js';
import type { AnsweredCall, SpokenAnswer } from './canonical-answers.js';
import type { VendorEvent, VendorWriting } from './vendor-event.js';

const FINISHES = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'tool_calls',
  filtered: 'content_filter',
  refused: 'stop',
};
const HEAD = { id: 'chatcmpl-1', created: 1_760_000_000, model: 'vendor-model' };

/** An answer in OpenAI's chat dialect, with the habits of one vendor of it. */
export function writeChatAnswer(answer: SpokenAnswer, habits: AnswerHabits): VendorWriting {
  const usage = usageOf(answer, habits);
  const finish_reason = FINISHES[answer.end];
  const message = { role: 'assistant', ...wholeMessage(answer, habits) };
  const plain = {
    ...{ ...HEAD, object: 'chat.completion', usage },
    choices: [{ index: 0, finish_reason, logprobs: null, message }],
  };
  return { plain, events: eventsOf(answer, habits, usage, finish_reason) };
}

function eventsOf(
  answer: SpokenAnswer,
  habits: AnswerHabits,
  usage: JsonObject,
  finish_reason: string,
): readonly VendorEvent[] {
  const { emptyFirst, ends, usage: where } = habits;
  // The padding is against those who count bytes; no client reads it.
  const chunkOf = (choices: readonly JsonObject[], others: JsonObject = {}): VendorEvent => ({
    data: { ...HEAD, object: 'chat.completion.chunk', choices, obfuscation: 'kE3vQ', ...others },
  });
  const running = where === 'running' ? { usage: { ...usage, completion_tokens: 1, total_tokens: 21 } } : {};
  const said = deltasOf(answer, habits).map((delta) => chunkOf([{ index: 0, delta, finish_reason: null }], running));
  const atEnd =
    where === 'last-chunk' || where === 'running' ? { usage } : where === 'x-groq' ? { x_groq: { usage } } : {};
  const last = chunkOf([{ index: 0, delta: {}, finish_reason }], atEnd);
  return [
    ...(emptyFirst ? [EMPTY_FIRST] : []),
    chunkOf([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }], running),
    ...said,
    ends === 'done' ? last : { ...last, ends: true },
    ...(where === 'own-chunk' ? [chunkOf([], { usage })] : []),
    ...(ends === 'done' ? [{ data: '[DONE]', ends: true } as const] : []),
  ];
}

/** Azure's, as recorded: what its filter says of the prompt, before the answer has a name. */
const EMPTY_FIRST: VendorEvent = {
  data: {
    ...{ id: '', object: '', created: 0, model: '', choices: [] },
    prompt_filter_results: [
      { prompt_index: 0, content_filter_results: { hate: { filtered: false, severity: 'safe' } } },
    ],
  },
};

function deltasOf(answer: SpokenAnswer, habits: AnswerHabits): readonly JsonObject[] {
  const { reasoning = [], text = [], refusal = [], calls = [] } = answer;
  return [
    ...reasoning.map((piece) => toReasoning(piece, habits)),
    ...text.map((content) => ({ content })),
    ...refusal.map((piece) => ({ refusal: piece })),
    ...calls.flatMap(({ id, name, written }, index) => [
      { tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] },
      ...written.map((piece) => ({ tool_calls: [{ index, function: { arguments: piece } }] })),
    ]),
  ];
}

function toReasoning(text: string, { reasoning = 'reasoning_content' }: AnswerHabits): JsonObject {
  if (reasoning !== 'thinking-parts') return { [reasoning]: text };
  return { content: [{ type: 'thinking', thinking: [{ type: 'text', text }] }] };
}

function wholeMessage(answer: SpokenAnswer, habits: AnswerHabits): JsonObject {
  const { reasoning, text, refusal, calls } = answer;
  const thought = reasoning && toReasoning(reasoning.join(''), habits);
  const parts = Array.isArray(thought?.['content']) ? (thought['content'] as readonly JsonObject[]) : undefined;
  const words = text?.join('') ?? null;
  return {
    ...thought,
    content: parts && words !== null ? [...parts, { type: 'text', text: words }] : words,
    ...(refusal && { refusal: refusal.join('') }),
    ...(calls && { tool_calls: calls.map(toCall) }),
  };
}

function toCall({ id, name, written }: AnsweredCall): JsonObject {
  return { id, type: 'function', function: { name, arguments: written.join('') } };
}

function usageOf({ reasoning }: SpokenAnswer, { cached = 'details', hidesReasoning }: AnswerHabits): JsonObject {
  const reasoned = reasoning === undefined ? 0 : TOKENS.reasoning;
  return {
    prompt_tokens: TOKENS.input,
    completion_tokens: TOKENS.output - (hidesReasoning ? reasoned : 0),
    total_tokens: TOKENS.input + TOKENS.output,
    ...(cached === 'details'
      ? { prompt_tokens_details: { cached_tokens: TOKENS.cached } }
      : { [cached]: TOKENS.cached }),
    ...(reasoned > 0 && { completion_tokens_details: { reasoning_tokens: reasoned } }),
  };
}
