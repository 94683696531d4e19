import type { ChatCall, OutputFormat } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { fitsTool, toOutputSchema } from '../../anthropic/chat/to-output-schema.js';
import type { Warnings } from '../../warnings.js';
import type { ToolOptions, ToolPlan } from './to-converse-tools.js';
import type { TextFormat, ToolSpec, WireToolChoice } from './wire.js';

/** How the form of the answer is asked for: by the service's own means, by a tool that is the answer, or in words. */
export interface FormatPlan {
  readonly textFormat?: TextFormat;
  readonly jsonTool?: { readonly spec: ToolSpec; readonly choice: WireToolChoice };
  readonly instruction?: string;
  /** The schema that the model is not held to, where one was asked for. */
  readonly unenforced?: JsonObject;
}

type JsonSchemaFormat = Extract<OutputFormat, { type: 'json-schema' }>;

export function toFormatPlan(call: ChatCall, tools: ToolPlan, options: ToolOptions, warnings: Warnings): FormatPlan {
  const { format } = call;
  switch (format?.type) {
    case undefined:
    case 'text':
      return {};
    case 'json-object': {
      const detail = 'Bedrock has no JSON mode: the model was told to answer in JSON, which is not enforced.';
      warnings.add('changed', 'response_format', detail);
      return { instruction: 'Answer with one valid JSON object and nothing else: no prose, no code fence.' };
    }
    case 'json-schema':
      return toSchemaPlan(format, tools, options, warnings);
  }
}

function toSchemaPlan(format: JsonSchemaFormat, tools: ToolPlan, options: ToolOptions, warnings: Warnings): FormatPlan {
  const bounded = options.structured ? toOutputSchema(format.schema) : undefined;
  if (bounded !== undefined) {
    if (bounded.described.length > 0) {
      const detail = `Moved into descriptions, because Bedrock does not enforce them: ${bounded.described.join(', ')}.`;
      warnings.add('changed', 'response_format', detail);
    }
    const { name, description } = format;
    const schema = JSON.stringify(bounded.schema);
    const jsonSchema = { schema, name, ...(description !== undefined && { description }) };
    return { textFormat: { type: 'json_schema', structure: { jsonSchema } } };
  }
  const unenforced = format.schema;
  const jsonTool = toJsonTool(format, tools, options);
  if (jsonTool !== undefined) {
    const detail = 'This model is not held to a schema; it was asked to call a tool whose arguments are the answer.';
    warnings.add('changed', 'response_format', detail);
    return { jsonTool, unenforced };
  }
  const detail = 'This answer cannot be held to the schema: the model was told of it, which is not enforced.';
  warnings.add('changed', 'response_format', detail);
  const words = 'Answer with JSON that fits this schema and nothing else: no prose, no code fence.';
  return { instruction: `${words}\n${JSON.stringify(format.schema)}`, unenforced };
}

/** The answer itself comes as a call: of its own tool, or of one of the caller's where the model may call those. */
function toJsonTool(
  format: JsonSchemaFormat,
  { tools, choice, instruction }: ToolPlan,
  { family, forcing }: ToolOptions,
): FormatPlan['jsonTool'] {
  const alone = tools.length === 0;
  const demanded = choice !== undefined && !('auto' in choice);
  const able = forcing && (family.forcedTools === 'named' || (family.forcedTools === 'any' && alone));
  if (!able || demanded || instruction !== undefined || !fitsTool(format.schema)) return undefined;
  const taken = new Set(tools.map((tool) => ('toolSpec' in tool ? tool.toolSpec.name : '')));
  let name = format.name;
  while (taken.has(name)) name = `${name}_`;
  const description = format.description ?? 'Gives the answer. Call it once, with the whole answer.';
  const spec = { toolSpec: { name, description, inputSchema: { json: { type: 'object', ...format.schema } } } };
  return { spec, choice: alone && family.forcedTools === 'named' ? { tool: { name } } : { any: {} } };
}
