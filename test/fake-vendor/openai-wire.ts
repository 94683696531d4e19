import type { JsonObject } from '../../workflows/contracts/json.js';
import type { Answer, AnswerChoice } from './compose.js';
import type { Ask } from './ask.js';
import { isObject } from './json-fields.js';
import type { Piece } from './piece.js';
import { piece } from './piece.js';
import { createSeeded, lettersFrom } from './seeded.js';

const finishReasons = { stop: 'stop', length: 'length', 'tool-calls': 'tool_calls', refusal: 'stop' } as const;

/** The vendor names the dated model that answered, not the one that was asked for. */
const datedModels: { readonly [model: string]: string | undefined } = {
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
};

const envelopeOf = (ask: Ask, answer: Answer, object: string): JsonObject => ({
  id: `chatcmpl-${lettersFrom(answer.id, 29)}`,
  object,
  created: answer.createdAtSeconds,
  model: datedModels[ask.model] ?? ask.model,
  service_tier: 'default',
  system_fingerprint: 'fp_ff25b2783a',
});

/** Nothing where the behaviour is to leave it out. Cached tokens are part of `prompt_tokens`. */
const usageOf = (answer: Answer): JsonObject | undefined => {
  if (answer.usage === 'missing') return undefined;
  return {
    prompt_tokens: answer.inputTokens,
    completion_tokens: answer.outputTokens,
    total_tokens: answer.inputTokens + answer.outputTokens,
    prompt_tokens_details: { cached_tokens: answer.cachedTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: answer.reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    ...answer.usage,
  };
};

/** A whole `chat.completion`, printed as the vendor prints it. */
export const openAiBody = (ask: Ask, answer: Answer): Piece => {
  const usage = usageOf(answer);
  const choices = answer.choices.map((choice, index) => ({
    index,
    message: messageOf(choice),
    logprobs: null,
    finish_reason: finishReasons[choice.finish],
  }));
  return piece(
    `${JSON.stringify({ ...envelopeOf(ask, answer, 'chat.completion'), choices, usage }, null, 2)}\n`,
    usage,
  );
};

const messageOf = (choice: AnswerChoice): JsonObject => {
  const text = choice.text.join('');
  const calls = choice.toolCalls.map((call) => ({
    id: `call_${call.id}`,
    type: 'function',
    function: { name: call.name, arguments: call.arguments.join('') },
  }));
  return {
    role: 'assistant',
    content: choice.refused || (calls.length > 0 && text === '') ? null : text,
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
    refusal: choice.refused ? text : null,
    annotations: [],
  };
};

/** The events of a stream, end marker included, made as they are read. */
export function* openAiEvents(ask: Ask, answer: Answer): Generator<Piece> {
  const options = isObject(ask.body.stream_options) ? ask.body.stream_options : {};
  const pad = options.include_obfuscation === false ? () => ({}) : paddingFrom(answer.id);
  const envelope = envelopeOf(ask, answer, 'chat.completion.chunk');
  const trailer = options.include_usage === true ? { usage: null } : {};
  for (const choice of interleaved(answer.choices.map(deltasOf))) {
    yield event({ ...envelope, choices: [choice], ...trailer, ...pad() });
  }
  const usage = options.include_usage === true ? usageOf(answer) : undefined;
  if (usage !== undefined) yield event({ ...envelope, choices: [], usage, ...pad() }, usage);
  yield piece('data: [DONE]\n\n');
}

const event = (data: JsonObject, usage?: JsonObject): Piece => piece(`data: ${JSON.stringify(data)}\n\n`, usage);

/** Every chunk carries this random-looking field against eavesdroppers who count bytes. */
const paddingFrom = (seed: string): (() => JsonObject) => {
  const next = createSeeded(seed);
  return () => ({ obfuscation: lettersFrom(`${seed}:${next(1 << 30)}`, 1 + next(16)) });
};

function* deltasOf(choice: AnswerChoice, index: number): Generator<JsonObject> {
  const chunk = (delta: JsonObject, finish: string | null = null): JsonObject => ({
    index,
    delta,
    logprobs: null,
    finish_reason: finish,
  });
  const opening = choice.toolCalls.length > 0 && choice.text.length === 0 ? null : '';
  yield chunk({ role: 'assistant', content: opening, refusal: null });
  for (const text of choice.text) yield chunk(choice.refused ? { refusal: text } : { content: text });
  for (const [number, call] of choice.toolCalls.entries()) {
    const opened = { index: number, id: `call_${call.id}`, type: 'function' };
    yield chunk({ tool_calls: [{ ...opened, function: { name: call.name, arguments: '' } }] });
    for (const text of call.arguments) yield chunk({ tool_calls: [{ index: number, function: { arguments: text } }] });
  }
  yield chunk({}, finishReasons[choice.finish]);
}

/** One of each in turn: the vendor mixes the choices of a stream, and whoever assumes their order is wrong. */
function* interleaved<T>(sources: readonly Iterator<T>[]): Generator<T> {
  let open = sources;
  while (open.length > 0) {
    const stillOpen: Iterator<T>[] = [];
    for (const source of open) {
      const step = source.next();
      if (step.done === true) continue;
      stillOpen.push(source);
      yield step.value;
    }
    open = stillOpen;
  }
}

/** An error in the middle of a stream: alone, or inside a chunk as resellers send it. */
export const openAiErrorEvent = (ask: Ask, answer: Answer, form: 'bare' | 'in-chunk'): Piece => {
  const error = {
    message: 'The server had an error while processing your request. Sorry about that!',
    type: 'server_error',
    param: null,
    code: null,
  };
  if (form === 'bare') return event({ error });
  const choices = [{ index: 0, delta: { content: '' }, logprobs: null, finish_reason: 'error' }];
  return event({ ...envelopeOf(ask, answer, 'chat.completion.chunk'), choices, error });
};
