import type { ChatCall, Tool } from '../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { exampleOf } from './example-of.js';
import { asObject } from './json-fields.js';

export interface ChosenTool {
  readonly name: string;
  readonly custom: boolean;
  /** Arguments in JSON that fit the tool's schema, or the text for a free-text tool. */
  readonly written: string;
}

/**
 * The tool that the choice names, else the first; `undefined` where none is to be called. `wanted` is whether the model is
 * to call one where the choice is its own.
 */
export function chooseTool(call: ChatCall, wanted: boolean): ChosenTool | undefined {
  const { toolChoice: choice } = call;
  const { mode, names } =
    choice?.type === 'opaque' ? readAllowed(choice.value) : { mode: choice?.type, names: undefined };
  if (mode === 'none') return undefined;
  if (mode !== 'required' && mode !== 'tool' && !wanted) return undefined;
  const offered = call.tools.flatMap(toChosen).filter(({ name }) => names?.includes(name) ?? true);
  return choice?.type === 'tool' ? offered.find(({ name }) => name === choice.name) : offered[0];
}

/** OpenAI's `{"type": "allowed_tools", "allowed_tools": {"mode", "tools": [..]}}`. */
function readAllowed(value: Json): { readonly mode?: Json | undefined; readonly names?: readonly Json[] | undefined } {
  const allowed = asObject(asObject(value)?.['allowed_tools']);
  const tools: Json | undefined = allowed?.['tools'];
  const names = Array.isArray(tools) ? (tools as readonly Json[]).map(nameOf) : undefined;
  return { mode: allowed?.['mode'], names };
}

function nameOf(tool: Json): Json {
  const body = asObject(tool);
  return asObject(body?.['function'])?.['name'] ?? asObject(body?.['custom'])?.['name'] ?? body?.['name'] ?? null;
}

/** A vendor's own tools, such as a search, are nothing that a caller could be asked to run. */
function toChosen(tool: Tool): readonly ChosenTool[] {
  if (tool.type === 'function') {
    return [{ name: tool.name, custom: false, written: JSON.stringify(argumentsFor(tool.parameters)) }];
  }
  const custom = tool.dialect === 'openai-chat' && tool.definition['type'] === 'custom';
  return custom ? [{ name: tool.name, custom, written: 'example' }] : [];
}

function argumentsFor(parameters: JsonObject | undefined): Json {
  return exampleOf({ type: 'object', ...parameters });
}
