import type { AnswerEvent } from '../../../workflows/contracts/answer.js';
import type { Dialect } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { renderFinishReason } from './finish-reason.js';
import { renderReasoningDetail } from './render-context.js';
import type { ReasoningBlock } from './render-context.js';

/** What has been streamed of one choice: enough to number its tool calls and to prove its reasoning. */
export interface ChoiceState {
  /** Whether a delta went out, with the role. */
  readonly begun: boolean;
  /** The position among `tool_calls` of each block that is a tool call; -1 where it went out as `function_call`. */
  readonly calls: ReadonlyMap<number, { readonly position: number; readonly custom: boolean }>;
  readonly reasoning: ReadonlyMap<number, ReasoningBlock>;
}

export const NEW_CHOICE: ChoiceState = { begun: false, calls: new Map(), reasoning: new Map() };

const LEGACY_POSITION = -1;

type ChoiceEvent = Extract<AnswerEvent, { choice: number }>;

/** How an event shows in a chunk: fields of `delta`, or those that end the choice. */
interface Shown {
  readonly delta: JsonObject;
  readonly end?: JsonObject;
}

export interface DeltaContext {
  readonly legacyFunctions: boolean;
  /** The dialect in which the vendor wrote the event. */
  readonly dialect: Dialect | undefined;
}

/** One canonical event of a choice as an entry of a chunk's `choices`; no entry where this dialect cannot show it. */
export function renderDelta(
  state: ChoiceState,
  event: ChoiceEvent,
  context: DeltaContext,
): [ChoiceState, JsonObject | undefined] {
  const [next, shown] = show(state, event, context);
  if (shown === undefined) return [next, undefined];
  const opening = state.begun ? {} : { role: 'assistant', content: 'tool_calls' in shown.delta ? null : '' };
  const entry = {
    index: event.choice,
    delta: { ...opening, ...shown.delta },
    logprobs: null,
    ...(shown.end ?? { finish_reason: null }),
  };
  return [{ ...next, begun: true }, entry];
}

function show(state: ChoiceState, event: ChoiceEvent, context: DeltaContext): [ChoiceState, Shown | undefined] {
  switch (event.type) {
    case 'text-delta':
      return [state, { delta: { content: event.text } }];
    case 'refusal-delta':
      return [state, { delta: { refusal: event.text } }];
    case 'reasoning-delta':
      return showReasoning(state, event, context.dialect);
    case 'tool-call-start':
      return showCall(state, event, context.legacyFunctions);
    case 'tool-call-delta':
      return [state, showArguments(state, event)];
    case 'finish': {
      const legacy = context.legacyFunctions && state.calls.size > 0;
      return [state, { delta: {}, end: renderFinishReason(event.reason, legacy) }];
    }
    case 'citation':
    case 'logprobs':
    case 'audio-delta':
    case 'opaque':
      return [state, undefined];
  }
}

/** The proof covers the whole block, so the text is gathered until its signature comes. */
function showReasoning(
  state: ChoiceState,
  event: Extract<ChoiceEvent, { type: 'reasoning-delta' }>,
  dialect: Dialect | undefined,
): [ChoiceState, Shown | undefined] {
  const before = state.reasoning.get(event.block) ?? { index: state.reasoning.size, text: '', dialect };
  const block = { ...before, text: before.text + event.text };
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
