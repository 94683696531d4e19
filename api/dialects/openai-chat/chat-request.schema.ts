import { z } from 'zod';
import { LIMITS } from './request-limits.js';

/** NUL cannot be stored in Postgres text or jsonb, and a lone surrogate is not UTF-8. */
const UNSTORABLE = /[\0\p{Cs}]/u;
const CONTROL_OR_UNSTORABLE = /[\p{Cc}\p{Cs}]/u;
const TOOL_NAME = /^[a-zA-Z0-9_-]+$/;

/**
 * The service tiers that cost at most what the catalogue says. A dearer tier (`priority`, `fast`, `scale`) would pass the
 * hold that was computed from the catalogue's prices, so it is refused rather than paid by the house.
 */
const TIERS_WITHIN_PRICE = ['auto', 'default', 'standard', 'standard_only', 'on_demand', 'flex'];

const clean = { message: 'expected text without control characters', params: { code: 'invalid_value' } };
const storable = { message: 'expected text without NUL and lone surrogates', params: { code: 'invalid_value' } };

const modelName = z
  .string()
  .min(1)
  .max(LIMITS.modelLength)
  .refine((text) => !CONTROL_OR_UNSTORABLE.test(text), clean);

const label = (lengthMax: number) =>
  z
    .string()
    .max(lengthMax)
    .refine((text) => !UNSTORABLE.test(text), storable);

const toolName = z.string().min(1).max(LIMITS.toolNameLength).regex(TOOL_NAME);
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

/** Sluice's own extensions: read by the gateway, taken out of what a vendor is sent. */
const extensions = {
  models: z.array(modelName).min(1).max(LIMITS.models).nullish(),
  on_disconnect: z.enum(['cancel', 'finish']).nullish(),
};

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
  service_tier: z
    .string()
    .refine((tier) => TIERS_WITHIN_PRICE.includes(tier), {
      message: `this tier is not priced by the gateway; leave it out or use one of '${TIERS_WITHIN_PRICE.join("', '")}'`,
      params: { code: 'unsupported_value' },
    })
    .nullish(),
  metadata: z
    .record(z.string(), label(LIMITS.metadataValueLength))
    .superRefine((metadata, context) => {
      for (const problem of metadataProblems(metadata)) {
        context.addIssue({ code: 'custom', ...problem });
      }
    })
    .nullish(),
});

export type ChatRequestFields = z.infer<typeof chatRequestSchema>;
export type RequestTool = NonNullable<ChatRequestFields['tools']>[number];
export type RequestToolChoice = NonNullable<ChatRequestFields['tool_choice']>;

function metadataProblems(metadata: Record<string, string>): { message: string; params: { code: string } }[] {
  const keys = Object.keys(metadata);
  if (keys.length > LIMITS.metadataPairs) {
    const message = `expected at most ${LIMITS.metadataPairs} properties, but got ${keys.length}`;
    return [{ message, params: { code: 'object_above_max_properties' } }];
  }
  if (keys.some((key) => key.length > LIMITS.metadataKeyLength)) {
    const message = `expected keys of at most ${LIMITS.metadataKeyLength} characters`;
    return [{ message, params: { code: 'string_above_max_length' } }];
  }
  return keys.some((key) => UNSTORABLE.test(key)) ? [storable] : [];
}
