import type { AnswerEvent, FinishReason, Warning } from '../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { asObject } from '../shared/json-fields.js';
import { responseId } from './render-context.js';
import type { RenderContext } from './render-context.js';

export interface ResponseState {
  readonly status: 'queued' | 'in_progress' | 'completed' | 'incomplete' | 'failed';
  readonly output: readonly JsonObject[];
  readonly error?: JsonObject;
  readonly incomplete?: JsonObject;
  readonly usage?: JsonObject;
  readonly warnings: readonly Warning[];
}

/**
 * The `response` of a vendor that speaks another dialect. What the caller did not set is null where the specification
 * allows it, because the vendor's own default is not known here.
 */
export function renderResponseObject(
  context: RenderContext,
  start: Extract<AnswerEvent, { type: 'start' }> | undefined,
  { status, output, error, incomplete, usage, warnings }: ResponseState,
): JsonObject {
  return {
    id: responseId(context.requestId),
    object: 'response',
    created_at: start?.createdAtSeconds ?? context.createdAtSeconds,
    status,
    background: context.request['background'] === true,
    error: error ?? null,
    incomplete_details: incomplete ?? null,
    model: start?.vendorModel ?? context.model,
    output,
    previous_response_id: context.previousResponseId ?? null,
    store: context.stored,
    usage: usage ?? null,
    ...asAsked(context.request),
    ...renderedWarnings(warnings),
  };
}

/** What a response repeats of its request, with what stands there where the caller said nothing. */
const ASKED: JsonObject = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  prompt_cache_key: null,
  safety_identifier: null,
  temperature: null,
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: null,
  truncation: 'disabled',
};

function asAsked(request: JsonObject): JsonObject {
  const asked = Object.entries(ASKED).map(([name, absent]): [string, Json] => [name, request[name] ?? absent ?? null]);
  return {
    ...Object.fromEntries(asked),
    reasoning: { effort: null, summary: null, ...asObject(request['reasoning']) },
    text: { format: { type: 'text' }, ...asObject(request['text']) },
    ...(request['user'] != null && { user: request['user'] }),
  };
}

export function renderedWarnings(warnings: readonly Warning[]): { readonly warnings?: Json } {
  if (warnings.length === 0) return {};
  return { warnings: warnings.map(({ type, feature, detail }) => ({ type, feature, detail })) };
}

/**
 * Why an answer is not whole, in the dialect's two words; nothing where it is. A paused turn is not at its end, and a
 * refused one without a word of refusal was withheld. The vendor's own word stands beside it.
 */
export function incompleteDetails(reason: FinishReason | undefined, refused: boolean): JsonObject | undefined {
  const word = incompleteReason(reason, refused);
  if (word === undefined) return undefined;
  return { reason: word, ...(reason?.raw !== undefined && reason.raw !== word && { native_reason: reason.raw }) };
}

function incompleteReason(reason: FinishReason | undefined, refused: boolean): string | undefined {
  switch (reason?.unified) {
    case 'length':
    case 'pause':
      return 'max_output_tokens';
    case 'content-filter':
      return 'content_filter';
    case 'refusal':
      return refused ? undefined : 'content_filter';
    default:
      return undefined;
  }
}
