import type { ChatCall } from '../contracts/call.js';
import type { Json, JsonObject } from '../contracts/json.js';

/** `ContainerMemoryLimit` of OpenAI's specification. The vendor's prices are the same for each gigabyte (`docs/money.md`). */
const GIGABYTES: { readonly [limit: string]: number | undefined } = { '1g': 1, '4g': 4, '16g': 16, '64g': 64 };

/** `code_interpreter` runs at the vendor always, `shell` where it has a container there, and at the caller otherwise. */
export type ContainerTool = 'code_interpreter' | 'shell';

/** Gigabytes of the container that each tool of a call runs in; 0 where it has none. */
export type ContainerSizes = { readonly [T in ContainerTool]: number };

export function isContainerTool(type: string): type is ContainerTool {
  return type === 'code_interpreter' || type === 'shell';
}

/**
 * Gigabytes of the container that a tool of OpenAI's Responses API has the vendor run, 0 where it has none there; undefined
 * where nothing tells how large it is. A container that `code_interpreter` names counts as one of the usual size.
 */
export function containerGigabytes({ type, container, environment }: JsonObject): number | undefined {
  if (type === 'code_interpreter') return isObject(container) ? sizeOf(container) : 1;
  if (type !== 'shell' || !isObject(environment) || environment['type'] === 'local') return 0;
  return environment['type'] === 'container_auto' ? sizeOf(environment) : undefined;
}

/** Of the first tool of each kind; what no tool of the call says is what the vendor does where nothing is said. */
export function containerSizes({ tools }: Pick<ChatCall, 'tools'>): ContainerSizes {
  const sizeIn = (type: ContainerTool): number | undefined => {
    const tool = tools.find((one) => one.type === 'opaque' && one.definition['type'] === type);
    return tool?.type === 'opaque' ? containerGigabytes(tool.definition) : undefined;
  };
  return { code_interpreter: sizeIn('code_interpreter') ?? 1, shell: sizeIn('shell') ?? 0 };
}

function sizeOf({ memory_limit: limit }: JsonObject): number | undefined {
  if (limit == null) return 1;
  return typeof limit === 'string' && Object.hasOwn(GIGABYTES, limit) ? GIGABYTES[limit] : undefined;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
