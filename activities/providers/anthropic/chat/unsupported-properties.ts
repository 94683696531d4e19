import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { warnOfProperties } from '../../unsupported-properties.js';
import { asArray } from './json-fields.js';
import type { Warnings } from '../../warnings.js';

const NO_SUCH_PARAMETER = 'The Messages API has no such parameter.';
const NO_LOG_PROBABILITIES = 'The vendor does not report log probabilities.';

/** Properties of OpenAI's chat request that cannot be honoured here, with the reason that the caller is told. */
const UNSUPPORTED: { readonly [property: string]: string } = {
  audio: 'Only text is answered, so there is no voice to choose.',
  verbosity: NO_SUCH_PARAMETER,
  frequency_penalty: NO_SUCH_PARAMETER,
  presence_penalty: NO_SUCH_PARAMETER,
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
  service_tier: 'The tiers of the two vendors do not correspond.',
};

/** Properties that `to-anthropic-messages.ts` translates or refuses, or that the gateway itself honours. */
const HANDLED = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'tools',
  'tool_choice',
  'functions',
  'function_call',
  'parallel_tool_calls',
  'response_format',
  'reasoning_effort',
  'stop',
  'n',
  'modalities',
  'metadata',
  'temperature',
  'top_p',
  'user',
  'safety_identifier',
  'metadata',
]);

/** Values that ask for no more than is done anyway. */
const DEFAULTS: { readonly [property: string]: readonly Json[] } = {
  frequency_penalty: [0],
  presence_penalty: [0],
  logprobs: [false],
  top_logprobs: [0],
  service_tier: ['auto', 'default'],
  verbosity: ['medium'],
  truncation: ['disabled'],
  background: [false, true],
};

/** Fields of a Responses request that the canonical form holds, or that the gateway itself honours. */
const HELD_OF_RESPONSES = new Set([
  ...['model', 'input', 'instructions', 'max_output_tokens', 'stream', 'stream_options', 'temperature', 'top_p'],
  ...['tools', 'tool_choice', 'parallel_tool_calls', 'text', 'reasoning', 'user', 'safety_identifier', 'metadata'],
  ...['store', 'previous_response_id', 'conversation', 'top_logprobs'],
]);

/** What of `include` is told of as log probabilities, or done: reasoning always comes with its proof. */
const INCLUDED: readonly (Json | undefined)[] = ['message.output_text.logprobs', 'reasoning.encrypted_content'];

/** Warns of everything in the caller's request that is not sent on. */
export function warnOfUnsupported(call: ChatCall, warnings: Warnings): void {
  const { dialect, body } = call.source;
  const asked: JsonObject = dialect === 'openai-chat' ? body : { ...canonicalProperties(call), ...ofResponses(call) };
  warnOfProperties(asked, { handled: HANDLED, unsupported: UNSUPPORTED, defaults: DEFAULTS }, warnings);
}

/** What the canonical form knows of these, for calls in other dialects. */
function canonicalProperties(call: ChatCall): JsonObject {
  return {
    presence_penalty: call.presencePenalty,
    frequency_penalty: call.frequencyPenalty,
    seed: call.seed,
    verbosity: call.verbosity,
    logprobs: call.logprobs === undefined ? undefined : true,
  };
}

function ofResponses({ source: { dialect, body } }: ChatCall): JsonObject {
  if (dialect !== 'openai-responses') return {};
  const others = Object.entries(body).filter(([field]) => !HELD_OF_RESPONSES.has(field) && field !== 'include');
  const included = asArray(body['include']).filter((name) => !INCLUDED.includes(name));
  return { ...Object.fromEntries(others), include: included };
}
