import type { OutputFormat, Tool, ToolChoice } from '../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { extrasOf } from './extras.js';
import { joinedName, type NamespacedTool, namespacedTools } from './namespaces.js';
import type {
  CustomTool,
  FunctionTool,
  NamespaceTool,
  RequestTool,
  RequestToolChoice,
  ResponsesRequestFields,
} from './responses-request.schema.js';

export function toTools({ tools }: ResponsesRequestFields): readonly Tool[] {
  const joined = namespacedTools(tools);
  return (tools ?? []).flatMap((tool) =>
    tool.type === 'namespace' ? fromNamespace(tool as NamespaceTool, joined) : [toTool(tool)],
  );
}

/** Each member under the one name that says both; it tells of the whole too, as nothing else in other dialects does. */
function fromNamespace(namespace: NamespaceTool, joined: readonly NamespacedTool[]): readonly Tool[] {
  return namespace.tools.map((member) => {
    const name = joinedName(joined, { namespace: namespace.name, name: member.name });
    const described = [namespace.description, member.description].filter((text) => text != null && text !== '');
    return toTool({ ...member, name, ...(described.length > 0 && { description: described.join('\n\n') }) });
  });
}

function toTool(tool: RequestTool): Tool {
  if (tool.type === 'function') return toFunctionTool(tool as FunctionTool);
  if (tool.type === 'custom') return toCustomTool(tool as CustomTool);
  return { type: 'opaque', dialect: 'openai-responses', name: tool.type, definition: tool as JsonObject };
}

function toFunctionTool(tool: FunctionTool): Tool {
  const { name, description, parameters, strict } = tool;
  return {
    type: 'function',
    name,
    ...(description != null && { description }),
    ...(parameters != null && { parameters: parameters as JsonObject }),
    ...(strict != null && { strict }),
    ...extrasOf(tool, ['type', 'name', 'description', 'parameters', 'strict']),
  };
}

function toCustomTool(tool: CustomTool): Tool {
  const { name, description, format } = tool;
  return {
    type: 'custom',
    name,
    ...(description != null && { description }),
    ...(format?.type === 'grammar' && { grammar: { syntax: format.syntax, definition: format.definition } }),
    ...extrasOf(tool, ['type', 'name', 'description', 'format']),
  };
}

export function toToolChoice(choice: RequestToolChoice | null | undefined): ToolChoice | undefined {
  if (choice == null) return undefined;
  if (typeof choice === 'string') return { type: choice };
  const { name } = choice;
  if ((choice.type === 'function' || choice.type === 'custom') && typeof name === 'string')
    return { type: 'tool', name };
  return choice.type === 'allowed_tools'
    ? toAllowed(choice)
    : { type: 'opaque', dialect: 'openai-responses', value: choice as Json };
}

/** A tool of the vendor's own goes by its type, as it does among `tools`. */
function toAllowed(choice: Extract<RequestToolChoice, { type: string }>): ToolChoice {
  const { mode, tools } = choice as unknown as {
    readonly mode: 'auto' | 'required';
    readonly tools: readonly { readonly type: string; readonly name?: string | null }[];
  };
  return { type: 'allowed', mode, names: tools.map(({ type, name }) => name ?? type) };
}

export function toOutputFormat({ text }: ResponsesRequestFields): OutputFormat | undefined {
  const format = text?.format;
  switch (format?.type) {
    case undefined:
      return undefined;
    case 'text':
      return { type: 'text' };
    case 'json_object':
      return { type: 'json-object' };
    case 'json_schema': {
      const { name, description, schema, strict } = format;
      return {
        type: 'json-schema',
        name,
        ...(description != null && { description }),
        schema: schema as JsonObject,
        ...(strict != null && { strict }),
      };
    }
  }
}
