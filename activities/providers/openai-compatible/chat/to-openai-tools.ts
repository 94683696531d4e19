import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { ChatCall, OutputFormat, Tool } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { defined } from '../../json-fields.js';
import type { OpenAiCompatibleProfile } from './profile.js';
import type { Translated } from './to-openai-messages.js';
import type { WireTool } from './wire.js';

/** `tools`, `tool_choice` and `parallel_tool_calls`; nothing where no tool is left, because the vendor refuses them alone. */
export function toOpenAiTools(asked: ChatCall, profile: OpenAiCompatibleProfile): Translated<JsonObject> {
  const call = profile.knowsAllowedTools ? asked : withoutOtherTools(asked);
  const known = call.tools.filter(isKnown);
  const warnings = call.tools.filter((tool) => !known.includes(tool)).map(unknownTool);
  if (known.length === 0) return { value: {}, warnings };
  const choice = toToolChoice(call);
  const value = defined({
    tools: known.map(toTool),
    tool_choice: choice.value,
    parallel_tool_calls: call.parallelToolCalls,
  });
  return { value, warnings: [...warnings, ...choice.warnings] };
}

/** A vendor that cannot be told which tools are allowed now is told of those alone. */
function withoutOtherTools(call: ChatCall): ChatCall {
  const choice = call.toolChoice;
  if (choice?.type !== 'allowed') return call;
  const tools = call.tools.filter(({ name }) => choice.names.includes(name));
  return { ...call, tools, toolChoice: { type: choice.mode } };
}

function toTool(tool: Tool): WireTool {
  if (tool.type === 'opaque') return tool.definition;
  if (tool.type === 'custom') return toCustomTool(tool);
  const { name, description, parameters, strict } = tool;
  return {
    type: 'function',
    function: {
      name,
      ...(description !== undefined && { description }),
      ...(parameters !== undefined && { parameters }),
      ...(strict !== undefined && { strict }),
    },
  };
}

function toCustomTool({ name, description, grammar }: Extract<Tool, { type: 'custom' }>): WireTool {
  return {
    type: 'custom',
    custom: {
      name,
      ...(description !== undefined && { description }),
      ...(grammar !== undefined && { format: { type: 'grammar', grammar } }),
    },
  };
}

function isKnown(tool: Tool): boolean {
  return tool.type !== 'opaque' || tool.dialect === 'openai-chat';
}

function unknownTool(tool: Tool): Warning {
  return { type: 'unsupported', feature: 'tools', detail: `The vendor has no tool of the kind of '${tool.name}'.` };
}

function toToolChoice({ toolChoice, tools }: ChatCall): Translated<Json | undefined> {
  switch (toolChoice?.type) {
    case undefined:
      return { value: undefined, warnings: [] };
    case 'auto':
    case 'none':
    case 'required':
      return { value: toolChoice.type, warnings: [] };
    case 'tool': {
      const { name } = toolChoice;
      return { value: toReference(tools, name), warnings: [] };
    }
    case 'allowed': {
      const { mode } = toolChoice;
      // A tool that could not be sent cannot be named either.
      const names = toolChoice.names.filter((name) => tools.some((tool) => tool.name === name && isKnown(tool)));
      const allowed = { mode, tools: names.map((name) => toReference(tools, name)) };
      return { value: { type: 'allowed_tools', allowed_tools: allowed }, warnings: [] };
    }
    case 'opaque': {
      if (toolChoice.dialect === 'openai-chat') return { value: toolChoice.value, warnings: [] };
      const detail = 'The vendor has no such choice; the model chooses.';
      return { value: undefined, warnings: [{ type: 'unsupported', feature: 'tool_choice', detail }] };
    }
  }
}

function toReference(tools: readonly Tool[], name: string): JsonObject {
  const custom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  return custom ? { type: 'custom', custom: { name } } : { type: 'function', function: { name } };
}

export function toResponseFormat(format: OutputFormat | undefined): JsonObject | undefined {
  switch (format?.type) {
    case undefined:
    case 'text':
      return undefined;
    case 'json-object':
      return { type: 'json_object' };
    case 'json-schema': {
      const { name, description, schema, strict } = format;
      return { type: 'json_schema', json_schema: defined({ name, description, schema, strict }) };
    }
  }
}
