import type { JsonObject } from '../../../workflows/contracts/json.js';
import { describeIssue } from './describe-issue.js';
import { customToolSchema, serverToolSchema } from './messages-request.schema.js';
import type { CustomTool, MessagesRequestFields, ServerTool } from './messages-request.schema.js';
import { problemAt } from './request-error.js';
import type { RequestError } from './request-error.js';

export type ParsedTool =
  | { readonly kind: 'custom'; readonly tool: CustomTool }
  | { readonly kind: 'server'; readonly tool: ServerTool; readonly definition: JsonObject };

export type ParsedTools =
  { readonly ok: true; readonly tools: readonly ParsedTool[] } | { readonly ok: false; readonly error: RequestError };

/** Reads `tools`: the caller's own by their schema, the vendor's as they are. */
export function parseTools(fields: MessagesRequestFields): ParsedTools {
  const tools: ParsedTool[] = [];
  for (const [index, value] of (fields.tools ?? []).entries()) {
    const path = ['tools', index];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return { ok: false, error: problemAt(path, 'Input should be a valid dictionary') };
    }
    const { type } = value as JsonObject;
    const isCustom = type === undefined || type === null || type === 'custom';
    const read = (isCustom ? customToolSchema : serverToolSchema).safeParse(value);
    if (!read.success) return { ok: false, error: describeIssue(read.error.issues, fields, path) };
    tools.push(
      isCustom
        ? { kind: 'custom', tool: read.data as CustomTool }
        : { kind: 'server', tool: read.data as ServerTool, definition: value as JsonObject },
    );
  }
  const error = checkNames(tools) ?? checkChoice(fields, tools);
  return error ? { ok: false, error } : { ok: true, tools };
}

function checkNames(tools: readonly ParsedTool[]): RequestError | undefined {
  const names = tools.flatMap(({ tool }) => (tool.name == null ? [] : [tool.name]));
  const repeated = names.length !== new Set(names).size;
  return repeated ? problemAt(['tools'], 'Tool names must be unique.') : undefined;
}

/** A choice among tools that are given elsewhere (a toolset, an MCP server) cannot be checked here. */
function checkChoice(fields: MessagesRequestFields, tools: readonly ParsedTool[]): RequestError | undefined {
  const choice = fields.tool_choice;
  if (choice == null || 'mcp_servers' in fields || tools.some(({ tool }) => tool.name == null)) return undefined;
  if (tools.length === 0 && choice.type !== 'none') {
    return problemAt(['tool_choice'], 'tool_choice may only be specified while providing tools');
  }
  if (choice.type !== 'tool') return undefined;
  if (choice.name == null) return problemAt(['tool_choice', 'name'], 'Field required');
  if (tools.some(({ tool }) => tool.name === choice.name)) return undefined;
  return problemAt(['tool_choice', 'name'], 'The tool that it names is not in `tools`. Add it there or name another');
}
