import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { asNumber, asObject, asObjects, without } from '../shared/json-fields.js';
import { joinBase64 } from './join-base64.js';

/** Strings that arrive in pieces. Every other string is whole: an id or a name that is sent again is the same one. */
const PIECES = new Set([
  'content',
  'refusal',
  'reasoning_content',
  'reasoning',
  'arguments',
  'input',
  'text',
  'transcript',
]);

/** Fields of a chunk that mean nothing in a whole answer. */
const CHUNK_ONLY = new Set(['obfuscation', 'choices', 'object']);

/** One plain answer from the chunks of a streamed one, unknown fields included. */
export function mergeChunks(chunks: readonly JsonObject[]): JsonObject {
  let top: JsonObject = {};
  const choices = new Map<number, Merging>();
  for (const chunk of chunks) {
    const known = Object.entries(chunk).filter(
      ([key, value]) => !CHUNK_ONLY.has(key) && value !== null && value !== '',
    );
    top = { ...top, ...Object.fromEntries(known) };
    for (const choice of asObjects(chunk['choices'])) {
      const index = asNumber(choice['index']) ?? 0;
      const merging = choices.get(index) ?? { choice: {}, sound: [], logprobs: [] };
      mergeChoice(merging, choice);
      choices.set(index, merging);
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

/**
 * A choice under way. What has an entry for each token or piece of sound is gathered and put together once, because to copy
 * a list that grows with each chunk costs the square of the answer's length.
 */
interface Merging {
  choice: JsonObject;
  readonly sound: string[];
  readonly logprobs: JsonObject[];
}

function mergeChoice(merging: Merging, chunk: JsonObject): void {
  const { delta, logprobs, finish_reason: finish, ...others } = chunk;
  const { audio, ...said } = asObject(delta) ?? {};
  const { data, ...speech } = asObject(audio) ?? {};
  const before = merging.choice;
  if (typeof data === 'string') merging.sound.push(data);
  const measured = asObject(logprobs);
  if (measured) merging.logprobs.push(measured);
  const added = asObject(audio) ? { ...said, audio: speech } : said;
  merging.choice = {
    ...before,
    ...others,
    message: mergeObjects(asObject(before['message']) ?? {}, added),
    finish_reason: finish ?? before['finish_reason'] ?? null,
  };
}

function finishChoice({ choice, sound, logprobs }: Merging): JsonObject {
  const { message, finish_reason: finish, ...others } = choice;
  const { role, content, refusal, tool_calls: calls, audio, ...rest } = asObject(message) ?? {};
  const whole = {
    role: role ?? 'assistant',
    content: content === '' && calls !== undefined ? null : (content ?? null),
    refusal: refusal ?? null,
    ...rest,
    ...(audio !== undefined && { audio: { ...asObject(audio), ...(sound.length > 0 && { data: joinBase64(sound) }) } }),
    ...(calls !== undefined && { tool_calls: asObjects(calls).map((call) => without(call, 'index')) }),
  };
  return {
    index: choice['index'] ?? 0,
    message: whole,
    ...others,
    logprobs: joinLogprobs(logprobs),
    finish_reason: finish ?? null,
  };
}

/** Each field's lists end to end; `null` where no chunk had any. */
function joinLogprobs(pieces: readonly JsonObject[]): JsonObject | null {
  if (pieces.length === 0) return null;
  const names = [...new Set(pieces.flatMap((piece) => Object.keys(piece)))];
  const fields = names.map((name) => {
    const lists = pieces.flatMap((piece) => (Array.isArray(piece[name]) ? [piece[name] as readonly Json[]] : []));
    return [name, lists.length === 0 ? (pieces.at(-1)?.[name] ?? null) : lists.flat()] as const;
  });
  return Object.fromEntries(fields);
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
