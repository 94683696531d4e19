import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asNumber, asObject, asObjects } from '../../shared/json-fields.js';

/** How many characters the tokens of each choice have that log probabilities were told of: where the next one begins. */
export type Offsets = ReadonlyMap<number, number>;

/**
 * A chat completion, or a chunk of one, as a `text_completion`: both have the same form. A body without choices of its own
 * (an error within a stream) stays as it is.
 */
export function toTextCompletion(body: JsonObject, before: Offsets = new Map()): readonly [JsonObject, Offsets] {
  if (!Array.isArray(body['choices'])) return [body, before];
  const offsets = new Map(before);
  const choices = asObjects(body['choices']).map((choice) => {
    const index = asNumber(choice['index']) ?? 0;
    const rendered = toTextChoice(choice, index, offsets.get(index) ?? 0);
    offsets.set(index, (offsets.get(index) ?? 0) + tokensOf(asObject(choice['logprobs'])).join('').length);
    return rendered;
  });
  const { id } = body;
  return [
    {
      ...body,
      ...(typeof id === 'string' && { id: id.replace(/^chatcmpl-/, 'cmpl-') }),
      object: 'text_completion',
      choices,
    },
    offsets,
  ];
}

type TextChoice = { readonly text: string } & JsonObject;

/** A refusal is the answer's text, because the form has no other place for it; its finish reason tells them apart. */
function toTextChoice(choice: JsonObject, index: number, offset: number): TextChoice {
  const { message, delta, logprobs, finish_reason: finish } = choice;
  const said = asObject(message) ?? asObject(delta) ?? {};
  const native = choice['native_finish_reason'];
  return {
    text: textOf(said['content']) + textOf(said['refusal']),
    index,
    logprobs: toLogprobs(asObject(logprobs), offset),
    finish_reason: finish ?? null,
    ...(native !== undefined && { native_finish_reason: native }),
  };
}

/** Mistral's content is a list of parts where it thinks. */
function textOf(content: Json | undefined): string {
  if (typeof content === 'string') return content;
  return asObjects(content)
    .map(({ type, text }) => (type === 'text' && typeof text === 'string' ? text : ''))
    .join('');
}

function toLogprobs(logprobs: JsonObject | undefined, offset: number): JsonObject | null {
  const content = asObjects(logprobs?.['content']);
  if (content.length === 0) return null;
  const tokens = tokensOf(logprobs);
  let at = offset;
  const offsets = tokens.map((token) => {
    at += token.length;
    return at - token.length;
  });
  return {
    tokens,
    token_logprobs: content.map(({ logprob }) => logprob ?? null),
    top_logprobs: content.map(({ top_logprobs: alternatives }) => toAlternatives(asObjects(alternatives))),
    text_offset: offsets,
  };
}

function tokensOf(logprobs: JsonObject | undefined): readonly string[] {
  return asObjects(logprobs?.['content']).map(({ token }) => textOf(token));
}

function toAlternatives(alternatives: readonly JsonObject[]): JsonObject | null {
  if (alternatives.length === 0) return null;
  return Object.fromEntries(alternatives.map(({ token, logprob }) => [textOf(token), logprob ?? null]));
}

/** A chunk that says nothing of a text: the beginning of a message, or its reasoning. */
export function saysNothing(chunk: JsonObject): boolean {
  const choices = asObjects(chunk['choices']);
  if (chunk['error'] !== undefined || chunk['warnings'] !== undefined || choices.length === 0) return false;
  return choices.every(
    ({ text, logprobs, finish_reason: finish }) => text === '' && logprobs === null && finish === null,
  );
}
