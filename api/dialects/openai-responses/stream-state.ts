import type { AnswerEvent, FinishReason, Warning } from '../../../workflows/contracts/answer.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { OutputItem } from './output-items.js';
import type { RenderContext } from './render-context.js';

/** What was streamed of a reply so far. A value: the same events give the same state in any process. */
export interface StreamState {
  readonly context: RenderContext;
  readonly attempt: number;
  /** The `sequence_number` of the next event of ours. */
  readonly sequence: number;
  /** Whether `response.created` went out. */
  readonly begun: boolean;
  readonly start?: Extract<AnswerEvent, { type: 'start' }>;
  readonly items: readonly OutputItem[];
  readonly finish?: FinishReason;
  readonly warnings: readonly Warning[];
  /** There where the vendor speaks this dialect. */
  readonly wire?: WireState;
}

/** What a vendor's own events have told of its response. */
export interface WireState {
  /** The latest `response` that an event held. */
  readonly response: JsonObject;
  /** Items that are done, in case the response breaks off. */
  readonly output: readonly JsonObject[];
  /** The event that ends the response, held back until its cost is known. */
  readonly closing?: JsonObject;
}

export function startState(context: RenderContext): StreamState {
  return { context, attempt: 0, sequence: 0, begun: false, items: [], warnings: [] };
}
