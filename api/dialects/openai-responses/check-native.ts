import type { Offer } from '../../../workflows/contracts/offers.js';
import { speaks } from '../../../workflows/domain/native-vendors.js';
import { refused } from '../../http/refused-error.js';
import { checkToolPrices } from './check-tool-prices.js';
import { nativeParts } from './native-parts.js';
import type { NativePart } from './native-parts.js';
import type { ParsedResponsesRequest } from './parse-responses-request.js';
import { printable } from './printable.js';

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
  const able = meant.filter((offer) => speaks(offer, 'openai-responses'));
  if (able.length === 0) throw unknownHere(first, models);
  checkToolPrices(fields, items, able);
}

function unknownHere({ what, type, param }: NativePart, models: readonly string[]): Error {
  const thing = what === 'tool' ? 'tool' : 'item type';
  const message = `The ${thing} '${printable(type)}' is OpenAI's own, and '${models.join("', '")}' cannot serve it. Leave it out, or name a model of OpenAI's.`;
  return refused('invalid_request', message, { param });
}
