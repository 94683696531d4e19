import type { ChatCall } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { isArray, isEmpty } from './json-fields.js';
import type { Warnings } from './warnings.js';

const NO_SUCH_PARAMETER = 'The Messages API has no such parameter.';
const ONLY_TEXT = 'Only text is answered; audio output is not offered.';
const NO_LOG_PROBABILITIES = 'The vendor does not report log probabilities.';

/** Properties of OpenAI's chat request that cannot be honoured here, with the reason that the caller is told. */
const UNSUPPORTED: { readonly [property: string]: string } = {
  modalities: ONLY_TEXT,
  audio: ONLY_TEXT,
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
  prompt_cache_key: "The vendor's cache needs no key.",
  prompt_cache_retention: NO_SUCH_PARAMETER,
  prompt_cache_options: NO_SUCH_PARAMETER,
  service_tier: 'The tiers of the two vendors do not correspond.',
};

/** Properties that `to-anthropic-messages.ts` translates, or that the gateway itself honours. */
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
};

/** Warns of everything in the caller's request that is not sent on. */
export function warnOfUnsupported(call: ChatCall, warnings: Warnings): void {
  const asked: JsonObject = call.source.dialect === 'openai-chat' ? call.source.body : canonicalProperties(call);
  for (const [property, value] of Object.entries(asked)) {
    if (HANDLED.has(property) || asksForNothing(property, value)) continue;
    const reason = Object.hasOwn(UNSUPPORTED, property) ? UNSUPPORTED[property] : undefined;
    if (reason === undefined) warnings.add('ignored', property, 'Unknown to the gateway, and not sent to this vendor.');
    else warnings.add('unsupported', property, reason);
  }
}

/** What the canonical form knows of these, for calls in other dialects. */
function canonicalProperties(call: ChatCall): JsonObject {
  return { presence_penalty: call.presencePenalty, frequency_penalty: call.frequencyPenalty, seed: call.seed };
}

function asksForNothing(property: string, value: Json | undefined): boolean {
  if (value === undefined || isEmpty(value)) {
    // An empty object here asks for a search with the default options.
    return property !== 'web_search_options' || value === undefined || value === null;
  }
  if (property === 'modalities') return isArray(value) && value.every((modality) => modality === 'text');
  return DEFAULTS[property]?.includes(value) === true;
}
