import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { MessagesRequestFields } from './messages-request.schema.js';
import type { ParsedMessagesRequest } from './parse-messages-request.js';
import { fieldsBesides } from './json-fields.js';
import { toMessages } from './to-messages.js';
import { toReasoningFields } from './to-reasoning.js';
import { toOutputFormat, toToolChoice, toTools } from './to-tools.js';

/** What the gateway adds to the dialect; a vendor would refuse it. */
const EXTENSIONS = ['models', 'on_disconnect', 'provider', 'include_route', 'session_id'];

/** Puts a request into the language of the house; the body goes along for the vendor whose dialect this is. */
export function toChatCall(
  { body, fields, system, messages, tools }: ParsedMessagesRequest,
  betas: readonly string[],
): ChatCall {
  return {
    kind: 'chat',
    source: { dialect: 'anthropic-messages', body: fieldsBesides(body, EXTENSIONS) },
    messages: toMessages(system, messages),
    tools: toTools(tools),
    choices: 1,
    stream: fields.stream === true,
    maxOutputTokens: fields.max_tokens,
    ...withoutUndefined(options(fields)),
    ...toReasoningFields(fields),
    ...(betas.length > 0 && { vendorHeaders: { 'anthropic-beta': betas.join(',') } }),
  };
}

function options(fields: MessagesRequestFields) {
  const serially = fields.tool_choice?.disable_parallel_tool_use;
  return {
    toolChoice: toToolChoice(fields),
    parallelToolCalls: serially == null ? undefined : !serially,
    stop: fields.stop_sequences ?? undefined,
    format: toOutputFormat(fields),
    temperature: fields.temperature ?? undefined,
    topP: fields.top_p ?? undefined,
    topK: fields.top_k ?? undefined,
    endUser: fields.metadata?.user_id ?? undefined,
  };
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
