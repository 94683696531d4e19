import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { AnswerSummary } from '../../../workflows/contracts/reply.js';
import { asNumber, asObject, asObjects, asText } from '../shared/json-fields.js';
import { responseId } from './render-context.js';
import type { RenderContext } from './render-context.js';
import { renderUsage } from './render-usage.js';
import { renderedWarnings } from './response-object.js';
import type { StreamState, WireState } from './stream-state.js';

/** The events that end a response, with all of it. */
export const CLOSING = ['response.completed', 'response.incomplete', 'response.failed'];

/**
 * One event of a vendor of this dialect, as it is but for what is the gateway's to say: the response's id, whether it is
 * stored, and what was warned of. The event that ends the response waits for its cost.
 */
export function renderWireEvent(state: StreamState, event: JsonObject): readonly [StreamState, readonly JsonObject[]] {
  const wire = remember(state.wire, event);
  const numbered = withNumber(event, state.sequence);
  const next = { ...state, begun: true, wire, sequence: (asNumber(numbered['sequence_number']) ?? 0) + 1 };
  if (CLOSING.includes(asText(event['type']))) return [{ ...next, wire: { ...wire, closing: numbered } }, []];
  return [next, [patchEvent(numbered, next)]];
}

/** Some vendors of the dialect leave the number out, which clients resume by. */
function withNumber(event: JsonObject, sequence: number): JsonObject {
  return event['sequence_number'] === undefined ? { ...event, sequence_number: sequence } : event;
}

function remember(before: WireState | undefined, event: JsonObject): WireState {
  const response = asObject(event['response']) ?? before?.response ?? {};
  const output = before?.output ?? [];
  const item = event['type'] === 'response.output_item.done' ? asObject(event['item']) : undefined;
  return { ...before, response, output: item === undefined ? output : [...output, item] };
}

function patchEvent(event: JsonObject, { context, warnings }: StreamState): JsonObject {
  const response = asObject(event['response']);
  if (response === undefined) return event;
  return { ...event, response: { ...patchResponse(response, context), ...renderedWarnings(warnings) } };
}

/** The event that ends a whole response, with its usage and cost. */
export function renderWireEnd(state: StreamState, closing: JsonObject, summary: AnswerSummary): JsonObject {
  const response = wholeResponse(asObject(closing['response']) ?? {}, state.wire?.output ?? []);
  const patched = patchEvent({ ...closing, response }, state);
  const usage = renderUsage(summary, asObject(response['usage']));
  return { ...patched, response: { ...asObject(patched['response']), usage } };
}

/** Some vendors leave the output of the last event empty, because every item of it was told before. */
export function wholeResponse(response: JsonObject, items: readonly JsonObject[]): JsonObject {
  return asObjects(response['output']).length === 0 && items.length > 0 ? { ...response, output: items } : response;
}

/**
 * A response of the vendor's under our id: the vendor is asked to store nothing and to answer at once, so that its own id
 * leads nowhere, and what is stored, or made in the background, is so here.
 */
export function patchResponse(response: JsonObject, context: RenderContext): JsonObject {
  const { requestId, request, stored, previousResponseId } = context;
  return {
    ...response,
    id: responseId(requestId),
    ...('store' in response && { store: stored }),
    ...('background' in response && { background: request['background'] === true }),
    ...('previous_response_id' in response && { previous_response_id: previousResponseId ?? null }),
  };
}
