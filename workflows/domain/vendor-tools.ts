import type { ChatCall, Tool } from '../contracts/call.js';
import type { Json, JsonObject } from '../contracts/json.js';
import type { Warning } from '../contracts/warning.js';
import { DEFAULT_IMAGE_MODEL, nameImageModel } from './image-tool.js';
import { containerGigabytes } from './vendor-containers.js';

/**
 * What a call may consume of the tools that the vendor runs itself, within one request. Their results go before the model,
 * which then reads all that there is once more: a step each.
 */
export interface VendorToolDemand {
  readonly searches: number;
  readonly fileSearches: number;
  /** Gigabytes of the containers that code runs in; one container a tool, because all its calls within a request share it. */
  readonly containers: number;
  readonly steps: number;
}

/** How often a tool that the vendor runs may be used where the caller has set no limit: each use is held for. */
export const DEFAULT_TOOL_CALLS = 5;

/** "The default limit is 10 iterations" of Anthropic's own loop (https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons#pause_turn). */
const ANTHROPIC_STEPS = 10;

/**
 * Anthropic's tools that the vendor runs. Those that the caller runs (`bash_…`, `text_editor_…`, `computer_…`, `memory_…`)
 * bring nothing.
 */
const ANTHROPIC_RUNS = /^(?:web_search|web_fetch|code_execution|tool_search|advisor|mcp)_/;

/** Those that take a limit of their own, and bring pages into the prompt. */
const ANTHROPIC_LIMITED = /^web_(?:search|fetch)_/;

/**
 * OpenAI's (https://platform.openai.com/docs/guides/tools), with `shell` where it has a container there; what it only asks for
 * (`local_shell`, `computer`, `apply_patch`) the caller runs.
 */
const OPENAI_RUNS =
  /^(?:web_search|file_search|code_interpreter|image_generation|mcp$|tool_search|programmatic_tool_calling)/;

/** Whether a tool of OpenAI's Responses API is one that the vendor runs itself within the request. */
export function isRunByOpenAi(tool: JsonObject): boolean {
  const { type } = tool;
  return typeof type === 'string' && (OPENAI_RUNS.test(type) || containerGigabytes(tool) !== 0);
}

const NONE: VendorToolDemand = { searches: 0, fileSearches: 0, containers: 0, steps: 0 };

/** Upper bounds; a call whose dialect lets vendors run tools has been given limits by `withToolLimits`. */
export function vendorToolDemand(call: ChatCall): VendorToolDemand {
  switch (call.source.dialect) {
    case 'anthropic-messages':
      return anthropicDemand(call);
    case 'openai-responses':
      return responsesDemand(call);
    default:
      return chatDemand(call);
  }
}

/** OpenAI's search models search once for a chat that carries the field; tools that other vendors add have no limit that is known. */
function chatDemand(call: ChatCall): VendorToolDemand {
  const byField = call.source.body['web_search_options'] == null ? 0 : 1;
  const searching = typesOf(call, call.source.dialect).filter(({ type }) => type.startsWith('web_search'));
  const searches = searching.reduce((sum, { definition }) => add(sum, countOf(definition['max_uses'])), byField);
  return { ...NONE, searches, steps: searches };
}

/** With a count that is not known the sum is one that no plan accepts. */
function add(sum: number, count: number = UNLIMITED): number {
  return Math.min(UNLIMITED, sum + count);
}

function anthropicDemand(call: ChatCall): VendorToolDemand {
  const tools = typesOf(call, 'anthropic-messages').filter(({ type }) => ANTHROPIC_RUNS.test(type));
  const servers = call.source.body['mcp_servers'];
  const hasServers = Array.isArray(servers) && servers.length > 0;
  if (tools.length === 0 && !hasServers) return NONE;
  const limits = tools.map(({ type, definition }) => ({
    isSearch: type.startsWith('web_search_'),
    uses: ANTHROPIC_LIMITED.test(type) ? countOf(definition['max_uses']) : undefined,
  }));
  const uses = limits.reduce((sum, limit) => sum + (limit.uses ?? ANTHROPIC_STEPS), hasServers ? ANTHROPIC_STEPS : 0);
  const searches = limits.reduce((sum, limit) => (limit.isSearch ? add(sum, limit.uses) : sum), 0);
  return { ...NONE, searches, steps: Math.min(uses, ANTHROPIC_STEPS) };
}

/** A number that no plan accepts. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

function responsesDemand(call: ChatCall): VendorToolDemand {
  const tools = typesOf(call, 'openai-responses');
  if (!tools.some(({ definition }) => isRunByOpenAi(definition))) return NONE;
  const limit = countOf(call.source.body['max_tool_calls']) ?? UNLIMITED;
  if (limit === 0) return NONE;
  const uses = (prefix: string): number => (tools.some(({ type }) => type.startsWith(prefix)) ? limit : 0);
  return {
    searches: uses('web_search'),
    fileSearches: uses('file_search'),
    containers: tools.reduce((sum, { definition }) => add(sum, containerGigabytes(definition)), 0),
    steps: limit,
  };
}

/** With a limit wherever the vendor could use a tool without end, so that the most it can cost is known; each is told. */
export function withToolLimits(call: ChatCall): ChatCall {
  switch (call.source.dialect) {
    case 'anthropic-messages':
      return withMaxUses(call);
    case 'openai-responses':
      return withImageModel(withMaxToolCalls(call));
    default:
      return call;
  }
}

function withMaxToolCalls(call: ChatCall): ChatCall {
  const isRun = typesOf(call, 'openai-responses').some(({ definition }) => isRunByOpenAi(definition));
  if (!isRun || call.source.body['max_tool_calls'] != null) return call;
  const body = { ...call.source.body, max_tool_calls: DEFAULT_TOOL_CALLS };
  return told({ ...call, source: { ...call.source, body } }, [limitedTo('max_tool_calls')]);
}

function withMaxUses(call: ChatCall): ChatCall {
  return withTools(call, limitUses, (index) => limitedTo(`tools[${index}].max_uses`));
}

function withImageModel(call: ChatCall): ChatCall {
  return withTools(call, nameImageModel, (index) => {
    const detail = `Set to '${DEFAULT_IMAGE_MODEL}', because what a model that nobody named costs could not be held. Name the one that you want.`;
    return { type: 'changed', feature: `tools[${index}].model`, detail };
  });
}

/** With each of the dialect's own tools as `change` makes it, in the body and in the call; those that it changed are told. */
function withTools(call: ChatCall, change: (tool: Json) => Json, tell: (index: number) => Warning): ChatCall {
  const { dialect, body } = call.source;
  const { tools } = body;
  if (!Array.isArray(tools)) return call;
  const changed = (tools as readonly Json[]).map(change);
  const warnings = changed.flatMap((tool, index) => (tool === tools[index] ? [] : [tell(index)]));
  if (warnings.length === 0) return call;
  const source = { ...call.source, body: { ...body, tools: changed } };
  const changeOwn = (tool: Tool): Tool =>
    tool.type === 'opaque' && tool.dialect === dialect
      ? { ...tool, definition: change(tool.definition) as JsonObject }
      : tool;
  return told({ ...call, source, tools: call.tools.map(changeOwn) }, warnings);
}

function limitUses(tool: Json): Json {
  if (typeof tool !== 'object' || tool === null || Array.isArray(tool)) return tool;
  const { type, max_uses: uses } = tool as JsonObject;
  if (typeof type !== 'string' || !ANTHROPIC_LIMITED.test(type) || uses != null) return tool;
  return { ...(tool as JsonObject), max_uses: DEFAULT_TOOL_CALLS };
}

function told(call: ChatCall, warnings: readonly Warning[]): ChatCall {
  return { ...call, warnings: [...(call.warnings ?? []), ...warnings] };
}

function limitedTo(feature: string): Warning {
  const detail = `Set to ${DEFAULT_TOOL_CALLS}, because what a tool without a limit can cost could not be held. Set it to what you need.`;
  return { type: 'changed', feature, detail };
}

interface OpaqueTool {
  readonly type: string;
  readonly definition: JsonObject;
}

function typesOf({ tools }: ChatCall, dialect: ChatCall['source']['dialect']): readonly OpaqueTool[] {
  return tools.flatMap((tool): readonly OpaqueTool[] => {
    if (tool.type !== 'opaque' || tool.dialect !== dialect) return [];
    const { type } = tool.definition;
    return typeof type === 'string' ? [{ type, definition: tool.definition }] : [];
  });
}

function countOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
