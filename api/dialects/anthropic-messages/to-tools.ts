import type { OutputFormat, Tool, ToolChoice } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { MessagesRequestFields } from './messages-request.schema.js';
import type { ParsedTool } from './parse-tools.js';
import { isClosedSchema } from './closed-schema.js';

export function toTools(tools: readonly ParsedTool[]): readonly Tool[] {
  return tools.map(toTool);
}

function toTool(parsed: ParsedTool): Tool {
  if (parsed.kind === 'server') {
    const { tool, definition } = parsed;
    return { type: 'opaque', dialect: 'anthropic-messages', name: tool.name ?? tool.type, definition };
  }
  const { name, description, input_schema, strict } = parsed.tool;
  const parameters = input_schema as JsonObject;
  return {
    type: 'function',
    name,
    ...(description != null && { description }),
    parameters,
    ...(strict === true && { strict: isClosedSchema(parameters) }),
  };
}

export function toToolChoice({ tool_choice: choice }: MessagesRequestFields): ToolChoice | undefined {
  if (choice == null) return undefined;
  switch (choice.type) {
    case 'auto':
    case 'none':
      return { type: choice.type };
    case 'any':
      return { type: 'required' };
    case 'tool':
      return { type: 'tool', name: choice.name ?? '' };
    default:
      return { type: 'opaque', dialect: 'anthropic-messages', value: choice as JsonObject };
  }
}

/** `output_format` is the name that the field had while it was in beta. */
export function toOutputFormat(fields: MessagesRequestFields): OutputFormat | undefined {
  const format = fields.output_config?.format ?? fields.output_format;
  if (format == null) return undefined;
  const schema = format.schema as JsonObject;
  // The dialect has no name for it, and other vendors want one.
  return { type: 'json-schema', name: 'answer', schema, strict: isClosedSchema(schema) };
}
