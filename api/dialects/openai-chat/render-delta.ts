import type { AnswerEvent } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { renderFinishReason } from './finish-reason.js';
import { renderAnnotation } from './render-annotation.js';
import type { BlockSpan } from './render-annotation.js';
import { renderReasoningDetail } from './render-context.js';
import type { ReasoningBlock } from './render-context.js';

/** What has been streamed of one choice: enough to number its tool calls and to prove its reasoning. */
export interface ChoiceState {
  /** Whether a delta went out, with the role. */
  readonly begun: boolean;
  /** The position among `tool_calls` of each block that is a tool call; -1 where it went out as `function_call`. */
  readonly calls: ReadonlyMap<number, { readonly position: number; readonly custom: boolean }>;
  readonly reasoning: ReadonlyMap<number, ReasoningBlock>;
  /** Where the latest block of text stands in the whole text so far. */
  readonly text: BlockSpan & { readonly block: number };
}

export const NEW_CHOICE: ChoiceState = {
  begun: false,
  calls: new Map(),
  reasoning: new Map(),
  text: { block: -1, start: 0, end: 0 },
};

const LEGACY_POSITION = -1;

type ChoiceEvent = Extract<AnswerEvent, { choice: number }>;

/** How an event shows in a chunk: fields of `delta`, of the entry beside it, or those that end the choice. */
interface Shown {
  readonly delta: JsonObject;
  readonly logprobs?: JsonObject;
  readonly end?: JsonObject;
}

/** One canonical event of a choice as an entry of a chunk's `choices`; no entry where this dialect cannot show it. */
export function renderDelta(
  state: ChoiceState,
  event: ChoiceEvent,
  legacyFunctions: boolean,
): [ChoiceState, JsonObject | undefined] {
  const [next, shown] = show(state, event, legacyFunctions);
  if (shown === undefined) return [next, undefined];
  const wordless = 'tool_calls' in shown.delta || 'audio' in shown.delta;
  const opening = state.begun ? {} : { role: 'assistant', content: wordless ? null : '' };
  const entry = {
    index: event.choice,
    delta: { ...opening, ...shown.delta },
    logprobs: shown.logprobs ?? null,
    ...(shown.end ?? { finish_reason: null }),
  };
  return [{ ...next, begun: true }, entry];
}

function show(state: ChoiceState, event: ChoiceEvent, legacyFunctions: boolean): [ChoiceState, Shown | undefined] {
  switch (event.type) {
    case 'text-delta':
      return [{ ...state, text: extend(state.text, event.block, event.text) }, { delta: { content: event.text } }];
    case 'refusal-delta':
      return [state, { delta: { refusal: event.text } }];
    case 'reasoning-delta':
      return showReasoning(state, event);
    case 'tool-call-start':
      return showCall(state, event, legacyFunctions);
    case 'tool-call-delta':
      return [state, showArguments(state, event)];
    case 'citation': {
      const span = event.block === state.text.block ? state.text : { start: state.text.end, end: state.text.end };
      return [state, { delta: { annotations: [renderAnnotation(event.citation, span)] } }];
    }
    case 'logprobs': {
      const [content, refusal] = event.refusal === true ? [null, event.tokens] : [event.tokens, null];
      return [state, { delta: {}, logprobs: { content, refusal } }];
    }
    case 'audio-delta':
      return [state, { delta: { audio: audioFields(event) } }];
    case 'finish': {
      const legacy = legacyFunctions && state.calls.size > 0;
      return [state, { delta: {}, end: renderFinishReason(event.reason, legacy) }];
    }
    case 'opaque':
      return [state, undefined];
  }
}

function extend(latest: ChoiceState['text'], block: number, text: string): ChoiceState['text'] {
  const start = latest.block === block ? latest.start : latest.end;
  return { block, start, end: latest.end + text.length };
}

function audioFields(event: Extract<ChoiceEvent, { type: 'audio-delta' }>): JsonObject {
  const { id, data, transcript, expiresAtSeconds } = event;
  return {
    ...(id !== undefined && { id }),
    ...(data !== undefined && { data }),
    ...(transcript !== undefined && { transcript }),
    ...(expiresAtSeconds !== undefined && { expires_at: expiresAtSeconds }),
  };
}

/** The proof covers the whole block, so the text is gathered until its signature comes. */
function showReasoning(
  state: ChoiceState,
  event: Extract<ChoiceEvent, { type: 'reasoning-delta' }>,
): [ChoiceState, Shown | undefined] {
  const before = state.reasoning.get(event.block) ?? { index: state.reasoning.size, text: '' };
  const { vendor = before.vendor, id = before.id } = event;
  const block = { ...before, text: before.text + event.text, vendor, id };
  const detail = renderReasoningDetail({ ...block, signature: event.signature, redacted: event.redacted });
  const delta = {
    ...(event.text !== '' && { reasoning_content: event.text }),
    ...(detail && { reasoning_details: [detail] }),
  };
  const next = { ...state, reasoning: new Map(state.reasoning).set(event.block, block) };
  return [next, Object.keys(delta).length === 0 ? undefined : { delta }];
}

function showCall(
  state: ChoiceState,
  event: Extract<ChoiceEvent, { type: 'tool-call-start' }>,
  legacyFunctions: boolean,
): [ChoiceState, Shown] {
  const custom = event.custom ?? false;
  const legacy = legacyFunctions && state.calls.size === 0;
  const taken = [...state.calls.values()].filter((call) => call.position !== LEGACY_POSITION).length;
  const position = legacy ? LEGACY_POSITION : taken;
  const next = { ...state, calls: new Map(state.calls).set(event.block, { position, custom }) };
  if (legacy) return [next, { delta: { function_call: { name: event.name, arguments: '' } } }];
  const body = custom
    ? { type: 'custom', custom: { name: event.name, input: '' } }
    : { type: 'function', function: { name: event.name, arguments: '' } };
  return [next, { delta: { tool_calls: [{ index: position, id: event.id, ...body }] } }];
}

function showArguments(
  state: ChoiceState,
  event: Extract<ChoiceEvent, { type: 'tool-call-delta' }>,
): Shown | undefined {
  const call = state.calls.get(event.block);
  if (call === undefined) return undefined;
  if (call.position === LEGACY_POSITION) return { delta: { function_call: { arguments: event.arguments } } };
  const body = call.custom ? { custom: { input: event.arguments } } : { function: { arguments: event.arguments } };
  return { delta: { tool_calls: [{ index: call.position, ...body }] } };
}
