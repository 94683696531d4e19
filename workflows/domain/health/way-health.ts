import type { HealthSnapshot, OfferHealth } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import { accountOf, healthKey } from '../health-key.js';

/** What is known of an offer through one account: of the offer itself and of the account, by the worse of their circuits. */
export function healthOfWay(
  health: HealthSnapshot,
  offer: Pick<Offer, 'id'>,
  credentialId?: string,
  account = accountOf(offer.id),
): OfferHealth | undefined {
  if (credentialId !== undefined && health.through) {
    const seen = health.through(credentialId);
    return seen.size === 0 ? undefined : worseOf(seen.get(offer.id), seen.get(account));
  }
  return worseOf(health.get(healthKey(offer.id, credentialId)), health.get(healthKey(account, credentialId)));
}

/** What is known of an offer itself, or rests and warms up as its account does where that is worse. */
export function worseOf(own: OfferHealth | undefined, account: OfferHealth | undefined): OfferHealth | undefined {
  if (account === undefined || account.warmth >= (own?.warmth ?? 1)) return own;
  const { circuit, warmth } = account;
  return { ...(own ?? account), circuit, warmth };
}

/**
 * What is known of an offer through the best of these accounts, where undefined is that of the environment: as long as one
 * of them is in use, the offer is. Undefined where that is a way of which nothing was seen.
 */
export function healthOfOffer(
  health: HealthSnapshot,
  offer: Pick<Offer, 'id'>,
  credentialIds: readonly (string | undefined)[],
  account = accountOf(offer.id),
): OfferHealth | undefined {
  let best: OfferHealth | undefined;
  let isUnseen = credentialIds.length === 0;
  for (const credentialId of credentialIds) {
    const seen = healthOfWay(health, offer, credentialId, account);
    if (seen === undefined) isUnseen = true;
    else if (best === undefined || seen.warmth > best.warmth) best = seen;
  }
  return isUnseen && best !== undefined && best.warmth < 1 ? undefined : best;
}
