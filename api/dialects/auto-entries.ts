import type { Capability, Offer } from '../../workflows/contracts/offers.js';
import { autoModels } from '../../workflows/domain/auto/auto-models.js';
import { AUTO_MODELS, autoPolicyOf } from '../../workflows/domain/auto/auto-policy.js';
import { namedOffers } from '../../workflows/domain/named-offers.js';

/** Who serves them, in the place of a vendor. */
export const AUTO_VENDOR = 'sluice';

/** Seconds since the epoch: when there came to be such models. */
const CREATED = Date.UTC(2026, 10, 26) / 1_000;

/**
 * The `auto` models as entries of the models list: limits and capabilities are the most that any of what they may choose has,
 * and prices are not known before the choice. None where no model's quality is known, so that there is nothing to choose by.
 * `offers` are those that the caller may use.
 */
export function autoEntries(offers: readonly Offer[]): readonly Offer[] {
  const rated = offers.filter(({ quality }) => quality !== undefined);
  return AUTO_MODELS.flatMap((id) => {
    const policy = autoPolicyOf(id);
    if (policy === undefined || rated.length === 0 || autoModels(policy, rated).length === 0) return [];
    return [toEntry(id, rated)];
  });
}

export function autoEntryOf(name: string, offers: readonly Offer[]): Offer | undefined {
  if (autoPolicyOf(name) === undefined || namedOffers(name, offers, {}).length === 0) return undefined;
  return toEntry(name.toLowerCase(), offers);
}

function toEntry(id: string, offers: readonly Offer[]): Offer {
  const capabilities = new Set(offers.flatMap((offer): readonly Capability[] => offer.capabilities));
  return {
    id,
    vendor: AUTO_VENDOR,
    vendorModel: id.slice(id.indexOf('/') + 1),
    aliases: [],
    kind: 'chat',
    contextWindow: Math.max(...offers.map(({ contextWindow }) => contextWindow)),
    maxOutputTokens: Math.max(...offers.map(({ maxOutputTokens }) => maxOutputTokens)),
    capabilities: [...capabilities],
    prices: {},
    source: { url: 'about:sluice', asOf: '2026-11-26' },
    created: CREATED,
  };
}
