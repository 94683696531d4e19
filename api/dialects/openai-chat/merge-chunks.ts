import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { asNumber, asObject, asObjects, without } from '../shared/json-fields.js';

/** Strings that arrive in pieces. Every other string is whole: an id or a name that is sent again is the same one. */
const PIECES = new Set([
  'content',
  'refusal',
  'reasoning_content',
  'reasoning',
  'arguments',
  'input',
  'text',
  'data',
  'transcript',
]);

/** Fields of a chunk that mean nothing in a whole answer. */
const CHUNK_ONLY = new Set(['obfuscation', 'choices', 'object']);

/** One plain answer from the chunks of a streamed one, unknown fields included. */
export function mergeChunks(chunks: readonly JsonObject[]): JsonObject {
  let top: JsonObject = {};
  const choices = new Map<number, JsonObject>();
  for (const chunk of chunks) {
    const known = Object.entries(chunk).filter(
      ([key, value]) => !CHUNK_ONLY.has(key) && value !== null && value !== '',
    );
    top = { ...top, ...Object.fromEntries(known) };
    for (const choice of asObjects(chunk['choices'])) {
      const index = asNumber(choice['index']) ?? 0;
      choices.set(index, mergeChoice(choices.get(index), choice));
    }
  }
  const { id, created, model, ...others } = top;
  return {
    ...(id !== undefined && { id }),
    object: 'chat.completion',
    created,
    model,
    choices: [...choices].sort(([left], [right]) => left - right).map(([, choice]) => finishChoice(choice)),
    ...others,
  };
}

function mergeChoice(before: JsonObject | undefined, choice: JsonObject): JsonObject {
  const { delta, logprobs, finish_reason: finish, ...others } = choice;
  const message = mergeObjects(asObject(before?.['message']) ?? {}, asObject(delta) ?? {});
  return {
    ...before,
    ...others,
    message,
    logprobs: mergeValues('logprobs', before?.['logprobs'] ?? null, logprobs ?? null),
    finish_reason: finish ?? before?.['finish_reason'] ?? null,
  };
}

function finishChoice(choice: JsonObject): JsonObject {
  const { message, ...others } = choice;
  const { role, content, refusal, tool_calls: calls, ...rest } = asObject(message) ?? {};
  const whole = {
    role: role ?? 'assistant',
    content: content === '' && calls !== undefined ? null : (content ?? null),
    refusal: refusal ?? null,
    ...rest,
    ...(calls !== undefined && { tool_calls: asObjects(calls).map((call) => without(call, 'index')) }),
  };
  return { index: choice['index'] ?? 0, message: whole, ...others };
}

function mergeObjects(before: JsonObject, after: JsonObject): JsonObject {
  const merged: Record<string, Json | undefined> = { ...before };
  for (const [key, value] of Object.entries(after)) {
    merged[key] = mergeValues(key, merged[key] ?? null, value ?? null);
  }
  return merged;
}

function mergeValues(key: string, before: Json, after: Json): Json {
  if (after === null || after === '') return before ?? after;
  if (before === null || before === '') return after;
  if (typeof before === 'string' && typeof after === 'string') return PIECES.has(key) ? before + after : before;
  if (Array.isArray(before) && Array.isArray(after)) return mergeArrays(before, after);
  if (Array.isArray(before) && typeof after === 'string') return appendText(before, after);
  const [left, right] = [asObject(before), asObject(after)];
  return left && right ? mergeObjects(left, right) : after;
}

/** Items that carry an index continue the item of that index; others follow. */
function mergeArrays(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  const merged = [...before];
  for (const item of after) {
    const index = asNumber(asObject(item)?.['index']);
    const at = index === undefined ? -1 : merged.findIndex((other) => asObject(other)?.['index'] === index);
    if (at < 0) merged.push(item);
    else merged[at] = mergeObjects(asObject(merged[at]) ?? {}, asObject(item) ?? {});
  }
  return merged;
}

/** Mistral streams thinking as content parts and then the text as plain strings: the text follows as a part of its own. */
function appendText(parts: readonly Json[], text: string): readonly Json[] {
  const last = asObject(parts.at(-1));
  return last?.['type'] === 'text' && typeof last['text'] === 'string'
    ? [...parts.slice(0, -1), { ...last, text: last['text'] + text }]
    : [...parts, { type: 'text', text }];
}
