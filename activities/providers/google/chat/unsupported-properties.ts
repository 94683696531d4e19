import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { warnOfProperties } from '../../unsupported-properties.js';
import { isArray } from '../../json-fields.js';
import type { Warnings } from '../../warnings.js';

const NO_SUCH_PARAMETER = 'Google has no such parameter.';

/** Properties of OpenAI's dialects that cannot be honoured here, with the reason that the caller is told. */
const UNSUPPORTED: { readonly [property: string]: string } = {
  audio: 'Only text is answered, so there is no voice to choose.',
  verbosity: NO_SUCH_PARAMETER,
  web_search_options: 'No search is made: the vendor decides how many, and each is charged.',
  moderation: NO_SUCH_PARAMETER,
  logit_bias: NO_SUCH_PARAMETER,
  prediction: NO_SUCH_PARAMETER,
  user: NO_SUCH_PARAMETER,
  safety_identifier: NO_SUCH_PARAMETER,
  include: 'No tool of OpenAI runs there, so that there is nothing of one to include.',
  truncation: 'A conversation that is too long is refused, and not shortened.',
  max_tool_calls: NO_SUCH_PARAMETER,
  prompt_cache_key: "The vendor's cache needs no key.",
  prompt_cache_retention: NO_SUCH_PARAMETER,
  prompt_cache_options: NO_SUCH_PARAMETER,
  service_tier: 'No tier is asked for: each has prices of its own.',
};

/** Properties that this folder translates or tells of itself, or that the gateway honours, by the caller's dialect. */
const HANDLED: { readonly [dialect: string]: ReadonlySet<string> } = {
  'openai-chat': new Set([
    ...['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'tools'],
    ...['tool_choice', 'functions', 'function_call', 'parallel_tool_calls', 'response_format', 'reasoning_effort'],
    ...['stop', 'n', 'modalities', 'metadata', 'temperature', 'top_p', 'top_k', 'seed', 'presence_penalty'],
    ...['frequency_penalty', 'logprobs', 'top_logprobs', 'store', 'extra_body', 'safety_settings'],
  ]),
  'openai-responses': new Set([
    ...['model', 'input', 'instructions', 'max_output_tokens', 'stream', 'stream_options', 'temperature', 'top_p'],
    ...['tools', 'tool_choice', 'parallel_tool_calls', 'text', 'reasoning', 'metadata', 'store', 'top_logprobs'],
    ...['previous_response_id', 'conversation'],
  ]),
  'anthropic-messages': new Set([
    ...['model', 'messages', 'system', 'stream', 'max_tokens', 'tools', 'tool_choice', 'stop_sequences'],
    ...['temperature', 'top_p', 'top_k', 'thinking', 'output_config', 'output_format', 'cache_control'],
  ]),
};

/** Values that ask for no more than is done anyway. */
const DEFAULTS: { readonly [property: string]: readonly Json[] } = {
  service_tier: ['auto', 'default', 'standard_only'],
  verbosity: ['medium'],
  truncation: ['disabled'],
  background: [false, true],
};

/** What of `include` is told of as log probabilities, or done: reasoning always comes with its proof. */
const INCLUDED: readonly Json[] = ['message.output_text.logprobs', 'reasoning.encrypted_content'];

/** Warns of everything in the caller's request that is not sent on. */
export function warnOfUnsupported({ source: { dialect, body }, verbosity }: ChatCall, warnings: Warnings): void {
  const handled = HANDLED[dialect];
  if (handled === undefined) return;
  const asked: JsonObject = dialect === 'openai-responses' ? { verbosity, ...body } : body;
  const included = isToldOrDone(asked['include']) ? { include: [] } : {};
  warnOfProperties({ ...asked, ...included }, { handled, unsupported: UNSUPPORTED, defaults: DEFAULTS }, warnings);
}

function isToldOrDone(include: Json | undefined): boolean {
  return isArray(include) && include.every((name) => INCLUDED.includes(name));
}
