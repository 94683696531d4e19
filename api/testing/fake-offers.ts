import type { ListedOffer, OfferChange, OperatorOffers } from '../../workflows/contracts/catalogue.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

/** The operator's offers in memory: the one that there is, and those that were added. */
export function createFakeOffers(offer: Offer): OperatorOffers {
  const own: ListedOffer = {
    ...{ id: offer.id, vendor: offer.vendor, offer, origin: 'catalogue', changed: [] },
    ...{ disabled: false, callable: true },
  };
  const listed = new Map<string, ListedOffer>([[offer.id, own]]);
  const changes: OfferChange[] = [];
  const find = (id: string): ListedOffer => {
    const found = listed.get(id);
    if (found) return found;
    throw refuse('model_not_found', '', { param: 'offer_id' });
  };
  const set: OperatorOffers['update'] = async ({ keyId }, offerId, { fields, reason }) => {
    const at = '2026-11-01T00:00:00.000Z';
    changes.push({
      id: `change_${changes.length + 1}`,
      offerId,
      fields,
      reason,
      effectiveFrom: at,
      createdAt: at,
      keyId,
    });
    const disabled = fields.disabled === true;
    const after = { ...(listed.get(offerId) ?? { ...own, id: offerId }), disabled, callable: !disabled };
    listed.set(offerId, after);
    return after;
  };
  return {
    list: async () => ({ data: [...listed.values()], hasMore: false }),
    find: async (offerId) => find(offerId),
    create: set,
    update: async (by, offerId, patch) => set(by, find(offerId).id, patch),
    restore: async (by, offerId, note) => set(by, find(offerId).id, { fields: {}, ...note }),
    history: async ({ offerId }) => ({
      data: changes.filter((change) => offerId === undefined || change.offerId === offerId),
      hasMore: false,
    }),
  };
}
