import type { ChatCall } from '../../../workflows/contracts/call.js';
import type { ParsedChatRequest } from './parse-chat-request.js';
import { toMessages } from './to-messages.js';
import { fieldsBesides } from '../shared/fields-besides.js';
import { toOutputFormat, toToolChoice, toTools } from './to-tools.js';

type Fields = ParsedChatRequest['fields'];

/**
 * What the gateway adds to the dialect, which a vendor would refuse, and what it does itself: `store` would have the vendor
 * keep, under our account, what is the caller's.
 */
const GATEWAYS_OWN = ['models', 'on_disconnect', 'provider', 'include_route', 'session_id', 'store'];

/** Puts a chat completion request into the language of the house; the body goes along for vendors of this dialect. */
export function toChatCall({ body, fields, messages }: ParsedChatRequest): ChatCall {
  return {
    kind: 'chat',
    source: { dialect: 'openai-chat', body: fieldsBesides(body, GATEWAYS_OWN) },
    messages: toMessages(messages),
    choices: fields.n ?? 1,
    stream: fields.stream === true,
    ...withoutUndefined(toolParameters(fields)),
    ...withoutUndefined(samplingParameters(fields)),
    tools: toTools(fields),
  };
}

function toolParameters(fields: Fields) {
  return {
    toolChoice: toToolChoice(fields),
    parallelToolCalls: fields.parallel_tool_calls ?? undefined,
    format: toOutputFormat(fields.response_format),
  };
}

function samplingParameters(fields: Fields) {
  const { stop } = fields;
  return {
    maxOutputTokens: outputCap(fields),
    stop: typeof stop === 'string' ? [stop] : (stop ?? undefined),
    temperature: fields.temperature ?? undefined,
    topP: fields.top_p ?? undefined,
    presencePenalty: fields.presence_penalty ?? undefined,
    frequencyPenalty: fields.frequency_penalty ?? undefined,
    seed: fields.seed ?? undefined,
    verbosity: fields.verbosity ?? undefined,
    logprobs:
      fields.logprobs === true ? { ...(fields.top_logprobs != null && { top: fields.top_logprobs }) } : undefined,
    reasoningEffort: fields.reasoning_effort ?? undefined,
    // `safety_identifier` replaces `user` in OpenAI's specification, so it wins where both are given.
    endUser: fields.safety_identifier ?? fields.user ?? undefined,
  };
}

/** The stricter of the two names for the cap where both are given, so that neither is passed. */
function outputCap(fields: Fields): number | undefined {
  const caps = [fields.max_completion_tokens, fields.max_tokens].filter((cap) => cap != null);
  return caps.length === 0 ? undefined : Math.min(...caps);
}

function withoutUndefined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
