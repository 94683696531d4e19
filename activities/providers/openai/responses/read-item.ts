import type { AnswerEvent } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { ContainerTool } from '../../../../workflows/domain/vendor-containers.js';
import type { ClassifiedFailure } from '../../classify-failure.js';
import { asObject, asObjects, asText } from '../../json-fields.js';
import { inTurn, NOTHING, opaque, openPart, partKey, withPart } from './answer-state.js';
import type { AnswerState, Step } from './answer-state.js';
import { completeCitations, completeContent, completeLogprobs, completeReasoning } from './read-parts.js';

/** An item that has begun. Only of a tool call is there something to say yet. */
export function beginItem(state: AnswerState, key: string, item: JsonObject): Step {
  const name = asText(item['name']);
  return isCall(item) && name !== undefined ? startCall(state, key, item, name) : [state, NOTHING];
}

/** An item at its end, with all of it: what has not been told in pieces is told now. */
export function completeItem(state: AnswerState, key: string, item: JsonObject): Step {
  const counted = { ...state, items: state.items + 1 };
  switch (item['type']) {
    case 'message':
      return completeMessage(counted, key, item);
    case 'reasoning':
      return completeReasoning(counted, item, key);
    case 'function_call':
    case 'custom_tool_call':
      return completeCall(counted, key, item);
    case 'web_search_call':
      return [{ ...counted, searches: counted.searches + searchesOf(item) }, [opaque(item)]];
    case 'file_search_call':
      return [
        { ...counted, fileSearches: counted.fileSearches + (item['status'] === 'failed' ? 0 : 1) },
        [opaque(item)],
      ];
    case 'code_interpreter_call':
      return [withContainer(counted, 'code_interpreter', item['container_id']), [opaque(item)]];
    case 'shell_call':
      return [withContainer(counted, 'shell', asObject(item['environment'])?.['container_id']), [opaque(item)]];
    default:
      return [counted, [opaque(item)]];
  }
}

/** Nothing where the tool has none: commands for a shell of the caller's own. */
function withContainer(state: AnswerState, tool: ContainerTool, container: Json | undefined): AnswerState {
  const gigabytes = state.sizes[tool];
  if (gigabytes === 0) return state;
  return { ...state, containers: new Map(state.containers).set(asText(container) ?? null, gigabytes) };
}

function isCall({ type }: JsonObject): boolean {
  return type === 'function_call' || type === 'custom_tool_call';
}

function completeMessage(state: AnswerState, item: string, message: JsonObject): Step {
  const steps = asObjects(message['content']).map((part, index) => (before: AnswerState): Step => {
    const text = asText(part['text']) ?? '';
    const key = partKey.content(item, part['type'] === 'refusal' ? 'refusal' : 'text', index);
    switch (part['type']) {
      case 'output_text':
        return inTurn(before, [
          (current) => completeContent(current, 'text', key, text),
          (current) => completeCitations(current, key, asObjects(part['annotations'])),
          (current) => completeLogprobs(current, key, asObjects(part['logprobs'])),
        ]);
      case 'refusal':
        return completeContent(before, 'refusal', key, asText(part['refusal']) ?? '');
      default:
        return [before, [opaque({ content: part })]];
    }
  });
  return inTurn(state, steps);
}

/** Opening a page that was found and looking within it cost nothing besides their tokens; a search has a price. */
function searchesOf({ status, action }: JsonObject): number {
  const kind = asObject(action)?.['type'];
  return status !== 'failed' && (kind === undefined || kind === 'search') ? 1 : 0;
}

function startCall(state: AnswerState, key: string, item: JsonObject, name: string): Step {
  const part = partKey.call(key);
  if (state.parts.has(part)) return [state, NOTHING];
  const [open, { block }] = openPart(state, part);
  const extras = extrasOf(item);
  const event: AnswerEvent = {
    type: 'tool-call-start',
    choice: 0,
    block,
    // Callers answer a call by its id, so one that the vendor did not name gets an id of ours.
    id: asText(item['call_id']) ?? asText(item['id']) ?? `call_${block}`,
    name,
    ...(item['type'] === 'custom_tool_call' && { custom: true }),
    ...(extras !== undefined && { extras: { 'openai-responses': extras } }),
  };
  return [{ ...open, calls: true }, [event]];
}

/** The name of the item itself, and that of the group which its tool belongs to. */
function extrasOf({ id, namespace }: JsonObject): JsonObject | undefined {
  const fields = Object.entries({ id, namespace }).filter(([, value]) => asText(value) !== undefined);
  return fields.length === 0 ? undefined : Object.fromEntries(fields);
}

/** A piece of what a call is written; a call that was not announced is told whole at its end. */
export function addArguments(state: AnswerState, item: string, written: string): Step {
  const key = partKey.call(item);
  const part = state.parts.get(key);
  if (part === undefined || written === '') return [state, NOTHING];
  const event: AnswerEvent = { type: 'tool-call-delta', choice: 0, block: part.block, arguments: written };
  return [withPart(state, key, { ...part, told: part.told + written.length }), [event]];
}

export function completeArguments(state: AnswerState, item: string, whole: string): Step {
  return (state.parts.get(partKey.call(item))?.told ?? 0) > 0 ? [state, NOTHING] : addArguments(state, item, whole);
}

function completeCall(state: AnswerState, key: string, item: JsonObject): Step {
  const name = asText(item['name']);
  if (name === undefined) return [{ ...state, failure: NAMELESS }, NOTHING];
  const written = asText(item['arguments']) ?? asText(item['input']) ?? '';
  return inTurn(state, [
    (before) => startCall(before, key, item, name),
    (before) => completeArguments(before, key, written),
  ]);
}

const NAMELESS: ClassifiedFailure = {
  failure: { class: 'bad_response' },
  detail: { message: 'The vendor called a tool without naming it.' },
};
