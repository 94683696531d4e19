import { z } from 'zod';
import {
  extensions,
  label,
  metadata,
  modelName,
  serviceTier,
  TOOL_NAME,
  toolName,
} from '../shared/request-fields.schema.js';
import { LIMITS } from '../shared/request-limits.js';

const jsonObject = z.looseObject({});
const positiveInteger = z.int().min(1);

const functionObject = z.looseObject({
  name: toolName,
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});

const customObject = z.looseObject({
  name: toolName,
  description: z.string().nullish(),
  format: z
    .discriminatedUnion('type', [
      z.looseObject({ type: z.literal('text') }),
      z.looseObject({
        type: z.literal('grammar'),
        grammar: z.looseObject({ syntax: z.enum(['lark', 'regex']), definition: z.string() }),
      }),
    ])
    .nullish(),
});

const tool = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('function'), function: functionObject }),
  z.looseObject({ type: z.literal('custom'), custom: customObject }),
]);

const named = z.looseObject({ name: z.string().min(1) });
const allowedTools = z.looseObject({
  mode: z.enum(['auto', 'required']),
  tools: z.array(
    z.discriminatedUnion('type', [
      z.looseObject({ type: z.literal('function'), function: named }),
      z.looseObject({ type: z.literal('custom'), custom: named }),
    ]),
  ),
});
const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion('type', [
    z.looseObject({ type: z.literal('function'), function: named }),
    z.looseObject({ type: z.literal('custom'), custom: named }),
    z.looseObject({ type: z.literal('allowed_tools'), allowed_tools: allowedTools }),
  ]),
]);

const responseFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    json_schema: z.looseObject({
      name: z.string().min(1).max(64).regex(TOOL_NAME),
      description: z.string().nullish(),
      schema: jsonObject.nullish(),
      strict: z.boolean().nullish(),
    }),
  }),
]);

/**
 * CreateChatCompletionRequest without its messages, which are checked one by one so that work stops at the first that is
 * wrong. Properties whose values only a vendor can judge (`audio`, `prediction`, `moderation`, …) are not listed: they
 * pass as unknown fields do.
 */
export const chatRequestSchema = z.looseObject({
  ...extensions,
  model: modelName.nullish(),
  messages: z.array(z.unknown()).min(1).max(LIMITS.messages),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z.int().min(1).max(LIMITS.choices).nullish(),
  max_tokens: positiveInteger.nullish(),
  max_completion_tokens: positiveInteger.nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  presence_penalty: z.number().min(-2).max(2).nullish(),
  frequency_penalty: z.number().min(-2).max(2).nullish(),
  logprobs: z.boolean().nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  logit_bias: z.record(z.string(), z.number()).nullish(),
  seed: z.int().nullish(),
  stop: z.union([z.string(), z.array(z.string()).max(LIMITS.stops)]).nullish(),
  response_format: responseFormat.nullish(),
  tools: z.array(tool).max(LIMITS.tools).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  functions: z.array(functionObject).max(LIMITS.tools).nullish(),
  function_call: z.union([z.enum(['none', 'auto']), named]).nullish(),
  reasoning_effort: z.string().min(1).max(32).nullish(),
  verbosity: z.string().min(1).max(32).nullish(),
  modalities: z.array(z.string()).max(8).nullish(),
  store: z.boolean().nullish(),
  user: label(LIMITS.userLength).nullish(),
  safety_identifier: label(LIMITS.safetyIdentifierLength).nullish(),
  service_tier: serviceTier,
  metadata,
});

export type ChatRequestFields = z.infer<typeof chatRequestSchema>;
export type RequestTool = NonNullable<ChatRequestFields['tools']>[number];
export type RequestToolChoice = NonNullable<ChatRequestFields['tool_choice']>;
