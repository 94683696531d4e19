import type { Offer } from '../../../workflows/contracts/offers.js';
import { resolveModel } from '../../../workflows/domain/models.js';
import { speaks } from '../../../workflows/domain/native-vendors.js';
import { refused } from '../../http/refused-error.js';
import { nativeParts } from './native-parts.js';
import type { NativePart } from './native-parts.js';
import type { ParsedResponsesRequest } from './parse-responses-request.js';

/**
 * Tools of OpenAI's own that are priced by the call, the container or the picture. The catalogue has no such prices, so
 * that no hold could cover them; searches it has, and `max_tool_calls` bounds how many.
 */
const PRICED_APART = ['code_interpreter', 'file_search', 'image_generation', 'shell', 'programmatic_tool_calling'];

/**
 * Refuses, before anything is held or sent, a request for what only OpenAI's own API has where none of its models is
 * OpenAI's, and tools whose price cannot be held. Names the tool, and the model that lacks it.
 */
export function checkNative(
  { fields, items }: ParsedResponsesRequest,
  models: readonly string[],
  offers: readonly Offer[],
): void {
  const native = nativeParts(fields, items);
  const [first] = native;
  if (first === undefined) return;
  const able = models.some((name) => isNative(resolveModel(name, offers)));
  if (!able) throw unknownHere(first, models);
  const priced = native.find(({ what, type }) => what === 'tool' && PRICED_APART.includes(type));
  if (priced) {
    const message = `The tool '${printable(priced.type)}' has a price of its own at the vendor, which the gateway cannot hold beforehand. Leave it out.`;
    throw refused('unbounded', message, { param: priced.param });
  }
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

function isNative(offer: Offer | undefined): boolean {
  return offer !== undefined && speaks(offer, 'openai-responses');
}
