import type { Part } from '../../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import { asObject } from './json-fields.js';
import { CUSTOM_TOOL_ARGUMENT } from './reading.js';
import type { Warnings } from './warnings.js';

/** `JSON.stringify` recurses and `JSON.parse` does not, so arguments could be read that cannot be written again. */
const MAX_DEPTH = 128;

/** The arguments of a past call as the object that Google wants; what is none is wrapped whole, so that nothing is lost. */
export function toArguments(call: Extract<Part, { type: 'tool-call' }>, warnings: Warnings): JsonObject {
  if (call.custom === true) return { [CUSTOM_TOOL_ARGUMENT]: call.arguments };
  if (call.arguments.trim() === '') return {};
  const input = asObject(parse(call.arguments));
  if (input !== undefined && isShallow(input)) return input;
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
