import type { JsonObject } from '../../../workflows/contracts/json.js';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { DEFAULT_IMAGE_MODEL, IMAGE_TOOL } from '../../../workflows/domain/image-tool.js';
import { containerGigabytes } from '../../../workflows/domain/vendor-containers.js';
import { isRunByOpenAi } from '../../../workflows/domain/vendor-tools.js';
import { refused } from '../../http/refused-error.js';
import type { InputItem } from './input-item.schema.js';
import { printable } from './printable.js';
import type { RequestTool, ResponsesRequestFields } from './responses-request.schema.js';

/**
 * Refuses tools that the vendor runs and whose price cannot be held before the call. Searches, containers and pictures have
 * prices in the catalogue, and `max_tool_calls` bounds how many there are.
 */
export function checkToolPrices(
  { tools }: ResponsesRequestFields,
  items: readonly InputItem[],
  able: readonly Offer[],
): void {
  const pictures = (tools ?? []).flatMap(({ type }, index) => (type === IMAGE_TOOL ? [index] : []));
  for (const [index, tool] of (tools ?? []).entries()) {
    const param = `tools[${index}]`;
    if (tool.type === 'programmatic_tool_calling') throw unbounded(PROGRAMS, param);
    if (containerGigabytes(tool as JsonObject) === undefined) throw refuseContainer(tool as JsonObject, param);
    if (index === pictures[0]) checkImageModel(tool, param, able);
    else if (pictures.includes(index)) throw unbounded(TWO_MODELS, param);
  }
  checkItems(items);
}

const PROGRAMS =
  "The tool 'programmatic_tool_calling' has a price of its own at the vendor, which the gateway cannot hold beforehand. Leave it out.";

const TWO_MODELS = `The tool '${IMAGE_TOOL}' is there already, and which of the two a picture would be priced by is not known. Name it once.`;

/** Its model, or the one that the gateway is going to name. */
function checkImageModel(tool: RequestTool, param: string, able: readonly Offer[]): void {
  const { model } = tool as { readonly model?: unknown };
  const name = model ?? DEFAULT_IMAGE_MODEL;
  if (typeof name !== 'string')
    throw refused('invalid_request', 'expected the name of a model', { param: `${param}.model` });
  if (able.some(({ imageTool }) => imageTool !== undefined && Object.hasOwn(imageTool, name))) return;
  const names = [...new Set(able.flatMap(({ imageTool = {} }) => Object.keys(imageTool)))];
  const hint = names.length === 0 ? 'Leave the tool out.' : `Name one of ${names.join(', ')}.`;
  const message = `The model '${printable(name.slice(0, SHOWN))}' of the tool '${IMAGE_TOOL}' has no price here, so that what it costs cannot be held. ${hint}`;
  throw unbounded(message, `${param}.model`);
}

const SHOWN = 64;

function refuseContainer({ type }: JsonObject, param: string): Error {
  if (type === 'shell') {
    const message =
      "The size of the shell's container, and so its price, is not known. Use the environment 'container_auto', with a `memory_limit` of 1g, 4g, 16g or 64g, or 'local'.";
    return unbounded(message, `${param}.environment`);
  }
  const message =
    'A container of this size has no price here. Set `memory_limit` to 1g, 4g, 16g or 64g, or leave it out.';
  return unbounded(message, `${param}.container.memory_limit`);
}

/** Items of the vendor's own may bring tools too (`additional_tools`, `tool_search_output`), which nothing is held for. */
function checkItems(items: readonly InputItem[]): void {
  for (const [index, { kind, item }] of items.entries()) {
    const { tools } = item as { readonly tools?: unknown };
    if (kind !== 'native' || !Array.isArray(tools)) continue;
    const at = (tools as readonly unknown[]).findIndex(isRun);
    if (at === -1) continue;
    const message =
      "A tool that the vendor runs itself is held for among the request's own tools only. Move it to `tools`.";
    throw unbounded(message, `input[${index}].tools[${at}]`);
  }
}

function isRun(tool: unknown): boolean {
  return typeof tool === 'object' && tool !== null && !Array.isArray(tool) && isRunByOpenAi(tool as JsonObject);
}

function unbounded(message: string, param: string): Error {
  return refused('unbounded', message, { param });
}
