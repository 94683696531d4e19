import type { AnswerEvent, Frame, Warning } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary, ReplyEvent } from '../../../workflows/contracts/reply.js';
import type { StreamStep } from '../../requests/answer-renderer.js';
import { NO_BLOCKS } from './blocks-state.js';
import type { BlocksState } from './blocks-state.js';
import { endBlocks, renderBlocks } from './canonical-blocks.js';
import { asObject } from './json-fields.js';
import { renderFailure, renderRefusal } from './render-error.js';
import { renderUsage } from './render-usage.js';
import { splitMessage } from './split-message.js';
import { renderStopReason } from './stop-reason.js';

/** What a rendering must know besides the events themselves. */
export interface RenderContext {
  /** Minted by the gateway; the message's id is made of it where the vendor's own is not shown. */
  readonly requestId: string;
  /** The model as asked, shown where the vendor did not name the one that answered. */
  readonly model: string;
  /** What only the dialect's own vendor was told, for where another answers. */
  readonly untranslated: readonly Warning[];
}

export interface StreamState {
  readonly context: RenderContext;
  readonly attempt: number;
  /** Whether the vendor speaks this dialect; unknown before its first frame. */
  readonly own?: boolean;
  readonly begun: boolean;
  /** Of a vendor that speaks another dialect. */
  readonly start?: Extract<AnswerEvent, { type: 'start' }>;
  readonly blocks: BlocksState;
  /** The vendor's own events from the first `message_delta` on, held back until the cost is known. */
  readonly ending: readonly JsonObject[];
  /** Warnings that no event has carried yet. */
  readonly warnings: readonly Warning[];
}

export function startStream(context: RenderContext): StreamState {
  return { context, attempt: 0, begun: false, blocks: NO_BLOCKS, ending: [], warnings: [] };
}

/**
 * One step of rendering a reply as the dialect's events. The state is a value: the same events give the same output, so
 * that a stream can be picked up again in any process.
 */
export function renderStream(state: StreamState, event: ReplyEvent): [StreamState, StreamStep] {
  switch (event.type) {
    case 'frame': {
      const [next, chunks] = renderFrame(ofAttempt(state, event.attempt), event.frame);
      return [next, { chunks, end: 'open' }];
    }
    case 'answered':
      return [state, { chunks: renderEnd(state, event.summary), end: 'done' }];
    case 'failed': {
      const { body } = renderFailure(event.failure, event.detail, state.context.requestId, event.summary);
      return [state, { chunks: [body], end: 'failed' }];
    }
    case 'refused':
      return [state, { chunks: [renderRefusal(event.refusal, state.context.requestId).body], end: 'failed' }];
  }
}

/** What an earlier attempt announced before it failed does not belong to the answer. */
function ofAttempt(state: StreamState, attempt: number): StreamState {
  return attempt === state.attempt ? state : { ...startStream(state.context), attempt };
}

type Step = readonly [StreamState, readonly JsonObject[]];

function renderFrame(before: StreamState, frame: Frame): Step {
  const told = frame.events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));
  const state = { ...before, warnings: [...before.warnings, ...told] };
  if (frame.wire?.dialect === 'anthropic-messages') {
    const { body, streamed } = frame.wire;
    return renderWire({ ...state, own: true }, streamed ? [body] : splitMessage(body));
  }
  // A frame of ours within an answer of the dialect's own vendor holds no content.
  if (state.own === true) return [state, []];
  const foreign = state.own === false ? state : { ...state, own: false, warnings: withUntranslated(state) };
  return renderEvents(foreign, frame.events);
}

function withUntranslated({ warnings, context }: StreamState): readonly Warning[] {
  const known = new Set(warnings.map(({ feature }) => feature));
  return [...warnings, ...context.untranslated.filter(({ feature }) => !known.has(feature))];
}

/** The vendor's own events as they are; its end waits, because what the answer cost goes into it. */
function renderWire(before: StreamState, events: readonly JsonObject[]): Step {
  let state = before;
  const chunks: JsonObject[] = [];
  for (const event of events) {
    if (event['type'] === 'message_delta' || state.ending.length > 0) {
      state = event['type'] === 'ping' ? state : { ...state, ending: [...state.ending, event] };
    } else if (event['type'] === 'message_start') {
      // Some proxies send it twice.
      if (state.begun) continue;
      chunks.push(withWarnings(event, state.warnings));
      state = { ...state, begun: true, warnings: [] };
    } else {
      chunks.push(event);
    }
  }
  return [state, chunks];
}

function renderEvents(before: StreamState, events: readonly AnswerEvent[]): Step {
  let state = before;
  const chunks: JsonObject[] = [];
  for (const event of events) {
    if (event.type === 'start') state = { ...state, start: event };
    if (!('choice' in event)) continue;
    const [blocks, rendered] = renderBlocks(state.blocks, event);
    state = { ...state, blocks };
    if (rendered.length === 0) continue;
    const [begun, opening] = begin(state);
    state = begun;
    chunks.push(...opening, ...rendered);
  }
  return [state, chunks];
}

/** The message goes out with the first of its content, when its model is known. */
function begin(state: StreamState): Step {
  if (state.begun) return [state, []];
  const { requestId, model } = state.context;
  const message = {
    id: messageId(requestId),
    type: 'message',
    role: 'assistant',
    model: state.start?.vendorModel ?? model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    // Counts are told at the end, as far as the vendor reports them.
    usage: { input_tokens: 0, output_tokens: 0 },
  };
  const event = withWarnings({ type: 'message_start', message }, state.warnings);
  return [{ ...state, begun: true, warnings: [] }, [event]];
}

function messageId(requestId: string): string {
  return `msg_${requestId.replace(/^req_/, '')}`;
}

function withWarnings(event: JsonObject, warnings: readonly Warning[]): JsonObject {
  if (warnings.length === 0) return event;
  return { ...event, message: { ...asObject(event['message']), warnings: renderWarnings(warnings) } };
}

function renderWarnings(warnings: readonly Warning[]): readonly JsonObject[] {
  return warnings.map(({ type, feature, detail }) => ({ type, feature, detail }));
}

/** The last events, once the outcome is recorded: usage with its cost, and warnings that came after the message began. */
function renderEnd(state: StreamState, summary: AnswerSummary): readonly JsonObject[] {
  if (state.own === true) {
    const last = state.ending.findLastIndex(({ type }) => type === 'message_delta');
    return state.ending.map((event, index) =>
      index === last ? withAccount(event, state.warnings, summary, asObject(event['usage'])) : event,
    );
  }
  const [blocks, closing] = endBlocks(state.blocks);
  const [begun, opening] = begin(state);
  const delta = { stop_reason: renderStopReason(blocks.reason, blocks), stop_sequence: null };
  const warnings = [...begun.warnings, ...[...blocks.lost].map(toWarning)];
  return [
    ...opening,
    ...closing,
    withAccount({ type: 'message_delta', delta }, warnings, summary),
    { type: 'message_stop' },
  ];
}

function withAccount(
  event: JsonObject,
  warnings: readonly Warning[],
  summary: AnswerSummary,
  vendorUsage?: JsonObject,
): JsonObject {
  return {
    ...event,
    usage: renderUsage(summary, vendorUsage),
    ...(warnings.length > 0 && { warnings: renderWarnings(warnings) }),
  };
}

function toWarning(feature: string): Warning {
  return { type: 'unsupported', feature, detail: 'The answer held this, and the Messages API has no form for it.' };
}
