import type { AnswerEvent, Frame } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary, ReplyEvent } from '../../../workflows/contracts/reply.js';
import type { FailedEvent, StreamStep } from '../../requests/answer-renderer.js';
import { closeAll } from './close-items.js';
import { renderItem } from './output-items.js';
import { hasRefused, renderEvent } from './render-event.js';
import { renderUsage } from './render-usage.js';
import { patchResponse, renderWireEnd, renderWireEvent } from './render-wire.js';
import { renderResponseError } from './response-error.js';
import { incompleteDetails, renderedWarnings, renderResponseObject } from './response-object.js';
import { splitResponse } from './split-response.js';
import { startState } from './stream-state.js';
import type { StreamState } from './stream-state.js';

/** One step of rendering a reply as events of a response. */
export function renderStream(state: StreamState, event: ReplyEvent): [StreamState, StreamStep] {
  switch (event.type) {
    case 'frame':
      return renderFrame(ofAttempt(state, event.attempt), event.frame);
    case 'answered': {
      const [next, chunks] = renderEnd(state, event.summary);
      return [next, { chunks, end: 'done' }];
    }
    case 'failed':
    case 'refused': {
      const [begun, opening] = begin(state);
      const [next, chunks] = numbered(begun, [failedEvent(begun, event)]);
      return [next, { chunks: [...opening, ...chunks], end: 'failed' }];
    }
  }
}

/** What an earlier attempt announced before it failed does not belong to the answer. */
function ofAttempt(state: StreamState, attempt: number): StreamState {
  if (attempt === state.attempt) return state;
  const { sequence, begun } = state;
  return { ...startState(state.context), attempt, sequence, begun };
}

function renderFrame(state: StreamState, frame: Frame): [StreamState, StreamStep] {
  const [next, chunks] =
    frame.wire?.dialect === 'openai-responses'
      ? renderWireFrame(state, frame, frame.wire)
      : renderCanonicalFrame(state, frame.events);
  return [next, { chunks, end: 'open' }];
}

function renderWireFrame(
  state: StreamState,
  { events }: Frame,
  wire: NonNullable<Frame['wire']>,
): [StreamState, readonly JsonObject[]] {
  const warned = events.flatMap((event) => (event.type === 'warning' ? [event.warning] : []));
  let next: StreamState = warned.length === 0 ? state : { ...state, warnings: [...state.warnings, ...warned] };
  const chunks: JsonObject[] = [];
  for (const body of wire.streamed ? [wire.body] : splitResponse(wire.body)) {
    const [after, told] = renderWireEvent(next, body);
    next = after;
    chunks.push(...told);
  }
  return [next, chunks];
}

function renderCanonicalFrame(
  state: StreamState,
  events: readonly AnswerEvent[],
): [StreamState, readonly JsonObject[]] {
  const logprobs = logprobsByBlock(events);
  // What a vendor says of the answer as a whole is known before it is first shown.
  let next = events.reduce((before, event) => (isAbout(event) ? renderEvent(before, event, [])[0] : before), state);
  const [begun, opening] = begin(next);
  next = begun;
  const said: JsonObject[] = [];
  for (const event of events.filter((one) => !isAbout(one))) {
    const told = event.type === 'text-delta' ? (logprobs.get(event.block) ?? []) : [];
    if (event.type === 'text-delta') logprobs.delete(event.block);
    if (event.type === 'logprobs' && !logprobs.has(event.block)) continue;
    const [after, shown] = renderEvent(next, event, told);
    next = after;
    said.push(...shown);
  }
  const [last, chunks] = numbered(next, said);
  return [last, [...opening, ...chunks]];
}

function isAbout({ type }: AnswerEvent): boolean {
  return type === 'start' || type === 'warning';
}

/** Log probabilities that came with the text which they are of. */
function logprobsByBlock(events: readonly AnswerEvent[]): Map<number, readonly JsonObject[]> {
  const byBlock = new Map<number, readonly JsonObject[]>();
  for (const event of events) {
    if (event.type === 'logprobs') byBlock.set(event.block, [...(byBlock.get(event.block) ?? []), ...event.tokens]);
  }
  return byBlock;
}

/** `response.created` and `response.in_progress`, once. */
function begin(state: StreamState): [StreamState, readonly JsonObject[]] {
  if (state.begun) return [state, []];
  const { warnings } = state;
  const response = renderResponseObject(state.context, state.start, { status: 'in_progress', output: [], warnings });
  const events = ['response.created', 'response.in_progress'].map((type) => ({ type, response }));
  return numbered({ ...state, begun: true }, events);
}

function numbered(state: StreamState, events: readonly JsonObject[]): [StreamState, readonly JsonObject[]] {
  const chunks = events.map((event, index) => ({ ...event, sequence_number: state.sequence + index }));
  return [{ ...state, sequence: state.sequence + events.length }, chunks];
}

function renderEnd(state: StreamState, summary: AnswerSummary): [StreamState, readonly JsonObject[]] {
  const closing = state.wire?.closing;
  if (closing) return [state, [renderWireEnd(state, closing, summary)]];
  const [begun, opening] = begin(state);
  const incomplete = incompleteDetails(begun.finish, hasRefused(begun));
  const [closed, done] = closeAll(begun, incomplete === undefined);
  const response = renderResponseObject(closed.context, closed.start, {
    status: incomplete === undefined ? 'completed' : 'incomplete',
    output: outputOf(closed, incomplete === undefined ? 'completed' : 'incomplete'),
    usage: renderUsage(summary),
    warnings: closed.warnings,
    ...(incomplete && { incomplete }),
  });
  const type = incomplete === undefined ? 'response.completed' : 'response.incomplete';
  const [last, chunks] = numbered(closed, [...done, { type, response }]);
  return [last, [...opening, ...chunks]];
}

/** The items as they were told to be done: the last of an answer that is not whole is not whole either. */
function outputOf(state: StreamState, lastStatus: 'completed' | 'incomplete'): readonly JsonObject[] {
  const last = state.items.length - 1;
  return state.items.map((item) =>
    renderItem(item, state.context.requestId, item.index === last ? lastStatus : 'completed'),
  );
}

/** What came so far, with why there is no more. What the caller pays in spite of it stands in `usage`. */
function failedEvent(state: StreamState, event: FailedEvent): JsonObject {
  const error = renderResponseError(event);
  const summary = event.type === 'failed' ? event.summary : undefined;
  const usage = summary && renderUsage(summary);
  const { context, wire, warnings } = state;
  if (!wire) {
    const output = outputOf(state, 'incomplete');
    const failed = { status: 'failed', output, error, warnings, ...(usage && { usage }) } as const;
    return { type: 'response.failed', response: renderResponseObject(context, state.start, failed) };
  }
  const response = {
    ...patchResponse(wire.response, context),
    ...{ status: 'failed', output: wire.output, error, usage: usage ?? null },
    ...renderedWarnings(warnings),
  };
  return { type: 'response.failed', response };
}
