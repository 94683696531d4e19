import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { Ask } from './ask.js';
import type { Answer, AnswerChoice, AnsweredCall } from './compose.js';
import { isObject, listOf, objectsOf } from './json-fields.js';
import { pictureItems, pictureUsageOf } from './picture-items.js';
import type { Piece } from './piece.js';
import type { Item } from './response-item.js';
import { piece } from './piece.js';
import { createSeeded, lettersFrom } from './seeded.js';

const none: AnswerChoice = { reasoning: [], text: [], refused: false, toolCalls: [], finish: 'stop' };

/** Cached and written tokens are part of `input_tokens`, reasoning is part of `output_tokens`. */
const usageOf = (answer: Answer): JsonObject | undefined => {
  if (answer.usage === 'missing') return undefined;
  return {
    input_tokens: answer.inputTokens,
    input_tokens_details: { cached_tokens: answer.cachedTokens, cache_write_tokens: answer.cacheWriteTokens },
    output_tokens: answer.outputTokens,
    output_tokens_details: { reasoning_tokens: answer.reasoningTokens },
    total_tokens: answer.inputTokens + answer.outputTokens,
    ...answer.usage,
  };
};

/** A Response as it stands when its answer is under way; what its end changes is laid over it. */
const underWay = ({ body, model }: Ask, answer: Answer): JsonObject => ({
  id: `resp_${lettersFrom(answer.id, 48)}`,
  object: 'response',
  created_at: answer.createdAtSeconds,
  status: 'in_progress',
  background: false,
  completed_at: null,
  error: null,
  incomplete_details: null,
  instructions: body.instructions ?? null,
  max_output_tokens: body.max_output_tokens ?? null,
  max_tool_calls: body.max_tool_calls ?? null,
  metadata: body.metadata ?? {},
  model,
  output: [],
  parallel_tool_calls: body.parallel_tool_calls ?? true,
  previous_response_id: null,
  prompt_cache_key: body.prompt_cache_key ?? null,
  reasoning: { effort: 'medium', summary: null, ...(isObject(body.reasoning) && body.reasoning) },
  safety_identifier: body.safety_identifier ?? null,
  service_tier: 'default',
  store: body.store ?? true,
  temperature: body.temperature ?? 1,
  text: { format: { type: 'text' }, verbosity: 'medium', ...(isObject(body.text) && body.text) },
  tool_choice: body.tool_choice ?? 'auto',
  tools: body.tools ?? [],
  top_logprobs: body.top_logprobs ?? 0,
  top_p: body.top_p ?? 1,
  truncation: 'disabled',
});

const ended = (ask: Ask, answer: Answer): JsonObject => {
  const { finish } = answer.choices[0] ?? none;
  const short = finish === 'length';
  return {
    ...underWay(ask, answer),
    status: short ? 'incomplete' : 'completed',
    completed_at: answer.createdAtSeconds + 1,
    incomplete_details: short ? { reason: 'max_output_tokens' } : null,
    output: itemsOf(ask, answer).map(({ whole }) => whole),
    usage: usageOf(answer),
    ...pictureUsageOf(ask, answer),
  };
};

const itemsOf = (ask: Ask, answer: Answer): readonly Item[] => {
  const choice = answer.choices[0] ?? none;
  return [
    ...(choice.reasoning.length > 0 ? [reasoningItem(ask, answer, choice)] : []),
    ...pictureItems(ask, answer),
    ...(choice.text.length > 0 ? [messageItem(answer, choice)] : []),
    ...choice.toolCalls.map((call) => callItem(ask, call)),
  ];
};

/** The summary is told where one was asked for, and the proof where that was. */
const reasoningItem = (ask: Ask, answer: Answer, { reasoning }: AnswerChoice): Item => {
  const told = isObject(ask.body.reasoning) && typeof ask.body.reasoning.summary === 'string' ? reasoning : [];
  const text = told.join('');
  const part = (words: string): JsonObject => ({ type: 'summary_text', text: words });
  const opening: JsonObject = { id: `rs_${lettersFrom(`rs:${answer.id}`, 48)}`, type: 'reasoning', summary: [] };
  const proof = listOf(ask.body.include).includes('reasoning.encrypted_content')
    ? { encrypted_content: `gAAAA${lettersFrom(`proof:${answer.id}`, 80)}==` }
    : {};
  return {
    opening,
    inner: (place) =>
      told.length === 0
        ? []
        : [
            { type: 'response.reasoning_summary_part.added', ...place, summary_index: 0, part: part('') },
            ...told.map((delta) => {
              return { type: 'response.reasoning_summary_text.delta', ...place, summary_index: 0, delta };
            }),
            { type: 'response.reasoning_summary_text.done', ...place, summary_index: 0, text },
            { type: 'response.reasoning_summary_part.done', ...place, summary_index: 0, part: part(text) },
          ],
    whole: { ...opening, summary: told.length === 0 ? [] : [part(text)], ...proof },
  };
};

const messageItem = (answer: Answer, { text, refused, finish }: AnswerChoice): Item => {
  const opening = { id: `msg_${lettersFrom(`msg:${answer.id}`, 48)}`, type: 'message', role: 'assistant' };
  const part = (words: string): JsonObject =>
    refused ? { type: 'refusal', refusal: words } : { type: 'output_text', annotations: [], logprobs: [], text: words };
  const kind = refused ? 'refusal' : 'output_text';
  const [whole, logprobs] = [text.join(''), refused ? {} : { logprobs: [] }];
  return {
    opening: { ...opening, status: 'in_progress', content: [] },
    inner: (place) => [
      { type: 'response.content_part.added', ...place, content_index: 0, part: part('') },
      ...text.map((delta) => ({ type: `response.${kind}.delta`, ...place, content_index: 0, delta, ...logprobs })),
      {
        type: `response.${kind}.done`,
        ...place,
        content_index: 0,
        ...(refused ? { refusal: whole } : { text: whole, ...logprobs }),
      },
      { type: 'response.content_part.done', ...place, content_index: 0, part: part(whole) },
    ],
    whole: { ...opening, status: finish === 'length' ? 'incomplete' : 'completed', content: [part(whole)] },
  };
};

const callItem = (ask: Ask, call: AnsweredCall): Item => {
  const custom = objectsOf(ask.body.tools).some(({ type, name }) => type === 'custom' && name === call.name);
  const written = call.arguments.join('');
  const field = custom ? 'input' : 'arguments';
  const kind = custom ? 'custom_tool_call_input' : 'function_call_arguments';
  const item = (words: string, status: string): JsonObject => ({
    id: `${custom ? 'ctc' : 'fc'}_${lettersFrom(`item:${call.id}`, 48)}`,
    type: custom ? 'custom_tool_call' : 'function_call',
    status,
    [field]: words,
    call_id: `call_${call.id}`,
    name: call.name,
  });
  const name = custom ? {} : { name: call.name };
  return {
    opening: item('', 'in_progress'),
    inner: (place) => [
      ...call.arguments.map((delta) => ({ type: `response.${kind}.delta`, ...place, delta })),
      { type: `response.${kind}.done`, ...place, [field]: written, ...name },
    ],
    whole: item(written, 'completed'),
  };
};

/** A whole Response, printed as the vendor prints it. */
export const responsesBody = (ask: Ask, answer: Answer): Piece =>
  piece(`${JSON.stringify(ended(ask, answer), null, 2)}\n`, usageOf(answer));

/** The events of a stream, made as they are read; the last is its end marker. */
export function* responsesEvents(ask: Ask, answer: Answer): Generator<Piece> {
  const event = eventsPaddedBy(ask, answer.id);
  yield event({ type: 'response.created', response: underWay(ask, answer) });
  yield event({ type: 'response.in_progress', response: underWay(ask, answer) });
  for (const [index, item] of itemsOf(ask, answer).entries()) {
    yield event({ type: 'response.output_item.added', output_index: index, item: item.opening });
    for (const inner of item.inner({ output_index: index, item_id: item.opening.id })) yield event(inner);
    yield event({ type: 'response.output_item.done', output_index: index, item: item.whole });
  }
  const response = ended(ask, answer);
  yield event({ type: `response.${response.status as string}`, response }, usageOf(answer));
}

/** Every event has its number, and every delta random-looking padding against eavesdroppers who count bytes. */
const eventsPaddedBy = ({ body }: Ask, seed: string) => {
  const options: Json | undefined = body.stream_options;
  const pads = !(isObject(options) && options.include_obfuscation === false);
  const next = createSeeded(seed);
  let number = -1;
  return (event: JsonObject, usage?: JsonObject): Piece => {
    number += 1;
    const padding = pads && 'delta' in event ? { obfuscation: lettersFrom(`${seed}:${number}`, 1 + next(16)) } : {};
    return eventPiece({ ...event, ...padding, sequence_number: number }, usage);
  };
};

const eventPiece = (event: JsonObject, usage?: JsonObject): Piece =>
  piece(`event: ${event.type as string}\ndata: ${JSON.stringify(event)}\n\n`, usage);

/** An error in the middle of a stream: alone, or as an answer that failed. */
export const responsesErrorEvent = (ask: Ask, answer: Answer, form: 'bare' | 'in-chunk'): Piece => {
  const error = {
    code: 'server_error',
    message: 'The server had an error while processing your request. Sorry about that!',
  };
  const sequence_number = 99;
  if (form === 'bare') return eventPiece({ type: 'error', ...error, param: null, sequence_number });
  const response = { ...underWay(ask, answer), status: 'failed', error };
  return eventPiece({ type: 'response.failed', response, sequence_number });
};
