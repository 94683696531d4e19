import type { ChatCall, Message } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import { fieldsBesides } from '../shared/fields-besides.js';
import { namespacedTools } from './namespaces.js';
import { nativeParts } from './native-parts.js';
import { readKeptItems } from './parse-responses-request.js';
import type { ParsedResponsesRequest } from './parse-responses-request.js';
import { toMessages } from './to-messages.js';
import { toOutputFormat, toToolChoice, toTools } from './to-tools.js';

type Fields = ParsedResponsesRequest['fields'];

/** What the gateway adds to the dialect, which a vendor would refuse, and what it does itself, so that no vendor does. */
const EXTENSIONS = ['models', 'on_disconnect', 'provider', 'include_route', 'session_id', 'store'];

/** The conversation before this request, where it goes on from an earlier response: that one's input, then its output. */
export interface PreviousTurn {
  /** By which the caller named it. */
  readonly responseId: string;
  readonly items: readonly JsonObject[];
}

/**
 * Puts a Responses request into the language of the house; the body goes along for vendors of this dialect. With
 * `previous` the body's input is the whole conversation and names no earlier response. Instructions are not carried over
 * from earlier turns, as OpenAI has it.
 */
export function toResponsesCall(parsed: ParsedResponsesRequest, previous?: PreviousTurn): ChatCall {
  const { fields } = parsed;
  const items = [...readKeptItems(previous?.items ?? []), ...parsed.items];
  return {
    kind: 'chat',
    source: { dialect: 'openai-responses', body: toBody(parsed, previous) },
    messages: [...toInstructions(fields), ...toMessages(items, namespacedTools(fields.tools))],
    choices: 1,
    stream: fields.stream === true,
    ...(nativeParts(fields, items).length > 0 && { boundTo: 'openai-responses' as const }),
    ...withoutUndefined(toolParameters(fields)),
    ...withoutUndefined(samplingParameters(fields)),
    ...(previous && { continues: previous.responseId }),
    tools: toTools(fields),
  };
}

function toBody({ body }: ParsedResponsesRequest, previous: PreviousTurn | undefined): JsonObject {
  if (previous === undefined) return fieldsBesides(body, EXTENSIONS);
  const input = [...previous.items, ...toItems(body['input'])];
  return { ...fieldsBesides(body, [...EXTENSIONS, 'previous_response_id']), input };
}

/** The input as a list: a string is a message of the user's. */
export function toItems(input: JsonObject[string]): readonly JsonObject[] {
  if (typeof input === 'string') {
    return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }];
  }
  return Array.isArray(input) ? (input as readonly JsonObject[]) : [];
}

function toInstructions({ instructions }: Fields): readonly Message[] {
  if (instructions == null || instructions === '') return [];
  return [{ role: 'system', content: [{ type: 'text', text: instructions }] }];
}

function toolParameters(fields: Fields) {
  return {
    toolChoice: toToolChoice(fields.tool_choice),
    parallelToolCalls: fields.parallel_tool_calls ?? undefined,
    format: toOutputFormat(fields),
  };
}

function samplingParameters(fields: Fields) {
  const { reasoning } = fields;
  return {
    maxOutputTokens: fields.max_output_tokens ?? undefined,
    temperature: fields.temperature ?? undefined,
    topP: fields.top_p ?? undefined,
    verbosity: fields.text?.verbosity ?? undefined,
    logprobs: toLogprobs(fields),
    reasoningEffort: reasoning?.effort ?? undefined,
    reasoningSummary: reasoning?.summary ?? reasoning?.generate_summary ?? undefined,
    // `safety_identifier` replaces `user` in OpenAI's specification, so it wins where both are given.
    endUser: fields.safety_identifier ?? fields.user ?? undefined,
  };
}

/** Log probabilities are told where they are asked for by name, or where alternatives are. */
function toLogprobs({ include, top_logprobs: top }: Fields): ChatCall['logprobs'] {
  if (top != null && top > 0) return { top };
  return include?.includes('message.output_text.logprobs') === true ? {} : undefined;
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
