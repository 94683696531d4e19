import type { Warning } from '../../../workflows/contracts/answer.js';
import type { ChatCall, Dialect } from '../../../workflows/contracts/call.js';
import type { Json } from '../../../workflows/contracts/json.js';

/** Properties of a request that the sandbox, or the gateway before it, acts upon, by the dialect that it is in. */
const HONOURED: { readonly [D in Dialect]?: ReadonlySet<string> } = {
  'openai-chat': new Set([
    ...['model', 'messages', 'stream', 'stream_options', 'max_tokens', 'max_completion_tokens', 'n', 'stop'],
    ...['tools', 'tool_choice', 'parallel_tool_calls', 'functions', 'function_call', 'response_format'],
    ...['metadata', 'modalities'],
  ]),
  'openai-responses': new Set([
    ...['model', 'input', 'instructions', 'stream', 'stream_options', 'max_output_tokens', 'tools', 'tool_choice'],
    ...['parallel_tool_calls', 'text', 'metadata', 'background'],
  ]),
  'anthropic-messages': new Set([
    ...['model', 'messages', 'system', 'stream', 'max_tokens', 'stop_sequences', 'tools', 'tool_choice'],
    ...['output_config', 'output_format'],
  ]),
};

/** Values that ask for no more than is done anyway, in JSON. */
const DEFAULTS: { readonly [property: string]: readonly string[] } = {
  frequency_penalty: ['0'],
  presence_penalty: ['0'],
  logprobs: ['false'],
  top_logprobs: ['0'],
  service_tier: ['"auto"', '"default"'],
  verbosity: ['"medium"'],
  temperature: ['1'],
  top_p: ['1'],
  logit_bias: ['{}'],
  metadata: ['{}'],
};

/** What the caller asked for and the sandbox's fixed rules do not change. */
export function ignoredProperties({ source }: ChatCall): readonly Warning[] {
  const honoured = HONOURED[source.dialect];
  if (honoured === undefined) return [];
  return Object.entries(source.body)
    .filter(([property, value]) => !honoured.has(property) && !asksForNothing(property, value))
    .map(([feature]) => ({
      type: 'ignored',
      feature,
      detail: 'The sandbox answers by a fixed rule that this does not change.',
    }));
}

function asksForNothing(property: string, value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  return Object.hasOwn(DEFAULTS, property) && DEFAULTS[property]?.includes(JSON.stringify(value)) === true;
}
