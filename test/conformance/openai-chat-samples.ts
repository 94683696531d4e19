import type { Json, JsonObject } from '../../workflows/contracts/json.js';

/** A value of one property that asks for something, and what is to become of it. */
export interface Sample {
  readonly value: Json;
  /** What the property needs beside it. */
  readonly with?: JsonObject;
  /** What of the vendor's request shows that a translated property has arrived. */
  readonly openai?: JsonObject;
  readonly anthropic?: JsonObject;
  /** What of the sandbox's answer shows that it was heeded. */
  readonly sandbox?: {
    readonly text?: string;
    readonly finishes?: readonly string[];
    readonly calls?: readonly string[];
    readonly frames?: number;
  };
  /** Values that ask for nothing, besides null. */
  readonly defaults?: readonly Json[];
}

const SCHEMA = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const WEATHER = { name: 'weather', parameters: SCHEMA };
const TIME = { name: 'time', parameters: { type: 'object', properties: {} } };
const TOOLS = [
  { type: 'function', function: WEATHER },
  { type: 'function', function: TIME },
];
const WIRE_TOOLS = [
  { name: 'weather', input_schema: SCHEMA },
  { name: 'time', input_schema: { type: 'object' } },
];

/** By property, valid by OpenAI's specification; the user says `say hi END` where nothing else is said. */
export const SAMPLES: { readonly [property: string]: readonly Sample[] } = {
  messages: [
    {
      value: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Say it.' },
      ],
      anthropic: {
        system: [{ type: 'text', text: 'Be brief.' }],
        messages: [{ role: 'user', content: [{ type: 'text', text: 'Say it.' }] }],
      },
      sandbox: { text: 'Say it.' },
    },
  ],
  model: [{ value: 'gpt-4o', openai: { model: 'vendor-model' }, anthropic: { model: 'claude-sonnet-4-5' } }],
  modalities: [{ value: ['text', 'audio'], defaults: [['text']] }],
  verbosity: [{ value: 'low', defaults: ['medium'] }],
  reasoning_effort: [{ value: 'low', anthropic: { thinking: { type: 'enabled', budget_tokens: 1024 } } }],
  max_completion_tokens: [
    {
      value: 1,
      openai: { max_completion_tokens: 1 },
      anthropic: { max_tokens: 1 },
      sandbox: { text: 'say ', finishes: ['length'] },
    },
  ],
  max_tokens: [
    {
      value: 1,
      openai: { max_completion_tokens: 1 },
      anthropic: { max_tokens: 1 },
      sandbox: { text: 'say ', finishes: ['length'] },
    },
  ],
  frequency_penalty: [{ value: 0.5, defaults: [0] }],
  presence_penalty: [{ value: 0.5, defaults: [0] }],
  web_search_options: [{ value: {} }, { value: { search_context_size: 'low' } }],
  logprobs: [{ value: true, defaults: [false] }],
  top_logprobs: [{ value: 2, with: { logprobs: true } }],
  response_format: [
    {
      value: { type: 'json_schema', json_schema: { name: 'place', schema: SCHEMA, strict: true } },
      anthropic: { output_config: { format: { type: 'json_schema', schema: SCHEMA } } },
      sandbox: { text: '{"city":"example"}' },
      defaults: [{ type: 'text' }],
    },
  ],
  audio: [{ value: { voice: 'alloy', format: 'wav' } }],
  store: [{ value: true, openai: { store: false }, defaults: [false] }],
  moderation: [{ value: { model: 'omni-moderation-latest' } }],
  stream: [{ value: true, sandbox: { frames: 6 }, defaults: [false] }],
  stream_options: [{ value: { include_usage: true }, with: { stream: true } }],
  stop: [
    { value: ['END'], anthropic: { stop_sequences: ['END'] }, sandbox: { text: 'say hi ' } },
    { value: 'END', anthropic: { stop_sequences: ['END'] }, sandbox: { text: 'say hi ' } },
  ],
  logit_bias: [{ value: { '50256': -100 } }],
  n: [{ value: 2, sandbox: { finishes: ['stop', 'stop'] }, defaults: [1] }],
  prediction: [{ value: { type: 'content', content: 'hello' } }],
  seed: [{ value: 7 }],
  tools: [{ value: TOOLS, anthropic: { tools: WIRE_TOOLS } }],
  tool_choice: [
    {
      value: 'required',
      with: { tools: TOOLS },
      anthropic: { tool_choice: { type: 'any' } },
      sandbox: { calls: ['weather'], finishes: ['tool-calls'] },
      defaults: ['auto'],
    },
    {
      value: { type: 'function', function: { name: 'time' } },
      with: { tools: TOOLS },
      anthropic: { tool_choice: { type: 'tool', name: 'time' } },
      sandbox: { calls: ['time'] },
    },
    {
      value: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'time' } }] },
      },
      with: { tools: TOOLS },
      anthropic: { tools: [WIRE_TOOLS[1] ?? {}], tool_choice: { type: 'any' } },
      sandbox: { calls: ['time'] },
    },
    { value: 'none', with: { tools: TOOLS }, anthropic: { tool_choice: { type: 'none' } }, sandbox: { calls: [] } },
  ],
  parallel_tool_calls: [
    {
      value: false,
      with: { tools: TOOLS },
      anthropic: { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      defaults: [true],
    },
  ],
  function_call: [
    {
      value: { name: 'time' },
      with: { functions: [WEATHER, TIME] },
      anthropic: { tool_choice: { type: 'tool', name: 'time' } },
      sandbox: { calls: ['time'] },
      defaults: ['auto'],
    },
  ],
  functions: [{ value: [WEATHER, TIME], anthropic: { tools: WIRE_TOOLS } }],
  metadata: [{ value: { team: 'red' }, defaults: [{}] }],
  temperature: [{ value: 1.5, anthropic: { temperature: 1 }, defaults: [1] }],
  top_p: [{ value: 0.9, defaults: [1] }],
  user: [{ value: 'u-1', anthropic: { metadata: { user_id: 'u-1' } } }],
  safety_identifier: [
    { value: 's-1', anthropic: { metadata: { user_id: 's-1' } } },
    { value: 's-1', with: { user: 'u-1' }, anthropic: { metadata: { user_id: 's-1' } } },
  ],
  prompt_cache_key: [{ value: 'k' }],
  prompt_cache_retention: [{ value: '24h' }],
  prompt_cache_options: [{ value: { mode: 'explicit' } }],
  service_tier: [{ value: 'flex', defaults: ['auto', 'default'] }],
};
