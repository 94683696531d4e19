import type { ChatCall, Dialect } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { warnOfProperties } from '../../unsupported-properties.js';
import { asArray } from '../../anthropic/chat/json-fields.js';
import type { Warnings } from '../../warnings.js';

const NO_SUCH_PARAMETER = 'Converse has no such parameter.';
const NO_LOG_PROBABILITIES = 'Converse does not report log probabilities.';

/** Properties of the callers' dialects that cannot be honoured here, with the reason that the caller is told. */
const UNSUPPORTED: { readonly [property: string]: string } = {
  audio: 'Only text is answered, so there is no voice to choose.',
  verbosity: NO_SUCH_PARAMETER,
  frequency_penalty: NO_SUCH_PARAMETER,
  presence_penalty: NO_SUCH_PARAMETER,
  parallel_tool_calls: 'Converse has no way to forbid several calls at once.',
  web_search_options: 'No search is made on behalf of this parameter.',
  logprobs: NO_LOG_PROBABILITIES,
  top_logprobs: NO_LOG_PROBABILITIES,
  moderation: NO_SUCH_PARAMETER,
  logit_bias: NO_SUCH_PARAMETER,
  prediction: NO_SUCH_PARAMETER,
  seed: NO_SUCH_PARAMETER,
  include: 'No tool of OpenAI runs there, so that there is nothing of one to include.',
  truncation: 'A conversation that is too long is refused, and not shortened.',
  max_tool_calls: NO_SUCH_PARAMETER,
  prompt_cache_key: "The vendor's cache needs no key.",
  prompt_cache_retention: NO_SUCH_PARAMETER,
  prompt_cache_options: NO_SUCH_PARAMETER,
  service_tier: 'It would change the price, which no request is planned by yet.',
  user: NO_SUCH_PARAMETER,
  safety_identifier: NO_SUCH_PARAMETER,
};

/** Fields of each dialect that the canonical form holds, that are refused, or that the gateway itself honours. */
const HELD: { readonly [D in Dialect]?: ReadonlySet<string> } = {
  'openai-chat': new Set([
    ...['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'tools', 'tool_choice'],
    ...['functions', 'function_call', 'response_format', 'reasoning_effort', 'stop', 'n', 'modalities', 'metadata'],
    ...['temperature', 'top_p', 'store'],
  ]),
  'openai-responses': new Set([
    ...['model', 'input', 'instructions', 'max_output_tokens', 'stream', 'stream_options', 'temperature', 'top_p'],
    ...['tools', 'tool_choice', 'text', 'reasoning', 'metadata', 'store', 'previous_response_id', 'conversation'],
  ]),
  'anthropic-messages': new Set([
    ...['model', 'messages', 'system', 'max_tokens', 'stop_sequences', 'stream', 'temperature', 'top_p', 'top_k'],
    ...['tools', 'tool_choice', 'metadata', 'output_config', 'output_format', 'thinking'],
  ]),
};

/** Values that ask for no more than is done anyway. */
const DEFAULTS: { readonly [property: string]: readonly Json[] } = {
  frequency_penalty: [0],
  presence_penalty: [0],
  logprobs: [false],
  top_logprobs: [0],
  parallel_tool_calls: [true],
  service_tier: ['auto', 'default', 'standard_only'],
  verbosity: ['medium'],
  truncation: ['disabled'],
  background: [false, true],
};

/** What of `include` is told of as log probabilities, or done: reasoning always comes with its proof. */
const INCLUDED: readonly (Json | undefined)[] = ['message.output_text.logprobs', 'reasoning.encrypted_content'];

const NOTHING: ReadonlySet<string> = new Set();

/** Warns of everything in the caller's request that is not sent on. */
export function warnOfUnsupported(call: ChatCall, warnings: Warnings): void {
  const { dialect, body } = call.source;
  const asked = { ...canonicalProperties(call), ...body };
  const included = asArray(asked['include']).filter((name) => !INCLUDED.includes(name));
  const rules = { handled: HELD[dialect] ?? NOTHING, unsupported: UNSUPPORTED, defaults: DEFAULTS };
  warnOfProperties({ ...asked, ...('include' in asked && { include: included }) }, rules, warnings);
}

/** What the canonical form knows of these, whose fields other dialects name otherwise. */
function canonicalProperties(call: ChatCall): JsonObject {
  return {
    verbosity: call.verbosity,
    logprobs: call.logprobs === undefined ? undefined : true,
    parallel_tool_calls: call.parallelToolCalls,
  };
}
