import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatCall, Dialect } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asText } from '../../json-fields.js';
import { asArray, isBlank } from './json-fields.js';
import type { OpenAiCompatibleProfile } from './profile.js';

/** Fields of the caller's dialect that the canonical form holds, in whole, or that the gateway itself acts upon. */
const HELD_FIELDS: { readonly [D in Dialect]?: readonly string[] } = {
  'anthropic-messages': [
    ...['model', 'messages', 'system', 'max_tokens', 'stop_sequences', 'stream', 'temperature', 'top_p', 'tools'],
    ...['tool_choice', 'metadata', 'output_config', 'output_format', 'thinking', 'top_k'],
  ],
  'openai-responses': [
    ...['model', 'input', 'instructions', 'max_output_tokens', 'stream', 'stream_options', 'temperature', 'top_p'],
    ...['tools', 'tool_choice', 'parallel_tool_calls', 'text', 'reasoning', 'user', 'safety_identifier'],
    ...['top_logprobs', 'include', 'metadata', 'store', 'previous_response_id', 'conversation'],
  ],
};

/** Values that ask for no more than is done anyway. */
const DEFAULTS: { readonly [field: string]: readonly Json[] } = {
  truncation: ['disabled'],
  background: [false, true],
  service_tier: ['auto', 'default', 'standard_only'],
};

/** What of `include` the canonical form holds, or its dialect writes by itself. */
const INCLUDED = ['message.output_text.logprobs', 'reasoning.encrypted_content'];

/** Any other field of the caller's cannot be sent on, and is told of. */
export function foreignFields(call: ChatCall, profile: OpenAiCompatibleProfile): readonly Warning[] {
  const { dialect, body } = call.source;
  const held = [...(HELD_FIELDS[dialect] ?? []), ...sharedFieldsOf(call, profile)];
  // A vendor that caches by itself does what was asked.
  const cached = profile.cachesByItself ? ['cache_control'] : [];
  const lost = Object.entries(body).filter(
    ([field, value]) => ![...held, ...cached].includes(field) && !asksForNothing(field, value),
  );
  return [
    ...lost.map(([feature]) => ignored(feature, "The model's vendor speaks another dialect without this field.")),
    ...lostIncludes(body),
  ];
}

/** Fields of OpenAI's Responses API that OpenAI's chat has under the same name and with the same meaning. */
export function sharedFields(call: ChatCall, profile: OpenAiCompatibleProfile): JsonObject {
  return Object.fromEntries(sharedFieldsOf(call, profile).map((field) => [field, call.source.body[field]]));
}

function sharedFieldsOf({ source }: ChatCall, { sharesWithResponses }: OpenAiCompatibleProfile): readonly string[] {
  if (source.dialect !== 'openai-responses') return [];
  return sharesWithResponses.filter((field) => source.body[field] !== undefined && source.body[field] !== null);
}

function lostIncludes(body: JsonObject): readonly Warning[] {
  const lost = (asArray(body['include']) ?? [])
    .map(asText)
    .some((name) => name !== undefined && !INCLUDED.includes(name));
  return lost ? [ignored('include', 'The vendor has nothing to include but log probabilities.')] : [];
}

function asksForNothing(field: string, value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  return DEFAULTS[field]?.includes(value) === true || (typeof value === 'object' && isBlank(value));
}

function ignored(feature: string, detail: string): Warning {
  return { type: 'ignored', feature, detail };
}
