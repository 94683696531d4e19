import type { ChatCall, Tool, ToolChoice } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { carryExtras } from './carried-extras.js';
import type { ModelTraits } from './model-traits.js';
import { applyAllowedTools } from './allowed-tools.js';
import { customToolSchema } from '../../tool-input.js';
import { toOutputSchema } from './to-output-schema.js';
import type { WireMessage, WireTool, WireToolChoice } from './wire.js';
import type { Warnings } from '../../warnings.js';

export interface ToolPlan {
  readonly tools: readonly (WireTool | JsonObject)[];
  /** Absent where the vendor's own default is meant: `auto`. */
  readonly choice?: WireToolChoice;
  readonly customTools: ReadonlySet<string>;
}

/** `forcing` is false where this request can make no tool call obligatory: the model, or its budgeted thinking, forbids it. */
export interface ToolOptions {
  readonly traits: ModelTraits;
  readonly forcing: boolean;
}

export function toToolPlan(
  call: ChatCall,
  messages: readonly WireMessage[],
  options: ToolOptions,
  warnings: Warnings,
): ToolPlan {
  const { offered, choice } = applyAllowedTools(call, 'Anthropic', warnings);
  const tools = offered.flatMap((tool) => toWireTool(tool, options.traits, warnings));
  const customTools = new Set(offered.flatMap((tool) => (tool.type === 'custom' ? [tool.name] : [])));
  if (tools.length === 0) return { ...toolsOfThePast(messages, choice, warnings), customTools };
  const wireChoice = toWireChoice(choice, call.parallelToolCalls === false, options, warnings);
  return { tools, customTools, ...(wireChoice !== undefined && { choice: wireChoice }) };
}

function toWireTool(tool: Tool, traits: ModelTraits, warnings: Warnings): readonly (WireTool | JsonObject)[] {
  if (tool.type === 'function') return [toFunctionTool(tool, traits, warnings)];
  if (tool.type === 'custom') return [toCustomTool(tool, warnings)];
  if (tool.dialect === 'anthropic-messages') return [tool.definition];
  warnings.add('unsupported', 'tools', 'A tool of another vendor was left out.');
  return [];
}

function toFunctionTool(tool: Extract<Tool, { type: 'function' }>, traits: ModelTraits, warnings: Warnings): WireTool {
  const written: JsonObject =
    tool.parameters?.['type'] === undefined ? { type: 'object', ...tool.parameters } : tool.parameters;
  const strict = tool.strict === true ? toStrictSchema(written, traits, warnings) : undefined;
  return {
    name: tool.name,
    ...(tool.description !== undefined && tool.description !== '' && { description: tool.description }),
    input_schema: strict ?? written,
    ...(strict !== undefined && { strict: true }),
    ...carryExtras(tool.extras, 'tools[]', warnings),
  };
}

/** A strict tool's schema must be within what the vendor can hold its models to. */
function toStrictSchema(written: JsonObject, traits: ModelTraits, warnings: Warnings): JsonObject | undefined {
  const bounded = traits.structuredOutputs ? toOutputSchema(written) : undefined;
  if (bounded === undefined) {
    warnings.add(
      'unsupported',
      'tools[].function.strict',
      'Anthropic cannot hold this model to the schema; it was sent unenforced.',
    );
    return undefined;
  }
  if (bounded.described.length > 0) {
    const detail = `Moved into descriptions, because Anthropic does not enforce them: ${bounded.described.join(', ')}.`;
    warnings.add('changed', 'tools[].function.parameters', detail);
  }
  return bounded.schema;
}

function toCustomTool(tool: Extract<Tool, { type: 'custom' }>, warnings: Warnings): WireTool {
  const { name, description } = tool;
  return {
    name,
    ...(description !== undefined && description !== '' && { description }),
    input_schema: customToolSchema(tool, warnings),
  };
}

/** "Requests which include `tool_use` or `tool_result` blocks must define `tools`", so past calls bring theirs, not to be used. */
function toolsOfThePast(
  messages: readonly WireMessage[],
  choice: ToolChoice | undefined,
  warnings: Warnings,
): Pick<ToolPlan, 'tools' | 'choice'> {
  if (choice?.type === 'required' || choice?.type === 'tool') {
    warnings.add('unsupported', 'tool_choice', 'No tool is given that could be called.');
  }
  const called = messages.flatMap(({ content }) =>
    content.flatMap((block) => (block.type === 'tool_use' ? [block.name] : [])),
  );
  if (called.length === 0) return { tools: [] };
  warnings.add(
    'changed',
    'tools',
    'The tools of past calls were declared, not to be called: Anthropic wants them known.',
  );
  const tools = [...new Set(called)].map((name) => ({ name, input_schema: { type: 'object' } }));
  return { tools, choice: { type: 'none' } };
}

function toWireChoice(
  choice: ToolChoice | undefined,
  oneAtATime: boolean,
  { forcing }: ToolOptions,
  warnings: Warnings,
): WireToolChoice | undefined {
  const single = oneAtATime ? ({ disable_parallel_tool_use: true } as const) : {};
  switch (choice?.type) {
    case undefined:
    case 'allowed':
    case 'opaque':
      return oneAtATime ? { type: 'auto', ...single } : undefined;
    case 'auto':
      return { type: 'auto', ...single };
    case 'none':
      return { type: 'none' };
    case 'required':
    case 'tool':
      if (!forcing) {
        warnings.add(
          'unsupported',
          'tool_choice',
          'This model, or its thinking by a budget, allows no forced call; it decides.',
        );
        return { type: 'auto', ...single };
      }
      return choice.type === 'tool' ? { type: 'tool', name: choice.name, ...single } : { type: 'any', ...single };
  }
}
