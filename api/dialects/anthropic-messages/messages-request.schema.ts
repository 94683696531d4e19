import { z } from 'zod';
import { routingFields } from '../../requests/route-call.js';
import { LIMITS } from './request-limits.js';

const CONTROL_OR_UNSTORABLE = /[\p{Cc}\p{Cs}]/u;
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,128}$/;
const MIN_BUDGET_TOKENS = 1024;

const modelName = z
  .string()
  .min(1)
  .max(LIMITS.modelLength)
  .refine((text) => !CONTROL_OR_UNSTORABLE.test(text), 'Input should be text without control characters');

/** A field that asks for more than the catalogue's price would pass the hold, so it is refused rather than paid by the house. */
const onlyAtPrice = (allowed: string, dearer: string) =>
  z
    .string()
    .refine(
      (value) => value === allowed,
      `Only '${allowed}' is served here: ${dearer} costs more than the prices that this gateway reckons with`,
    );

/** A field by which a caller would decide what is the gateway's to decide. */
const refusedField = (why: string) =>
  z
    .unknown()
    .refine((value) => value == null, `${why} Leave the field out`)
    .optional();

export const customToolSchema = z.looseObject({
  type: z.literal('custom').nullish(),
  name: z.string().regex(TOOL_NAME),
  description: z.string().nullish(),
  input_schema: z.looseObject({ type: z.literal('object') }),
  strict: z.boolean().nullish(),
});

/** A tool of the vendor's own (`web_search_20250305`, `mcp_toolset`): its fields are between the caller and the vendor. */
export const serverToolSchema = z.looseObject({ type: z.string().min(1), name: z.string().nullish() });

export type CustomTool = z.infer<typeof customToolSchema>;
export type ServerTool = z.infer<typeof serverToolSchema>;

const toolChoice = z.looseObject({
  type: z.string().min(1),
  name: z.string().nullish(),
  disable_parallel_tool_use: z.boolean().nullish(),
});

const jsonSchemaFormat = z.looseObject({ type: z.literal('json_schema'), schema: z.looseObject({}) });

export const thinkingSchemas = {
  enabled: z.looseObject({ type: z.literal('enabled'), budget_tokens: z.int().min(MIN_BUDGET_TOKENS) }),
};

/** The body but for its messages and tools, which are read one by one so that a problem has its exact place. */
export const messagesRequestSchema = z.looseObject({
  model: modelName.nullish(),
  models: z.array(modelName).min(1).max(LIMITS.models).nullish(),
  on_disconnect: z.enum(['cancel', 'finish']).nullish(),
  ...routingFields,
  session_id: z.string().min(1).max(LIMITS.sessionLength).nullish(),
  max_tokens: z.int().min(0),
  messages: z.array(z.unknown()).max(LIMITS.messages),
  system: z.union([z.string(), z.array(z.unknown())]).nullish(),
  tools: z.array(z.unknown()).max(LIMITS.tools).nullish(),
  tool_choice: toolChoice.nullish(),
  thinking: z.looseObject({ type: z.string().min(1) }).nullish(),
  output_config: z.looseObject({ effort: z.string().nullish(), format: jsonSchemaFormat.nullish() }).nullish(),
  output_format: jsonSchemaFormat.nullish(),
  stop_sequences: z.array(z.string()).max(LIMITS.stops).nullish(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(0).nullish(),
  metadata: z.looseObject({ user_id: z.string().max(LIMITS.userIdLength).nullish() }).nullish(),
  service_tier: z.enum(['auto', 'standard_only']).nullish(),
  speed: onlyAtPrice('standard', "'fast'").nullish(),
  inference_geo: onlyAtPrice('global', 'a region').nullish(),
  fallbacks: refusedField("Which models may stand in is this gateway's part: name them in 'models'."),
  billing_policy: refusedField("What a request is billed to is this gateway's part."),
  fallback_credit_token: refusedField("What a request is billed to is this gateway's part."),
});

export type MessagesRequestFields = z.infer<typeof messagesRequestSchema>;
