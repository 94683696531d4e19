import type { Frame } from '../../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { PARTIAL_PICTURE } from '../../../../workflows/domain/image-tool.js';
import { classifyErrorEvent } from '../../classify-failure.js';
import type { ClassifiedFailure } from '../../classify-failure.js';
import { asCount, asObject, asObjects, asText } from '../../json-fields.js';
import { inTurn, NOTHING, opaque, partKey } from './answer-state.js';
import type { AnswerState, ContentKind, Step } from './answer-state.js';
import { addArguments, beginItem, completeArguments, completeItem } from './read-item.js';
import {
  addCitations,
  addContent,
  addLogprobs,
  addReasoning,
  completeContent,
  completeLogprobs,
} from './read-parts.js';
import { endAnswer, itemKey, startAnswer } from './read-response.js';

/**
 * One step of reading a stream of ResponseStreamEvents. An event that ends the answer with an error has no `wire`, because
 * the caller is told of failures in one place; what it says of usage still counts. Progress of the vendor's own tools has no
 * canonical form before the tool's item is done, but for a picture that shows already.
 */
export function reduceOpenAiResponses(state: AnswerState, event: JsonObject): readonly [AnswerState, Frame] {
  const [next, events] = readEvent(state, event);
  if (next.failure !== undefined) return [next, { events }];
  return [next, { events, wire: { dialect: 'openai-responses', streamed: true, body: event } }];
}

type Reader = (state: AnswerState, event: JsonObject) => Step;

const start: Reader = (state, event) => startAnswer(state, asObject(event['response']) ?? {});
const end: Reader = (state, event) => endAnswer(state, asObject(event['response']) ?? { status: 'failed' });
const addWritten: Reader = (state, event) => addArguments(state, itemKey(event), asText(event['delta']) ?? '');

const READERS: { readonly [type: string]: Reader } = {
  'response.created': start,
  'response.in_progress': start,
  'response.queued': start,
  'response.output_item.added': (state, event) => beginItem(state, itemKey(event), asObject(event['item']) ?? {}),
  'response.output_item.done': (state, event) => completeItem(state, itemKey(event), asObject(event['item']) ?? {}),
  'response.output_text.delta': readText,
  'response.output_text.done': readText,
  'response.output_text.annotation.added': (state, event) => {
    const annotation = asObject(event['annotation']);
    return addCitations(state, contentKey(event, 'text'), annotation ? [annotation] : []);
  },
  'response.refusal.delta': (state, event) =>
    addContent(state, 'refusal', contentKey(event, 'refusal'), asText(event['delta']) ?? ''),
  'response.refusal.done': (state, event) =>
    completeContent(state, 'refusal', contentKey(event, 'refusal'), asText(event['refusal']) ?? ''),
  'response.reasoning_summary_text.delta': (state, event) =>
    addReasoning(state, placeOf(event, 'summary'), asText(event['delta']) ?? ''),
  'response.reasoning_text.delta': (state, event) =>
    addReasoning(state, placeOf(event, 'content'), asText(event['delta']) ?? ''),
  'response.function_call_arguments.delta': addWritten,
  'response.custom_tool_call_input.delta': addWritten,
  'response.function_call_arguments.done': (state, event) =>
    completeArguments(state, itemKey(event), asText(event['arguments']) ?? ''),
  'response.custom_tool_call_input.done': (state, event) =>
    completeArguments(state, itemKey(event), asText(event['input']) ?? ''),
  [PARTIAL_PICTURE]: (state, event) => [
    state,
    [opaque({ type: PARTIAL_PICTURE, output_index: event['output_index'] })],
  ],
  'response.completed': end,
  'response.incomplete': end,
  'response.failed': end,
  'response.cancelled': end,
  error: (state, event) => [{ ...state, failure: classifyErrorEvent(errorOf(event)) }, NOTHING],
};

/** An event of a kind that is not in the table says nothing that the others do not. */
function readEvent(state: AnswerState, event: JsonObject): Step {
  const type = asText(event['type']);
  if (type === undefined) return [{ ...state, failure: untyped(event) }, NOTHING];
  return Object.hasOwn(READERS, type) ? (READERS[type]?.(state, event) ?? [state, NOTHING]) : [state, NOTHING];
}

function readText(state: AnswerState, event: JsonObject): Step {
  const key = contentKey(event, 'text');
  const tokens = asObjects(event['logprobs']);
  if (event['type'] === 'response.output_text.delta') {
    return inTurn(state, [
      (before) => addContent(before, 'text', key, asText(event['delta']) ?? ''),
      (before) => addLogprobs(before, key, tokens),
    ]);
  }
  return inTurn(state, [
    (before) => completeContent(before, 'text', key, asText(event['text']) ?? ''),
    (before) => completeLogprobs(before, key, tokens),
  ]);
}

function contentKey(event: JsonObject, kind: ContentKind): string {
  return partKey.content(itemKey(event), kind, asCount(event['content_index']) ?? 0);
}

function placeOf(event: JsonObject, field: 'summary' | 'content') {
  const index = asCount(event[`${field}_index`]) ?? 0;
  return { item: itemKey(event), id: asText(event['item_id']), paragraph: `${field} ${index}` };
}

/** The specification has the error's fields in the event itself, under a `type` that says no more than that it is one. */
function errorOf(event: JsonObject): JsonObject {
  if (asObject(event['error']) !== undefined) return event;
  const { type: _error, ...fields } = event;
  return fields;
}

function untyped(event: JsonObject): ClassifiedFailure {
  const isError = asObject(event['error']) !== undefined || typeof event['error'] === 'string';
  return isError ? classifyErrorEvent(event) : NOT_AN_EVENT;
}

const NOT_AN_EVENT: ClassifiedFailure = {
  failure: { class: 'bad_response' },
  detail: { message: 'The vendor sent an event that is no part of an answer.' },
};
