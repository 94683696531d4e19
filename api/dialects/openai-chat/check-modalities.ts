import type { Offer } from '../../../workflows/contracts/offers.js';
import { namedOffers, offersFor, type PlanPolicy } from '../../../workflows/domain/named-offers.js';
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
  policy: PlanPolicy,
): void {
  if (fields.modalities?.includes('audio') !== true) return;
  const speaks = ({ capabilities }: Offer): boolean => capabilities.includes('audio_output');
  if (named.some(({ name }) => namedOffers(name, offers, policy).some(speaks))) return;
  const able = offersFor(offers, policy)
    .filter(speaks)
    .map(({ id }) => id);
  const hint = able.length === 0 ? 'No model here does' : `Those that do: ${able.slice(0, 3).join(', ')}`;
  const message = `Invalid 'modalities': the model does not answer with audio. ${hint}. Leave 'audio' out for text alone.`;
  throw refused('invalid_request', message, { param: 'modalities' });
}
