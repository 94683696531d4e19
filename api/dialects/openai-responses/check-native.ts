import type { Offer } from '../../../workflows/contracts/offers.js';
import { speaks } from '../../../workflows/domain/native-vendors.js';
import { refused } from '../../http/refused-error.js';
import { nativeParts } from './native-parts.js';
import type { NativePart } from './native-parts.js';
import type { ParsedResponsesRequest } from './parse-responses-request.js';

/**
 * Tools of OpenAI's own that cost by the picture, or by containers of which nothing tells how many. No hold could cover them.
 * Searches and one container the catalogue prices, and `max_tool_calls` bounds how many.
 */
const UNBOUNDED = ['image_generation', 'shell', 'programmatic_tool_calling'];

/**
 * Refuses, before anything is held or sent, a request for what only OpenAI's own API has where none of its models is
 * OpenAI's, and tools whose price cannot be held. Names the tool, and the model that lacks it.
 */
export function checkNative(
  { fields, items }: ParsedResponsesRequest,
  models: readonly string[],
  meant: readonly Offer[],
): void {
  const native = nativeParts(fields, items);
  const [first] = native;
  if (first === undefined) return;
  if (!meant.some((offer) => speaks(offer, 'openai-responses'))) throw unknownHere(first, models);
  const unbounded = native.find(({ what, type }) => what === 'tool' && UNBOUNDED.includes(type));
  if (unbounded) {
    const message = `The tool '${printable(unbounded.type)}' has a price of its own at the vendor, which the gateway cannot hold beforehand. Leave it out.`;
    throw refused('unbounded', message, { param: unbounded.param });
  }
  checkContainers(fields);
}

/** The price is that of a container of 1 GB, which a container is where nothing is said. */
function checkContainers({ tools }: ParsedResponsesRequest['fields']): void {
  (tools ?? []).forEach((tool, index) => {
    const { container } = tool as { readonly container?: unknown };
    const limit = typeof container === 'object' && container !== null && 'memory_limit' in container;
    if (tool.type !== 'code_interpreter' || !limit || container.memory_limit == null) return;
    if (container.memory_limit === '1g') return;
    const message =
      "A container of more than 1 GB has a price that the gateway does not know. Leave out `memory_limit`, or set it to '1g'.";
    throw refused('unbounded', message, { param: `tools[${index}].container.memory_limit` });
  });
}

function unknownHere({ what, type, param }: NativePart, models: readonly string[]): Error {
  const thing = what === 'tool' ? 'tool' : 'item type';
  const message = `The ${thing} '${printable(type)}' is OpenAI's own, and '${models.join("', '")}' cannot serve it. Leave it out, or name a model of OpenAI's.`;
  return refused('invalid_request', message, { param });
}

/** The type is the caller's, so what is echoed is printable; its length was bounded when it was parsed. */
function printable(type: string): string {
  return type.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
}
