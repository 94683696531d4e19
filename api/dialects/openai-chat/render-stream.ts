import type { AnswerEvent, Frame, Warning } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary, ReplyEvent } from '../../../workflows/contracts/reply.js';
import { asObject, asObjects } from '../shared/json-fields.js';
import { FOREIGN_CONTENT, hasForeignContent } from './foreign-content.js';
import { canonicalHeader } from './render-answer.js';
import { renderWarnings, underOwnId } from './render-context.js';
import type { RenderContext } from './render-context.js';
import { NEW_CHOICE, renderDelta } from './render-delta.js';
import type { ChoiceState } from './render-delta.js';
import { renderFailure, renderRefusal } from '../shared/render-openai-error.js';
import { renderUsage } from './render-usage.js';
import { chunkHeader, splitAnswer } from './split-answer.js';

export interface StreamContext extends RenderContext {
  /** Whether the caller asked for `stream_options.include_usage`; vendors are always asked. */
  readonly includeUsage: boolean;
}

export interface StreamState {
  readonly context: StreamContext;
  readonly attempt: number;
  /** What every chunk of ours repeats: the vendor's own fields where it speaks this dialect. */
  readonly header: JsonObject;
  readonly choices: ReadonlyMap<number, ChoiceState>;
  /** The vendor's usage, held back until its cost is known; the last one wins, because some vendors send it running. */
  readonly vendorUsage?: JsonObject;
  /** The fields of the vendor's closing chunk, where its usage had a chunk of its own. */
  readonly closing?: JsonObject;
  /** Warnings that no chunk has carried yet. */
  readonly warnings: readonly Warning[];
  /** Whether the caller was told that content had to be left out. */
  readonly toldForeign: boolean;
}

export interface StreamOutput {
  /** The bodies of the `data:` lines, in order. */
  readonly chunks: readonly JsonObject[];
  /** `done`: write `data: [DONE]` and end. `failed`: end without it. `open`: more is to come. */
  readonly end: 'open' | 'done' | 'failed';
}

export function startStream(context: StreamContext): StreamState {
  return {
    context,
    attempt: 0,
    header: ownHeader(undefined, context),
    choices: new Map(),
    warnings: [],
    toldForeign: false,
  };
}

/**
 * One step of rendering a reply as `chat.completion.chunk`s. The state is a value: the same events give the same chunks,
 * so that a stream can be picked up again in any process.
 */
export function renderStream(state: StreamState, event: ReplyEvent): [StreamState, StreamOutput] {
  switch (event.type) {
    case 'frame':
      return renderFrame(ofAttempt(state, event.attempt), event.frame);
    case 'answered':
      return [state, { chunks: closingChunks(state, event.summary), end: 'done' }];
    case 'failed': {
      const { body } = renderFailure(event.failure, event.detail, event.summary);
      const paid =
        state.context.includeUsage && event.summary ? { usage: renderUsage(event.summary, state.vendorUsage) } : {};
      return [state, { chunks: [{ ...body, ...paid }], end: 'failed' }];
    }
    case 'refused':
      return [state, { chunks: [renderRefusal(event.refusal).body], end: 'failed' }];
  }
}

/** What an earlier attempt announced before it failed does not belong to the answer. */
function ofAttempt(state: StreamState, attempt: number): StreamState {
  return attempt === state.attempt ? state : { ...startStream(state.context), attempt };
}

function renderFrame(state: StreamState, frame: Frame): [StreamState, StreamOutput] {
  const before = noteWarnings(state, frame);
  const [after, chunks] =
    frame.wire?.dialect === 'openai-chat'
      ? renderWire(before, wireChunks(frame.wire, before.context))
      : renderEvents(before, frame);
  return withWarnings(after, chunks);
}

function wireChunks({ streamed, body }: NonNullable<Frame['wire']>, context: StreamContext): readonly JsonObject[] {
  const own = underOwnId(body, context);
  return streamed ? [own] : splitAnswer(own);
}

function noteWarnings(state: StreamState, frame: Frame): StreamState {
  const told = frame.events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));
  const foreign = !state.toldForeign && hasForeignContent(frame);
  if (told.length === 0 && !foreign) return state;
  return {
    ...state,
    warnings: [...state.warnings, ...told, ...(foreign ? [FOREIGN_CONTENT] : [])],
    toldForeign: state.toldForeign || foreign,
  };
}

/** Warnings ride on the next chunk that goes out, whichever it is. */
function withWarnings(state: StreamState, chunks: readonly JsonObject[]): [StreamState, StreamOutput] {
  const [first, ...others] = chunks;
  if (first === undefined || state.warnings.length === 0) return [state, { chunks, end: 'open' }];
  const marked = { ...first, warnings: renderWarnings(state.warnings) };
  return [
    { ...state, warnings: [] },
    { chunks: [marked, ...others], end: 'open' },
  ];
}

function renderWire(state: StreamState, bodies: readonly JsonObject[]): [StreamState, readonly JsonObject[]] {
  let next = state;
  const chunks: JsonObject[] = [];
  for (const body of bodies) {
    const { usage, ...rest } = body;
    const reported = asObject(usage);
    const hasChoices = asObjects(body['choices']).length > 0;
    // A chunk of usage alone waits for its cost, or is dropped with the usage that the caller did not ask for.
    const closing = reported !== undefined && !hasChoices;
    next = {
      ...next,
      ...remembered(body, next),
      ...(reported && { vendorUsage: reported }),
      ...(closing && { closing: body }),
    };
    if (closing) continue;
    chunks.push(next.context.includeUsage ? { ...rest, usage: null } : rest);
  }
  return [next, chunks];
}

/** Azure's first chunk has empty fields where every other has the answer's. */
function remembered(body: JsonObject, state: StreamState): Partial<StreamState> {
  return body['id'] === undefined || body['id'] === '' ? {} : { header: { ...state.header, ...chunkHeader(body) } };
}

function renderEvents(state: StreamState, frame: Frame): [StreamState, readonly JsonObject[]] {
  let next = state;
  const chunks: JsonObject[] = [];
  for (const event of frame.events) {
    if (event.type === 'start') next = { ...next, header: ownHeader(event, next.context) };
    if (!('choice' in event)) continue;
    const before = next.choices.get(event.choice) ?? NEW_CHOICE;
    const [choice, entry] = renderDelta(before, event, next.context.legacyFunctions ?? false);
    if (choice !== before) next = { ...next, choices: new Map(next.choices).set(event.choice, choice) };
    if (entry) chunks.push({ ...next.header, choices: [entry], ...(next.context.includeUsage && { usage: null }) });
  }
  return [next, chunks];
}

function ownHeader(start: Extract<AnswerEvent, { type: 'start' }> | undefined, context: RenderContext): JsonObject {
  return chunkHeader(canonicalHeader(start, context));
}

/** The last chunk, once the outcome is recorded: usage with its cost where asked, and warnings that nothing carried. */
function closingChunks(state: StreamState, summary: AnswerSummary): readonly JsonObject[] {
  const { includeUsage } = state.context;
  if (!includeUsage && state.warnings.length === 0) return [];
  const base = includeUsage && state.closing ? state.closing : state.header;
  const chunk = {
    ...base,
    choices: [],
    ...(includeUsage && { usage: renderUsage(summary, state.vendorUsage) }),
    ...(state.warnings.length > 0 && { warnings: renderWarnings(state.warnings) }),
  };
  return [chunk];
}
