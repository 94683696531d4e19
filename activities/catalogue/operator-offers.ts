import type { ListedOffer, OfferFields, OfferPatch, OperatorOffers } from '../../workflows/contracts/catalogue.js';
import { fieldsInForce, mergeFields, type OfferBase } from '../../workflows/domain/offer-changes.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Queryable } from '../storage/database.js';
import { changeOffer, type OfferChangeDependencies, requireListed } from './change-offer.js';
import { toOfferChange } from './change-rows.js';
import { requireVendor } from './offer-refusals.js';
import { pageOfChanges } from './page-of-changes.js';
import { matchesQuery, pageOfOffers } from './page-of-offers.js';
import { offersAt, readOperatorsWord } from './read-catalogue.js';

export interface OperatorOffersDependencies extends OfferChangeDependencies {
  /** Vendors that have an adapter, configured or not. */
  readonly knownVendors: readonly string[];
}

/** The offers that the operator manages; how they come into force in every process is `live-catalogue.ts`. */
export function createOperatorOffers(deps: OperatorOffersDependencies): OperatorOffers {
  const { database, base } = deps;
  const listNow = async (from: Queryable): Promise<readonly ListedOffer[]> =>
    offersAt(base, await readOperatorsWord(from), Date.now());
  return {
    list: async (query) => pageOfOffers((await listNow(database)).filter(matchesQuery(query)), query),
    find: async (offerId) => requireListed(await listNow(database), offerId),
    create: (by, offerId, patch) =>
      changeOffer(deps, by, { offerId, patch, type: 'offer.created' }, (word, atMs) => {
        requireVendor(offerId, deps.knownVendors);
        const [known] = offersAt(base, word, atMs).filter(({ id }) => id === offerId);
        if (known === undefined) return ownFields(patch, new Date(atMs));
        const hint = known.disabled ? 'Restore it.' : 'Change it instead.';
        throw refuse('invalid_request', `There is an offer of the id '${offerId}' already. ${hint}`, { param: 'id' });
      }),
    update: (by, offerId, patch) =>
      changeOffer(deps, by, { offerId, patch, type: 'offer.updated' }, (word, atMs) => {
        const { origin } = requireListed(offersAt(base, word, atMs), offerId);
        const before = fieldsInForce(word.offers, atMs).get(offerId) ?? {};
        const after = mergeFields(before, priced(base, offerId, before, patch.fields), patch.reset);
        return Object.keys(after).length === 0 && origin === 'catalogue' ? undefined : after;
      }),
    restore: (by, offerId, note) =>
      changeOffer(deps, by, { offerId, patch: { ...note, fields: {} }, type: 'offer.restored' }, (word, atMs) => {
        const { origin } = requireListed(offersAt(base, word, atMs), offerId);
        if (origin === 'catalogue') return undefined;
        return mergeFields(fieldsInForce(word.offers, atMs).get(offerId) ?? {}, {}, ['disabled']);
      }),
    history: ({ offerId, ...query }) =>
      pageOfChanges(database, { kind: 'offer', objectId: offerId, toItem: toOfferChange }, query),
  };
}

/** What the operator has added says itself where its prices stand, and since when it is there. */
function ownFields({ fields }: OfferPatch, now: Date): OfferFields {
  return {
    source: { url: 'about:operator', asOf: now.toISOString().slice(0, 10), setBy: 'operator' },
    created: Math.floor(now.getTime() / 1_000),
    ...fields,
  };
}

/** Who has set a price is part of it, so that nobody takes it for the vendor's page. */
function priced(base: OfferBase, offerId: string, before: OfferFields, fields: OfferFields): OfferFields {
  const names = ['prices', 'longContext', 'longerContexts', 'tiers'] as const;
  if (fields.source !== undefined || !names.some((name) => fields[name] !== undefined)) return fields;
  const source = before.source ?? base.offers.find(({ id }) => id === offerId)?.source;
  const asOf = new Date().toISOString().slice(0, 10);
  return { ...fields, source: { url: source?.url ?? 'about:operator', asOf, setBy: 'operator' } };
}
