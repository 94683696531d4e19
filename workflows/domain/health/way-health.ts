import type { HealthSnapshot, OfferHealth } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import { accountOf, healthKey } from '../health-key.js';

/** What is known of an offer through one account: of the offer itself and of the account, by the worse of their circuits. */
export function healthOfWay(
  health: HealthSnapshot,
  offer: Pick<Offer, 'id'>,
  credentialId?: string,
): OfferHealth | undefined {
  const own = health.get(healthKey(offer.id, credentialId));
  const account = health.get(healthKey(accountAt(offer), credentialId));
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
): OfferHealth | undefined {
  // As mostly: a thousand offers are looked up for one plan.
  if (credentialIds.length === 1) return healthOfWay(health, offer, credentialIds[0]);
  let best: OfferHealth | undefined;
  let isUnseen = credentialIds.length === 0;
  for (const credentialId of credentialIds) {
    const seen = healthOfWay(health, offer, credentialId);
    if (seen === undefined) isUnseen = true;
    else if (best === undefined || seen.warmth > best.warmth) best = seen;
  }
  return isUnseen && best !== undefined && best.warmth < 1 ? undefined : best;
}

/** A memo of a pure function, kept as long as the offer is: to make the name anew takes longer than all else that is asked here. */
const accounts = new WeakMap<Pick<Offer, 'id'>, string>();

function accountAt(offer: Pick<Offer, 'id'>): string {
  const known = accounts.get(offer);
  if (known !== undefined) return known;
  const account = accountOf(offer.id);
  accounts.set(offer, account);
  return account;
}
