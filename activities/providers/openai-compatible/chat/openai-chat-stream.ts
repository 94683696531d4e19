import type { AnswerEvent, Frame } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import type { ClassifiedFailure } from '../../classify-failure.js';
import { toFinishReason } from './finish-reason.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import { fromOpenAiChatUsage } from './openai-chat-usage.js';
import { NEW_CHOICE, readChoice } from './read-choice.js';
import type { ChoiceState } from './read-choice.js';

export interface StreamState {
  readonly started: boolean;
  readonly choices: ReadonlyMap<number, ChoiceState>;
  /** Set once the vendor has said that it failed; nothing after it counts. */
  readonly failure?: ClassifiedFailure;
}

export const NEW_STREAM: StreamState = { started: false, choices: new Map() };

/**
 * One step of reading a stream of `chat.completion.chunk`s. A chunk with an error has no `wire`, because the caller is told
 * of failures in one place; what it says of usage still counts.
 */
export function reduceOpenAiChat(state: StreamState, chunk: JsonObject): readonly [StreamState, Frame] {
  const failure = failureOf(chunk);
  if (failure !== undefined) return [{ ...state, failure }, { events: usageEvents(chunk) }];
  const [started, opening] = readStart(state, chunk);
  const [next, events] = readEntries(started, asObjects(chunk['choices']));
  return [
    next,
    {
      events: [...opening, ...events, ...usageEvents(chunk)],
      wire: { dialect: 'openai-chat', streamed: true, body: chunk },
    },
  ];
}

/** How a stream ended: whole, with what is left to tell of it, or not. */
export type StreamEnd =
  | { readonly type: 'whole'; readonly frames: readonly Frame[] }
  | { readonly type: 'failed'; readonly failure: ClassifiedFailure };

/**
 * Judges a stream whose bytes have ended, or whose `[DONE]` has come. Without `[DONE]` it is whole only if the vendor is one
 * that leaves it out and every choice that began has its finish reason.
 */
export function endOpenAiChat(
  { failure, choices }: StreamState,
  { done, sendsDone }: { readonly done: boolean; readonly sendsDone: boolean },
): StreamEnd {
  if (failure !== undefined) return { type: 'failed', failure };
  const open = [...choices].filter(([, choice]) => !choice.finished).map(([index]) => index);
  const unfinished = open.length > 0 || choices.size === 0;
  if (!done && (sendsDone || unfinished)) return { type: 'failed', failure: CUT };
  if (choices.size === 0) return { type: 'failed', failure: EMPTY };
  if (namelessCall(choices)) return { type: 'failed', failure: NAMELESS };
  // Snowflake ends without any finish reason; each choice is told to be over all the same.
  const events = open.map((choice): AnswerEvent => ({ type: 'finish', choice, reason: toFinishReason(undefined) }));
  return { type: 'whole', frames: events.length === 0 ? [] : [{ events }] };
}

const CUT: ClassifiedFailure = {
  failure: { class: 'cut' },
  detail: { message: "The vendor's stream ended without its end marker." },
};
const EMPTY: ClassifiedFailure = {
  failure: { class: 'bad_response' },
  detail: { message: "The vendor's stream ended without any choice." },
};
const NAMELESS: ClassifiedFailure = {
  failure: { class: 'bad_response' },
  detail: { message: 'The vendor called a tool without naming it.' },
};
const NOT_A_CHUNK: ClassifiedFailure = {
  failure: { class: 'bad_response' },
  detail: { message: 'The vendor sent an event that is no chunk of an answer.' },
};

export function namelessCall(choices: ReadonlyMap<number, ChoiceState>): boolean {
  return [...choices.values()].some(({ calls }) => calls.some((call) => call.waiting !== undefined));
}

function failureOf(chunk: JsonObject): ClassifiedFailure | undefined {
  if (chunk['error'] !== undefined && chunk['error'] !== null) return classifyErrorEvent(chunk);
  const status = asObject(chunk['base_resp'])?.['status_code'];
  if (typeof status === 'number' && status !== 0) return classifyErrorEvent(chunk);
  if (Array.isArray(chunk['choices'])) return errorFinish(chunk['choices']);
  if (asObject(chunk['usage'])) return undefined;
  // DashScope: a flat `{code, message}` in place of a chunk.
  return typeof chunk['message'] === 'string' ? classifyErrorEvent(chunk) : NOT_A_CHUNK;
}

/** Mistral and OpenRouter end a choice that failed with the finish reason `error`. */
function errorFinish(entries: readonly Json[]): ClassifiedFailure | undefined {
  const failed = asObjects(entries).some((entry) => entry['finish_reason'] === 'error');
  return failed ? classifyErrorEvent({}) : undefined;
}

function readEntries(
  state: StreamState,
  entries: readonly JsonObject[],
): readonly [StreamState, readonly AnswerEvent[]] {
  if (entries.length === 0) return [state, []];
  const choices = new Map(state.choices);
  const events: AnswerEvent[] = [];
  for (const entry of entries) {
    const index = asCount(entry['index']) ?? 0;
    const [next, found] = readChoice(choices.get(index) ?? NEW_CHOICE, index, entry, asObject(entry['delta']) ?? {});
    choices.set(index, next);
    events.push(...found);
  }
  return [{ ...state, choices }, events];
}

/** Announced by the first chunk that names the answer or has some of it: Azure's first chunk has neither. */
function readStart(state: StreamState, chunk: JsonObject): readonly [StreamState, readonly AnswerEvent[]] {
  const named = asText(chunk['id']) !== undefined || asText(chunk['model']) !== undefined;
  if (state.started || (!named && asObjects(chunk['choices']).length === 0)) return [state, []];
  return [{ ...state, started: true }, [startEvent(chunk)]];
}

const EXTRA_FIELDS = ['system_fingerprint', 'service_tier'];

export function startEvent(body: JsonObject): AnswerEvent {
  const vendorId = asText(body['id']);
  const vendorModel = asText(body['model']);
  const createdAtSeconds = asCount(body['created']);
  const extras = EXTRA_FIELDS.filter((name) => asText(body[name]) !== undefined).map(
    (name) => [name, body[name]] as const,
  );
  return {
    type: 'start',
    ...(vendorId !== undefined && { vendorId }),
    ...(vendorModel !== undefined && { vendorModel }),
    // Azure's first chunk has 0 here.
    ...(createdAtSeconds !== undefined && createdAtSeconds > 0 && { createdAtSeconds }),
    ...(extras.length > 0 && { extras: { 'openai-chat': Object.fromEntries(extras) } }),
  };
}

/** Groq's older streams report it as `x_groq.usage`. Where it comes several times, the last one is the whole. */
export function usageEvents(body: JsonObject): readonly AnswerEvent[] {
  const usage = fromOpenAiChatUsage(body['usage']) ?? fromOpenAiChatUsage(asObject(body['x_groq'])?.['usage']);
  return usage === undefined ? [] : [{ type: 'usage', usage }];
}
