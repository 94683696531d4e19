import type { AnswerEvent, Warning } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { closeAll, closeSaid, partDone, withItem } from './close-items.js';
import type { Step } from './close-items.js';
import { namespacedTools } from './namespaces.js';
import { idOf, renderItem, renderPart } from './output-items.js';
import type { CallItem, MessageItem, OutputItem, ReasoningItem, TextPart } from './output-items.js';
import { renderCitation } from './render-citation.js';
import { incompleteDetails } from './response-object.js';
import type { ResponsesRequestFields } from './responses-request.schema.js';
import type { StreamState } from './stream-state.js';

type Of<T extends AnswerEvent['type']> = Extract<AnswerEvent, { type: T }>;

/** One canonical event as events of this dialect; `logprobs` are those that came with it. */
export function renderEvent(state: StreamState, event: AnswerEvent, logprobs: readonly JsonObject[]): Step {
  switch (event.type) {
    case 'start':
      return [{ ...state, start: event }, []];
    case 'text-delta':
      return say(state, 'text', event, logprobs);
    case 'refusal-delta':
      return say(state, 'refusal', event, []);
    case 'reasoning-delta':
      return reason(state, event);
    case 'tool-call-start':
      return startCall(state, event);
    case 'tool-call-delta':
      return writeCall(state, event);
    case 'citation':
      return cite(state, event);
    case 'logprobs':
      return [keepLogprobs(state, event), []];
    case 'finish':
      return closeAll(
        { ...state, finish: event.reason },
        incompleteDetails(event.reason, hasRefused(state)) === undefined,
      );
    case 'warning':
      return [{ ...state, warnings: [...state.warnings, event.warning] }, []];
    case 'audio-delta':
      return [warnOnce(state, 'audio', 'Speech has no place in a response; it is left out.'), []];
    case 'opaque':
      return [warnOnce(state, 'output', 'The vendor gave content that only its own API can show; it is left out.'), []];
    default:
      // Usage is told with the whole response; what other kinds of request are answered with never comes here.
      return [state, []];
  }
}

export function hasRefused({ items }: StreamState): boolean {
  return items.some((item) => item.kind === 'message' && item.parts.some(({ kind }) => kind === 'refusal'));
}

function warnOnce(state: StreamState, feature: string, detail: string): StreamState {
  if (state.warnings.some((warning) => warning.feature === feature && warning.detail === detail)) return state;
  const warning: Warning = { type: 'unsupported', feature, detail };
  return { ...state, warnings: [...state.warnings, warning] };
}

function say(
  state: StreamState,
  kind: TextPart['kind'],
  { block, text }: { readonly block: number; readonly text: string },
  logprobs: readonly JsonObject[],
): Step {
  if (text === '' && logprobs.length === 0) return [state, []];
  const [ready, opening] = openPart(state, kind, block);
  const item = ready.items.at(-1) as MessageItem;
  const contentIndex = item.parts.length - 1;
  const part = item.parts[contentIndex] as TextPart;
  const said: TextPart = { ...part, text: part.text + text, ...withLogprobs(part, logprobs) };
  const place = placeOf(item, state, { content_index: contentIndex });
  const delta =
    kind === 'text'
      ? { type: 'response.output_text.delta', ...place, delta: text, logprobs }
      : { type: 'response.refusal.delta', ...place, delta: text };
  return [withItem(ready, { ...item, parts: item.parts.with(contentIndex, said) }), [...opening, delta]];
}

/** Makes the last item a message whose last part is this block's. */
function openPart(state: StreamState, kind: TextPart['kind'], block: number): Step {
  const part: TextPart = { kind, block, open: true, text: '', annotations: [] };
  const last = state.items.at(-1);
  if (last?.kind !== 'message' || !last.open) return openMessage(state, part);
  const current = last.parts.at(-1);
  if (current?.open === true && current.kind === kind && current.block === block) return [state, []];
  const closed = last.parts.map((one) => ({ ...one, open: false }));
  const item: MessageItem = { ...last, parts: [...closed, part] };
  const ended =
    current === undefined ? [] : partDone(current, placeOf(last, state, { content_index: closed.length - 1 }));
  return [withItem(state, item), [...ended, partAdded(item, state)]];
}

function openMessage(state: StreamState, part: TextPart): Step {
  const [before, ended] = closeSaid(state);
  const item: MessageItem = { kind: 'message', index: before.items.length, open: true, parts: [part] };
  const added = itemAdded({ ...item, parts: [] }, state);
  return [{ ...before, items: [...before.items, item] }, [...ended, added, partAdded(item, state)]];
}

function partAdded(item: MessageItem, state: StreamState): JsonObject {
  const contentIndex = item.parts.length - 1;
  const part = renderPart(item.parts[contentIndex] as TextPart);
  return { type: 'response.content_part.added', ...placeOf(item, state, { content_index: contentIndex }), part };
}

function reason(state: StreamState, event: Of<'reasoning-delta'>): Step {
  const [ready, opening] = openReasoning(state, event);
  const item = ready.items.at(-1) as ReasoningItem;
  const thought: ReasoningItem = { ...item, text: item.text + event.text, ...proofFields(event) };
  const next = withItem(ready, thought);
  if (event.text === '') return [next, opening];
  const place = placeOf(item, state, { summary_index: 0 });
  const added = { type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } };
  const delta = { type: 'response.reasoning_summary_text.delta', ...place, delta: event.text };
  return [next, [...opening, ...(item.text === '' ? [added] : []), delta]];
}

function proofFields({ id, vendor, signature, redacted }: Of<'reasoning-delta'>): Partial<ReasoningItem> {
  return {
    ...(id !== undefined && { id }),
    ...(vendor !== undefined && { vendor }),
    ...(signature !== undefined && { signature }),
    ...(redacted !== undefined && { redacted }),
  };
}

function openReasoning(state: StreamState, { block }: Of<'reasoning-delta'>): Step {
  const last = state.items.at(-1);
  if (last?.kind === 'reasoning' && last.open && last.block === block) return [state, []];
  const [before, ended] = closeSaid(state);
  const item: ReasoningItem = { kind: 'reasoning', index: before.items.length, open: true, block, text: '' };
  return [{ ...before, items: [...before.items, item] }, [...ended, itemAdded(item, state)]];
}

function startCall(state: StreamState, { block, id, name, custom = false }: Of<'tool-call-start'>): Step {
  const [before, ended] = closeSaid(state);
  const index = before.items.length;
  const called = calledAs(state, name);
  const item: CallItem = { kind: 'call', index, open: true, block, callId: id, ...called, custom, written: '' };
  return [{ ...before, items: [...before.items, item] }, [...ended, itemAdded(item, state)]];
}

/** A vendor without namespaces was told one name for both. */
function calledAs({ context }: StreamState, name: string): Pick<CallItem, 'name' | 'namespace'> {
  const tools = context.request['tools'] as ResponsesRequestFields['tools'];
  const tool = namespacedTools(tools).find(({ joined }) => joined === name);
  return tool === undefined ? { name } : { name: tool.name, namespace: tool.namespace };
}

function writeCall(state: StreamState, event: Of<'tool-call-delta'>): Step {
  const item = state.items.findLast((one): one is CallItem => one.kind === 'call' && one.block === event.block);
  if (item === undefined || event.arguments === '') return [state, []];
  const type = item.custom ? 'response.custom_tool_call_input.delta' : 'response.function_call_arguments.delta';
  const next = withItem(state, { ...item, written: item.written + event.arguments });
  return [next, [{ type, ...placeOf(item, state), delta: event.arguments }]];
}

function cite(state: StreamState, { block, citation }: Of<'citation'>): Step {
  const [ready, opening] = partOf(state, block) ? [state, []] : openPart(state, 'text', block);
  const [item, contentIndex, part] = partOf(ready, block) ?? [];
  if (item === undefined || contentIndex === undefined || part === undefined) return [ready, opening];
  const annotation = renderCitation(citation, part.text.length);
  const cited: TextPart = { ...part, annotations: [...part.annotations, annotation] };
  const place = placeOf(item, state, { content_index: contentIndex, annotation_index: part.annotations.length });
  const added = { type: 'response.output_text.annotation.added', ...place, annotation };
  return [withItem(ready, { ...item, parts: item.parts.with(contentIndex, cited) }), [...opening, added]];
}

function keepLogprobs(state: StreamState, { block, tokens }: Of<'logprobs'>): StreamState {
  const [item, contentIndex, part] = partOf(state, block) ?? [];
  if (item === undefined || contentIndex === undefined || part === undefined) return state;
  const known: TextPart = { ...part, ...withLogprobs(part, tokens) };
  return withItem(state, { ...item, parts: item.parts.with(contentIndex, known) });
}

function withLogprobs({ logprobs: before }: TextPart, values: readonly JsonObject[]): Pick<TextPart, 'logprobs'> {
  return values.length === 0 ? {} : { logprobs: { ...(before && { before }), values } };
}

/** The latest part of text of a block. */
function partOf(state: StreamState, block: number): [MessageItem, number, TextPart] | undefined {
  const item = state.items.findLast((one): one is MessageItem => one.kind === 'message' && hasText(one, block));
  const index = item?.parts.findLastIndex((part) => part.kind === 'text' && part.block === block) ?? -1;
  const part = item?.parts[index];
  return item === undefined || part === undefined ? undefined : [item, index, part];
}

function hasText({ parts }: MessageItem, block: number): boolean {
  return parts.some((part) => part.kind === 'text' && part.block === block);
}

function itemAdded(item: OutputItem, { context }: StreamState): JsonObject {
  const rendered = renderItem(item, context.requestId, 'in_progress');
  return { type: 'response.output_item.added', output_index: item.index, item: rendered };
}

function placeOf(item: OutputItem, { context }: StreamState, more: JsonObject = {}): JsonObject {
  return { item_id: idOf(item, context.requestId), output_index: item.index, ...more };
}
