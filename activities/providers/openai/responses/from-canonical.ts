import type { ChatCall, Dialect, OutputFormat } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject, defined } from '../../json-fields.js';
import { toInputItems } from './to-input-items.js';
import { toResponsesTools } from './to-responses-tools.js';
import { refuseCall } from '../../refuse-call.js';
import type { Warnings } from '../../warnings.js';

/** The request of a caller of another dialect. */
export function fromCanonical(call: ChatCall, warnings: Warnings): JsonObject {
  if (call.choices > 1)
    throw refuseCall("This model's vendor gives one answer to a request; ask n times instead.", 'n');
  warnOfUnknownFields(call, warnings);
  const { source, logprobs, reasoningEffort: effort, reasoningSummary: summary, endUser } = call;
  const format = toFormat(call.format);
  const text = defined({ format, verbosity: call.verbosity });
  const reasoning = defined({ effort, summary });
  return defined({
    ...(source.dialect === 'openai-chat' && sharedFields(source.body)),
    input: toInputItems(call, warnings),
    ...toResponsesTools(call, warnings),
    text: Object.keys(text).length > 0 ? text : undefined,
    reasoning: Object.keys(reasoning).length > 0 ? reasoning : undefined,
    temperature: call.temperature,
    top_p: call.topP,
    include: logprobs === undefined ? undefined : ['message.output_text.logprobs'],
    top_logprobs: logprobs?.top,
    ...(source.dialect !== 'openai-chat' && { safety_identifier: endUser }),
  });
}

function toFormat(format: OutputFormat | undefined): JsonObject | undefined {
  switch (format?.type) {
    case undefined:
    case 'text':
      return undefined;
    case 'json-object':
      return { type: 'json_object' };
    case 'json-schema': {
      const { name, description, schema, strict } = format;
      return defined({ type: 'json_schema', name, description, schema, strict });
    }
  }
}

/** Fields that OpenAI's two dialects share: name, values and meaning are the same. */
const SHARED_FIELDS = [
  ...['metadata', 'moderation', 'prompt_cache_key', 'prompt_cache_options', 'prompt_cache_retention'],
  ...['safety_identifier', 'service_tier', 'user'],
];

function sharedFields(body: JsonObject): JsonObject {
  const { stream, stream_options: options } = body;
  const padding = stream === true ? asObject(options)?.['include_obfuscation'] : undefined;
  return {
    ...Object.fromEntries(SHARED_FIELDS.map((name) => [name, body[name] ?? undefined])),
    ...(padding !== undefined && { stream_options: { include_obfuscation: padding } }),
  };
}

/** Canonical parameters that the API lacks, with the chat dialect's name for each, and the values that ask for nothing. */
const UNKNOWN: readonly {
  readonly feature: string;
  readonly asks: (call: ChatCall) => boolean;
}[] = [
  { feature: 'stop', asks: ({ stop = [] }) => stop.length > 0 },
  { feature: 'presence_penalty', asks: ({ presencePenalty = 0 }) => presencePenalty !== 0 },
  { feature: 'frequency_penalty', asks: ({ frequencyPenalty = 0 }) => frequencyPenalty !== 0 },
  { feature: 'seed', asks: ({ seed }) => seed !== undefined },
  { feature: 'top_k', asks: ({ topK }) => topK !== undefined },
  {
    feature: 'thinking',
    // Where the dialect's parser made an effort of it, that is sent.
    asks: ({ reasoningBudgetTokens, reasoningEffort }) =>
      reasoningBudgetTokens !== undefined && reasoningEffort === undefined,
  },
];

/** Fields of the caller's dialect that are sent on, or warned of or refused under their canonical name. */
const HELD_FIELDS: { readonly [D in Dialect]?: readonly string[] } = {
  'openai-chat': [
    ...SHARED_FIELDS,
    ...['model', 'messages', 'n', 'stop', 'max_tokens', 'max_completion_tokens', 'stream', 'stream_options'],
    ...['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'seed', 'tools', 'tool_choice', 'functions'],
    ...['function_call', 'parallel_tool_calls', 'response_format', 'reasoning_effort'],
  ],
  'anthropic-messages': [
    ...['model', 'messages', 'system', 'max_tokens', 'stop_sequences', 'stream', 'temperature', 'top_p', 'top_k'],
    ...['tools', 'tool_choice', 'metadata', 'output_config', 'output_format', 'thinking'],
  ],
};

/** Default values of fields that are not held; they ask for nothing. */
const DEFAULTS: JsonObject = { logprobs: false, modalities: ['text'], store: false, logit_bias: {} };

function warnOfUnknownFields(call: ChatCall, warnings: Warnings): void {
  const { dialect, body } = call.source;
  for (const { feature, asks } of UNKNOWN) {
    if (asks(call)) warnings.add('unsupported', feature, "The model's vendor has no such parameter; it was left out.");
  }
  const held = [...(HELD_FIELDS[dialect] ?? []), ...understood(call)];
  for (const [name, value] of Object.entries(body)) {
    if (held.includes(name) || value === undefined || value === null) continue;
    if (JSON.stringify(value) === JSON.stringify(DEFAULTS[name])) continue;
    warnings.add('ignored', name, "The model is served by the vendor's Responses API, which has no such field.");
  }
}

/** Fields that the dialect's parser may or may not have a canonical form for. */
function understood({ verbosity, logprobs }: ChatCall): readonly string[] {
  return [
    ...(verbosity === undefined ? [] : ['verbosity']),
    ...(logprobs === undefined ? [] : ['logprobs', 'top_logprobs']),
  ];
}
