import type { ChatCall, Tool } from '../../../workflows/contracts/call.js';
import type { Json, JsonObject } from '../../../workflows/contracts/json.js';
import { exampleOf } from './example-of.js';

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
  const { mode, names } = choice?.type === 'allowed' ? choice : { mode: choice?.type, names: undefined };
  if (mode === 'none') return undefined;
  if (mode !== 'required' && mode !== 'tool' && !wanted) return undefined;
  const offered = call.tools.flatMap(toChosen).filter(({ name }) => names?.includes(name) ?? true);
  return choice?.type === 'tool' ? offered.find(({ name }) => name === choice.name) : offered[0];
}

/** A vendor's own tools, such as a search, are nothing that a caller could be asked to run. */
function toChosen(tool: Tool): readonly ChosenTool[] {
  if (tool.type === 'function') {
    return [{ name: tool.name, custom: false, written: JSON.stringify(argumentsFor(tool.parameters)) }];
  }
  return tool.type === 'custom' ? [{ name: tool.name, custom: true, written: 'example' }] : [];
}

function argumentsFor(parameters: JsonObject | undefined): Json {
  return exampleOf({ type: 'object', ...parameters });
}
