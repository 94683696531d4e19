import type { ChatCall, Tool } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { defined } from '../../json-fields.js';
import type { Warnings } from '../../warnings.js';

/** `tools`, `tool_choice` and `parallel_tool_calls`; nothing where no tool is left, because a choice needs one. */
export function toResponsesTools(call: ChatCall, warnings: Warnings): JsonObject {
  const tools = call.tools.flatMap((tool) => toTool(tool, warnings));
  if (tools.length === 0) return {};
  return defined({
    tools,
    tool_choice: toToolChoice(call, warnings),
    parallel_tool_calls: call.parallelToolCalls,
  });
}

function toTool(tool: Tool, warnings: Warnings): readonly JsonObject[] {
  switch (tool.type) {
    case 'function': {
      const { name, description, parameters = NO_PARAMETERS, strict = false } = tool;
      // Here a tool is strict unless it says otherwise, and in the other dialects the opposite.
      return [defined({ type: 'function', name, description, parameters, strict })];
    }
    case 'custom': {
      const { name, description, grammar } = tool;
      const format = grammar && { type: 'grammar', ...grammar };
      return [defined({ type: 'custom', name, description, format })];
    }
    case 'opaque':
      if (tool.dialect === 'openai-responses') return [tool.definition];
      warnings.add('unsupported', 'tools', `The vendor has no tool of the kind of '${tool.name}'.`);
      return [];
  }
}

const NO_PARAMETERS: JsonObject = { type: 'object', properties: {} };

function toToolChoice({ toolChoice, tools }: ChatCall, warnings: Warnings): Json | undefined {
  switch (toolChoice?.type) {
    case undefined:
      return undefined;
    case 'auto':
    case 'none':
    case 'required':
      return toolChoice.type;
    case 'tool':
      return toReference(tools, toolChoice.name);
    case 'allowed': {
      const { mode, names } = toolChoice;
      return { type: 'allowed_tools', mode, tools: names.map((name) => toReference(tools, name)) };
    }
    case 'opaque':
      if (toolChoice.dialect === 'openai-responses') return toolChoice.value;
      warnings.add('unsupported', 'tool_choice', 'The vendor has no such choice; the model chooses.');
      return undefined;
  }
}

function toReference(tools: readonly Tool[], name: string): JsonObject {
  const custom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  return { type: custom ? 'custom' : 'function', name };
}
