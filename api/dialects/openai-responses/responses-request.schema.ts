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

const functionTool = z.looseObject({
  type: z.literal('function'),
  name: toolName,
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});

const customTool = z.looseObject({
  type: z.literal('custom'),
  name: toolName,
  description: z.string().nullish(),
  format: z
    .discriminatedUnion('type', [
      z.looseObject({ type: z.literal('text') }),
      z.looseObject({ type: z.literal('grammar'), syntax: z.enum(['lark', 'regex']), definition: z.string() }),
    ])
    .nullish(),
});

/** NamespaceToolParam: functions and custom tools that share a first name. */
const namespaceTool = z.looseObject({
  type: z.literal('namespace'),
  name: toolName,
  description: z.string().nullish(),
  tools: z
    .array(z.discriminatedUnion('type', [functionTool, customTool]))
    .min(1)
    .max(LIMITS.tools),
});

const READ_HERE = ['function', 'custom', 'namespace', 'allowed_tools'];

/** A tool that the vendor runs itself (`web_search`, `mcp`, `shell`, …): only OpenAI's own API judges what is in it. */
const nativeTool = z
  .looseObject({ type: z.string().min(1).max(64) })
  // It aborts, so that a function without a name is told so, and is not said to be no tool of the vendor's.
  .refine(({ type }) => !READ_HERE.includes(type), { message: 'expected a tool of the vendor', abort: true });

const anyTool = z.union([z.discriminatedUnion('type', [functionTool, customTool, namespaceTool]), nativeTool]);

const named = (type: 'function' | 'custom') => z.looseObject({ type: z.literal(type), name: z.string().min(1) });

const allowedTools = z.looseObject({
  type: z.literal('allowed_tools'),
  mode: z.enum(['auto', 'required']),
  tools: z.array(z.looseObject({ type: z.string().min(1), name: z.string().min(1).nullish() })).max(LIMITS.tools),
});

const toolChoice = z.union([
  z.enum(['none', 'auto', 'required']),
  z.discriminatedUnion('type', [named('function'), named('custom'), allowedTools]),
  nativeTool,
]);

const textFormat = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    name: z.string().min(1).max(64).regex(TOOL_NAME),
    description: z.string().nullish(),
    schema: jsonObject,
    strict: z.boolean().nullish(),
  }),
]);

/**
 * CreateResponse without the items of its input, which are read one by one so that work stops at the first that is wrong.
 * Properties whose values only a vendor can judge are not listed: they pass as unknown fields do.
 */
export const responsesRequestSchema = z.looseObject({
  ...extensions,
  model: modelName.nullish(),
  input: z.union([z.string(), z.array(z.unknown()).max(LIMITS.messages)]),
  instructions: z.string().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_obfuscation: z.boolean().nullish() }).nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  max_tool_calls: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_logprobs: z.int().min(0).max(20).nullish(),
  tools: z.array(anyTool).max(LIMITS.tools).nullish(),
  tool_choice: toolChoice.nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  text: z.looseObject({ format: textFormat.nullish(), verbosity: z.string().min(1).max(32).nullish() }).nullish(),
  reasoning: z
    .looseObject({
      effort: z.string().min(1).max(32).nullish(),
      summary: z.string().min(1).max(32).nullish(),
      generate_summary: z.string().min(1).max(32).nullish(),
    })
    .nullish(),
  include: z.array(z.string().max(128)).max(64).nullish(),
  truncation: z.enum(['auto', 'disabled']).nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  previous_response_id: z.string().min(1).max(256).nullish(),
  conversation: z.union([z.string(), jsonObject]).nullish(),
  prompt: jsonObject.nullish(),
  user: label(LIMITS.userLength).nullish(),
  safety_identifier: label(LIMITS.safetyIdentifierLength).nullish(),
  prompt_cache_key: label(LIMITS.userLength).nullish(),
  service_tier: serviceTier,
  metadata,
});

export type ResponsesRequestFields = z.infer<typeof responsesRequestSchema>;
export type RequestTool = NonNullable<ResponsesRequestFields['tools']>[number];
export type RequestToolChoice = NonNullable<ResponsesRequestFields['tool_choice']>;
export type FunctionTool = z.infer<typeof functionTool>;
export type CustomTool = z.infer<typeof customTool>;
export type NamespaceTool = z.infer<typeof namespaceTool>;
