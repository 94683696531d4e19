import type { ChatCall, Tool, ToolChoice } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { applyAllowedTools } from '../../anthropic/chat/allowed-tools.js';
import { customToolSchema } from '../../tool-input.js';
import { toOutputSchema } from '../../anthropic/chat/to-output-schema.js';
import type { Warnings } from '../../warnings.js';
import type { ModelFamily } from '../model-family.js';
import { cachePointAfter } from './cache-points.js';
import type { CachePoint, ToolSpec, WireMessage, WireToolChoice } from './wire.js';

export interface ToolPlan {
  readonly tools: readonly (ToolSpec | CachePoint)[];
  /** Absent where the service's own default is meant: `auto`. */
  readonly choice?: WireToolChoice;
  readonly customTools: ReadonlySet<string>;
  /** What the model is told in words, because the service has no field for it. */
  readonly instruction?: string;
}

export interface ToolOptions {
  readonly family: ModelFamily;
  /** False where this request can make no call obligatory: the model, or its thinking, forbids it. */
  readonly forcing: boolean;
  /** Whether the model is held to schemas. */
  readonly structured: boolean;
}

export function toToolPlan(
  call: ChatCall,
  messages: readonly WireMessage[],
  options: ToolOptions,
  warnings: Warnings,
): ToolPlan {
  const { offered, choice } = applyAllowedTools(call, 'Bedrock', warnings);
  const customTools = new Set(offered.flatMap((tool) => (tool.type === 'custom' ? [tool.name] : [])));
  const called = calledTools(messages);
  const tools = offered.flatMap((tool) => toToolSpec(tool, options, warnings));
  if (tools.length === 0 || (choice?.type === 'none' && called.length === 0)) {
    if (choice?.type === 'required' || choice?.type === 'tool') {
      warnings.add('unsupported', 'tool_choice', 'No tool is given that could be called.');
    }
    return { ...toolsOfThePast(called, warnings), customTools };
  }
  const wireChoice = toWireChoice(choice, options, warnings);
  return {
    tools,
    customTools,
    ...(wireChoice !== undefined && { choice: wireChoice }),
    ...(choice?.type === 'none' && { instruction: notNow(warnings) }),
  };
}

function toToolSpec(tool: Tool, options: ToolOptions, warnings: Warnings): readonly (ToolSpec | CachePoint)[] {
  if (tool.type === 'function') {
    return [toFunction(tool, options, warnings), ...cachePointAfter(tool.extras, 'tools[]', options.family, warnings)];
  }
  if (tool.type === 'custom') return [toCustom(tool, warnings)];
  warnings.add('unsupported', 'tools', 'A tool of another vendor was left out.');
  return [];
}

function toFunction(
  { name, description, parameters, strict }: Extract<Tool, { type: 'function' }>,
  { structured }: ToolOptions,
  warnings: Warnings,
): ToolSpec {
  const written: JsonObject = parameters?.['type'] === undefined ? { type: 'object', ...parameters } : parameters;
  const held = strict === true ? toStrictSchema(written, structured, warnings) : undefined;
  return {
    toolSpec: {
      name,
      ...(description !== undefined && description !== '' && { description }),
      inputSchema: { json: held ?? written },
      ...(held !== undefined && { strict: true }),
    },
  };
}

function toStrictSchema(written: JsonObject, structured: boolean, warnings: Warnings): JsonObject | undefined {
  const bounded = structured ? toOutputSchema(written) : undefined;
  if (bounded === undefined) {
    const detail = 'This model is not held to the schema, which was sent all the same.';
    warnings.add('unsupported', 'tools[].function.strict', detail);
    return undefined;
  }
  if (bounded.described.length > 0) {
    const detail = `Moved into descriptions, because Bedrock does not enforce them: ${bounded.described.join(', ')}.`;
    warnings.add('changed', 'tools[].function.parameters', detail);
  }
  return bounded.schema;
}

function toCustom(tool: Extract<Tool, { type: 'custom' }>, warnings: Warnings): ToolSpec {
  const { name, description } = tool;
  const json = customToolSchema(tool, warnings);
  return {
    toolSpec: { name, ...(description !== undefined && description !== '' && { description }), inputSchema: { json } },
  };
}

function calledTools(messages: readonly WireMessage[]): readonly string[] {
  const names = messages.flatMap(({ content }) =>
    content.flatMap((block) => ('toolUse' in block ? [block.toolUse.name] : [])),
  );
  return [...new Set(names)];
}

/** "The toolConfig field must be defined when using toolUse and toolResult content blocks", so past calls bring their tools. */
function toolsOfThePast(called: readonly string[], warnings: Warnings): Omit<ToolPlan, 'customTools'> {
  if (called.length === 0) return { tools: [] };
  const detail = 'The tools of past calls were declared, not to be called: Bedrock wants them known.';
  warnings.add('changed', 'tools', detail);
  const tools = called.map((name) => ({ toolSpec: { name, inputSchema: { json: { type: 'object' } } } }));
  return { tools, instruction: NOT_NOW };
}

const NOT_NOW = 'Do not call a tool now: answer in words.';

function notNow(warnings: Warnings): string {
  const detail = 'Bedrock has no way to forbid calls: the model was told not to make any.';
  warnings.add('changed', 'tool_choice', detail);
  return NOT_NOW;
}

function toWireChoice(
  choice: ToolChoice | undefined,
  { family, forcing }: ToolOptions,
  warnings: Warnings,
): WireToolChoice | undefined {
  if (choice?.type === 'auto') return { auto: {} };
  if (choice?.type !== 'required' && choice?.type !== 'tool') return undefined;
  if (!forcing || family.forcedTools === 'none' || (choice.type === 'tool' && family.forcedTools === 'any')) {
    const detail = 'This model, or its reasoning, allows no such demand; it decides which tool to call, if any.';
    warnings.add('unsupported', 'tool_choice', detail);
    return { auto: {} };
  }
  return choice.type === 'tool' ? { tool: { name: choice.name } } : { any: {} };
}
