import type { Offer } from '../../../workflows/contracts/offers.js';
import { resolveModel } from '../../../workflows/domain/models.js';
import { refused } from '../../http/refused-error.js';
import type { NamedModel } from '../../requests/check-models.js';
import type { ParsedChatRequest } from './parse-chat-request.js';

/**
 * Refuses a request for speech that none of its models can give: an answer in text alone would be another answer. Where one
 * of several can, the plan leaves the others out.
 */
export function checkModalities(
  { fields }: ParsedChatRequest,
  named: readonly NamedModel[],
  offers: readonly Offer[],
): void {
  if (fields.modalities?.includes('audio') !== true) return;
  const speaks = (offer: Offer | undefined): boolean => offer?.capabilities.includes('audio_output') === true;
  if (named.some(({ name }) => speaks(resolveModel(name, offers)))) return;
  const able = offers.filter(speaks).map(({ id }) => id);
  const hint = able.length === 0 ? 'No model here does' : `Those that do: ${able.slice(0, 3).join(', ')}`;
  const message = `Invalid 'modalities': the model does not answer with audio. ${hint}. Leave 'audio' out for text alone.`;
  throw refused('invalid_request', message, { param: 'modalities' });
}
