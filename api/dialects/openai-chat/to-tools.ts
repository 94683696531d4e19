import type { OutputFormat, Tool, ToolChoice } from '../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { ChatRequestFields, RequestTool, RequestToolChoice } from './chat-request.schema.js';
import { fieldsBesides } from '../shared/fields-besides.js';
import { extrasOf } from './to-parts.js';

type RequestFunction = NonNullable<ChatRequestFields['functions']>[number];

/** The tools of a request: `tools`, then the older `functions`, which are tools by another name. */
export function toTools(fields: ChatRequestFields): readonly Tool[] {
  return [...(fields.tools ?? []).map(toTool), ...(fields.functions ?? []).map((legacy) => toFunctionTool(legacy, {}))];
}

function toTool(tool: RequestTool): Tool {
  return tool.type === 'function' ? toFunctionTool(tool.function, tool) : toCustomTool(tool);
}

function toCustomTool(tool: Extract<RequestTool, { type: 'custom' }>): Tool {
  const { name, description, format } = tool.custom;
  const inner = fieldsBesides(tool.custom, ['name', 'description', 'format']);
  return {
    type: 'custom',
    name,
    ...(description != null && { description }),
    ...(format?.type === 'grammar' && { grammar: format.grammar }),
    ...extrasOf(tool, ['type', 'custom'], { custom: inner }),
  };
}

function toFunctionTool(definition: RequestFunction, tool: object): Tool {
  const { name, description, parameters, strict } = definition;
  const inner = fieldsBesides(definition, ['name', 'description', 'parameters', 'strict']);
  return {
    type: 'function',
    name,
    ...(description != null && { description }),
    ...(parameters != null && { parameters: parameters as JsonObject }),
    ...(strict != null && { strict }),
    ...extrasOf(tool, ['type', 'function'], { function: inner }),
  };
}

export function toToolChoice(fields: ChatRequestFields): ToolChoice | undefined {
  if (fields.tool_choice != null) return fromToolChoice(fields.tool_choice);
  const call = fields.function_call;
  if (call == null) return undefined;
  return typeof call === 'string' ? { type: call } : { type: 'tool', name: call.name };
}

function fromToolChoice(choice: RequestToolChoice): ToolChoice {
  if (typeof choice === 'string') return { type: choice };
  switch (choice.type) {
    case 'function':
      return { type: 'tool', name: choice.function.name };
    case 'custom':
      return { type: 'tool', name: choice.custom.name };
    case 'allowed_tools':
      return toAllowed(choice.allowed_tools);
  }
}

function toAllowed({
  mode,
  tools,
}: Extract<RequestToolChoice, { type: 'allowed_tools' }>['allowed_tools']): ToolChoice {
  const names = tools.map((tool) => (tool.type === 'function' ? tool.function.name : tool.custom.name));
  return { type: 'allowed', mode, names };
}

export function toOutputFormat(format: ChatRequestFields['response_format']): OutputFormat | undefined {
  switch (format?.type) {
    case undefined:
      return undefined;
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json-object' };
    case 'json_schema': {
      const { name, description, schema, strict } = format.json_schema;
      return {
        type: 'json-schema',
        name,
        ...(description != null && { description }),
        schema: (schema ?? {}) as JsonObject,
        ...(strict != null && { strict }),
      };
    }
  }
}
