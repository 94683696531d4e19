import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type {
  ListedOffer,
  OfferChange,
  OfferFields,
  OfferPatch,
  OperatorOffers,
} from '../../workflows/contracts/catalogue.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { nearestModels } from '../../workflows/domain/models.js';
import { fieldsInForce, mergeFields, type OfferBase } from '../../workflows/domain/offer-changes.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import { readPage } from '../storage/page.js';
import { changeColumns, type ChangeRow, toOfferChange } from './change-rows.js';
import { insertChange } from './insert-change.js';
import { requireFit, requireOthersUnharmed, requireVendor } from './offer-refusals.js';
import { matchesQuery, pageOfOffers } from './page-of-offers.js';
import { offersAt, type OperatorsWord, readOperatorsWord } from './read-catalogue.js';

export interface OperatorOffersDependencies {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
  readonly base: OfferBase;
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
      change(deps, by, { offerId, patch, type: 'offer.created' }, (word, atMs) => {
        requireVendor(offerId, deps.knownVendors);
        const [known] = offersAt(base, word, atMs).filter(({ id }) => id === offerId);
        if (known === undefined) return ownFields(patch, new Date(atMs));
        const hint = known.disabled ? 'Restore it.' : 'Change it instead.';
        throw refuse('invalid_request', `There is an offer of the id '${offerId}' already. ${hint}`, { param: 'id' });
      }),
    update: (by, offerId, patch) =>
      change(deps, by, { offerId, patch, type: 'offer.updated' }, (word, atMs) => {
        const { origin } = requireListed(offersAt(base, word, atMs), offerId);
        const before = fieldsInForce(word.offers, atMs).get(offerId) ?? {};
        const after = mergeFields(before, priced(base, offerId, before, patch.fields), patch.reset);
        return Object.keys(after).length === 0 && origin === 'catalogue' ? undefined : after;
      }),
    restore: (by, offerId, note) =>
      change(deps, by, { offerId, patch: { ...note, fields: {} }, type: 'offer.restored' }, (word, atMs) => {
        const { origin } = requireListed(offersAt(base, word, atMs), offerId);
        if (origin === 'catalogue') return undefined;
        return mergeFields(fieldsInForce(word.offers, atMs).get(offerId) ?? {}, {}, ['disabled']);
      }),
    history: ({ offerId, ...query }) =>
      readPage<ChangeRow & Record<string, unknown>, OfferChange>(
        database,
        {
          rows: {
            text: `SELECT ${changeColumns} FROM catalogue.changes
                   WHERE kind = 'offer' AND ($1::text IS NULL OR object_id = $1)`,
            values: [offerId ?? null],
          },
          cursors: { text: `SELECT id, created_at FROM catalogue.changes WHERE kind = 'offer'` },
          toItem: toOfferChange,
        },
        query,
      ),
  };
}

interface Asked {
  readonly offerId: string;
  readonly patch: OfferPatch;
  readonly type: 'offer.created' | 'offer.updated' | 'offer.restored';
}

/** One change in one transaction: what is decided is decided on what the last one has left. */
function change(
  { database, audit, base }: OperatorOffersDependencies,
  by: ActingRequest,
  { offerId, patch, type }: Asked,
  decide: (word: OperatorsWord, atMs: number) => OfferFields | undefined,
): Promise<ListedOffer> {
  return database.transaction(async (transaction) => {
    // The order of the sequence is the order in which changes replace each other: two at once take turns.
    await transaction.query({ text: 'LOCK TABLE catalogue.changes IN SHARE ROW EXCLUSIVE MODE' });
    const word = await readOperatorsWord(transaction);
    const atMs = patch.effectiveFrom?.getTime() ?? Date.now();
    const fields = decide(word, atMs);
    const made = { id: '', offerId, ...(fields && { fields }), ...{ reason: patch.reason, createdAt: '', keyId: '' } };
    const planned = { ...made, effectiveFrom: new Date(atMs).toISOString() };
    const after = offersAt(base, { ...word, offers: [...word.offers, planned] }, atMs);
    // An offer that is only taken back or switched off cannot be wrong.
    if (fields !== undefined && fields.disabled !== true) requireFit(base, after, offerId, fields);
    requireOthersUnharmed(offersAt(base, word, atMs), after, offerId);
    const before = fieldsInForce(word.offers, atMs).get(offerId);
    const row = await insertChange(transaction, by, { kind: 'offer', objectId: offerId, ...patch, fields });
    await transaction.query(
      audit.entry(by, {
        ...{
          type,
          objectId: offerId,
          after: { ...shown(fields), reason: row.reason, effective_from: row.effectiveFrom },
        },
        ...(before && { before: shown(before) }),
      }),
    );
    // Another machine's clock may be a little behind the database's.
    const shownAt = patch.effectiveFrom ? Date.now() : Math.max(Date.now(), Date.parse(row.effectiveFrom));
    return requireListed(offersAt(base, await readOperatorsWord(transaction), shownAt), offerId, after);
  });
}

/** An offer that is only planned is shown as it will be. */
function requireListed(
  listed: readonly ListedOffer[],
  offerId: string,
  planned: readonly ListedOffer[] = [],
): ListedOffer {
  const found = [...listed, ...planned].find(({ id }) => id === offerId);
  if (found) return found;
  const offers = listed.flatMap(({ offer }) => offer ?? []);
  const nearest = nearestModels(offerId, offers).join(', ');
  throw refuse('model_not_found', `There is no offer of this id here. The nearest are: ${nearest}.`, {
    param: 'offer_id',
  });
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

function shown(fields: OfferFields | undefined): JsonObject {
  return { fields: fields === undefined ? null : (fields as JsonObject) };
}
