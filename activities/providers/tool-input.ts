import type { Part, Tool } from '../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { Warnings } from './warnings.js';

/** The argument that a free-text tool takes at a vendor where every tool takes an object. */
export const CUSTOM_TOOL_ARGUMENT = 'input';

/** A free-text tool as the schema of a function with that one argument. */
export function customToolSchema({ grammar }: Extract<Tool, { type: 'custom' }>, warnings: Warnings): JsonObject {
  warnings.add('changed', 'tools[].custom', 'Sent as a function with one text argument; a grammar is not enforced.');
  const text = grammar === undefined ? {} : { description: `Text of this grammar: ${JSON.stringify(grammar)}` };
  return {
    type: 'object',
    properties: { [CUSTOM_TOOL_ARGUMENT]: { type: 'string', ...text } },
    required: [CUSTOM_TOOL_ARGUMENT],
  };
}

/** `JSON.stringify` recurses and `JSON.parse` does not, so arguments could be read that cannot be written again. */
const MAX_DEPTH = 128;

/** The arguments of a past call as the object that a vendor wants; what is none is wrapped whole, so that nothing is lost. */
export function toToolInput(call: Extract<Part, { type: 'tool-call' }>, warnings: Warnings): JsonObject {
  if (call.custom === true) return { [CUSTOM_TOOL_ARGUMENT]: call.arguments };
  if (call.arguments.trim() === '') return {};
  const input = parse(call.arguments);
  if (isObject(input) && isShallow(input)) return input;
  const detail = 'Arguments of a tool call that are no JSON object were sent as the text {"arguments": …}.';
  warnings.add('changed', 'messages[].tool_calls[].function.arguments', detail);
  return { arguments: call.arguments };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // A model may have written anything, and a limit may have cut it off.
    return undefined;
  }
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isShallow(value: JsonObject): boolean {
  let level: readonly Json[] = [value];
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    level = level.flatMap(childrenOf);
    if (level.length === 0) return true;
  }
  return false;
}

function childrenOf(parent: Json): readonly Json[] {
  const values: readonly (Json | undefined)[] = Object.values(parent as JsonObject);
  return values.filter((child) => child !== undefined && child !== null && typeof child === 'object');
}
