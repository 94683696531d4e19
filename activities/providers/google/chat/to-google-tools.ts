import type { ChatCall, Tool, ToolChoice } from '../../../../workflows/contracts/call.js';
import type { JsonObject } from '../../../../workflows/contracts/json.js';
import { customToolSchema } from '../../tool-input.js';
import { toGoogleSchema } from './to-google-schema.js';
import type { Warnings } from '../../warnings.js';
import type { WireDeclaration, WireToolConfig } from './wire.js';

export interface ToolPlan {
  readonly declarations: readonly WireDeclaration[];
  /** Absent where the vendor's own default is meant: the model decides. */
  readonly config?: WireToolConfig;
  readonly customTools: ReadonlySet<string>;
}

export function toToolPlan(call: ChatCall, warnings: Warnings): ToolPlan {
  const { offered, choice } = applyAllowedTools(call);
  const declarations = offered.flatMap((tool) => toDeclaration(tool, warnings));
  const customTools = new Set(offered.flatMap((tool) => (tool.type === 'custom' ? [tool.name] : [])));
  if (call.parallelToolCalls === false && declarations.length > 0) {
    warnings.add('unsupported', 'parallel_tool_calls', 'Google cannot be told to call one tool at a time.');
  }
  if (declarations.length === 0) {
    if (choice?.type === 'required' || choice?.type === 'tool') {
      warnings.add('unsupported', 'tool_choice', 'No tool is given that could be called.');
    }
    return { declarations, customTools };
  }
  const isStrict = offered.some((tool) => tool.type === 'function' && tool.strict === true);
  const config = toConfig(choice, isStrict, warnings);
  return { declarations, customTools, ...(config !== undefined && { config }) };
}

/** OpenAI's `allowed_tools` narrows the list for one request: here the others are left out of it. */
function applyAllowedTools(call: ChatCall): { readonly offered: readonly Tool[]; readonly choice?: ToolChoice } {
  const choice = call.toolChoice;
  if (choice === undefined) return { offered: call.tools };
  if (choice.type !== 'allowed') return { offered: call.tools, choice };
  const names = new Set(choice.names);
  return { offered: call.tools.filter((tool) => names.has(tool.name)), choice: { type: choice.mode } };
}

function toDeclaration(tool: Tool, warnings: Warnings): readonly WireDeclaration[] {
  switch (tool.type) {
    case 'function':
      return [
        {
          name: tool.name,
          ...descriptionOf(tool),
          ...(tool.parameters !== undefined && { parametersJsonSchema: toParameters(tool.parameters, warnings) }),
        },
      ];
    case 'custom':
      return [toCustomDeclaration(tool, warnings)];
    case 'opaque':
      warnings.add('unsupported', 'tools', 'A tool of another vendor was left out.');
      return [];
  }
}

function toParameters(written: JsonObject, warnings: Warnings): JsonObject {
  const { schema, left } = toGoogleSchema(written);
  if (left.length > 0) {
    const detail = `Left out, because Google does not hold its models to them: ${left.join(', ')}.`;
    warnings.add('changed', 'tools[].function.parameters', detail);
  }
  return schema['type'] === undefined && schema['$ref'] === undefined ? { type: 'object', ...schema } : schema;
}

function toCustomDeclaration(tool: Extract<Tool, { type: 'custom' }>, warnings: Warnings): WireDeclaration {
  return { name: tool.name, ...descriptionOf(tool), parametersJsonSchema: customToolSchema(tool, warnings) };
}

function descriptionOf({ description }: { readonly description?: string }): { readonly description?: string } {
  return description === undefined || description === '' ? {} : { description };
}

/** https://ai.google.dev/api/caching#FunctionCallingConfig: `VALIDATED` lets the model decide, and holds it to the schemas. */
function toConfig(choice: ToolChoice | undefined, isStrict: boolean, warnings: Warnings): WireToolConfig | undefined {
  switch (choice?.type) {
    case 'none':
      return { functionCallingConfig: { mode: 'NONE' } };
    case 'required':
      return { functionCallingConfig: { mode: 'ANY' } };
    case 'tool':
      return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [choice.name] } };
    case 'opaque':
      warnings.add('unsupported', 'tool_choice', 'This choice has no meaning at Google; the model decides.');
      return undefined;
    case undefined:
    case 'auto':
    case 'allowed':
      return isStrict ? { functionCallingConfig: { mode: 'VALIDATED' } } : undefined;
  }
}
