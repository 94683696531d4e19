import type { JsonObject } from '../../../workflows/contracts/json.js';
import { idOf, renderItem, renderPart, valuesOf } from './output-items.js';
import type { CallItem, ItemStatus, MessageItem, OutputItem, ReasoningItem, TextPart } from './output-items.js';
import type { StreamState } from './stream-state.js';

/** A state and the events that led to it, which are numbered when they go out. */
export type Step = readonly [state: StreamState, events: readonly JsonObject[]];

export function withItem(state: StreamState, item: OutputItem): StreamState {
  return { ...state, items: state.items.with(item.index, item) };
}

/**
 * Ends the text and the reasoning that are open, because something else begins. Calls stay open to the end of the answer:
 * vendors may write several at once, and what is done cannot be added to.
 */
export function closeSaid(state: StreamState): Step {
  return closeWhere(state, (item) => item.kind !== 'call', 'completed');
}

/** Ends all that is open. Where the answer is not whole, what was written last is not. */
export function closeAll(state: StreamState, whole: boolean): Step {
  return closeWhere(state, () => true, whole ? 'completed' : 'incomplete');
}

function closeWhere(state: StreamState, chosen: (item: OutputItem) => boolean, lastStatus: ItemStatus): Step {
  let next = state;
  const events: JsonObject[] = [];
  for (const item of state.items) {
    if (!item.open || !chosen(item)) continue;
    const closed = toClosed(item);
    const status = item.index === state.items.length - 1 ? lastStatus : 'completed';
    events.push(...closingEvents(closed, state.context.requestId, status));
    next = withItem(next, closed);
  }
  return [next, events];
}

function toClosed(item: OutputItem): OutputItem {
  if (item.kind !== 'message') return { ...item, open: false };
  return { ...item, open: false, parts: item.parts.map((part) => ({ ...part, open: false })) };
}

function closingEvents(item: OutputItem, requestId: string, status: ItemStatus): readonly JsonObject[] {
  const place = { item_id: idOf(item, requestId), output_index: item.index };
  const done = {
    type: 'response.output_item.done',
    output_index: item.index,
    item: renderItem(item, requestId, status),
  };
  return [...contentDone(item, place), done];
}

function contentDone(item: OutputItem, place: JsonObject): readonly JsonObject[] {
  switch (item.kind) {
    case 'message':
      return messageDone(item, place);
    case 'reasoning':
      return reasoningDone(item, place);
    case 'call':
      return [callDone(item, place)];
  }
}

/** The parts before the last were ended when the next one began. */
function messageDone(item: MessageItem, place: JsonObject): readonly JsonObject[] {
  const last = item.parts.at(-1);
  return last === undefined ? [] : partDone(last, { ...place, content_index: item.parts.length - 1 });
}

export function partDone(part: TextPart, place: JsonObject): readonly JsonObject[] {
  const done =
    part.kind === 'text'
      ? { type: 'response.output_text.done', ...place, text: part.text, logprobs: valuesOf(part.logprobs) }
      : { type: 'response.refusal.done', ...place, refusal: part.text };
  return [done, { type: 'response.content_part.done', ...place, part: renderPart(part) }];
}

function reasoningDone({ text }: ReasoningItem, place: JsonObject): readonly JsonObject[] {
  if (text === '') return [];
  const summary = { ...place, summary_index: 0 };
  return [
    { type: 'response.reasoning_summary_text.done', ...summary, text },
    { type: 'response.reasoning_summary_part.done', ...summary, part: { type: 'summary_text', text } },
  ];
}

function callDone({ custom, name, written }: CallItem, place: JsonObject): JsonObject {
  return custom
    ? { type: 'response.custom_tool_call_input.done', ...place, input: written }
    : { type: 'response.function_call_arguments.done', ...place, name, arguments: written };
}
