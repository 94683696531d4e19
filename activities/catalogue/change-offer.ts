import type { ActingRequest } from '../../workflows/contracts/access.js';
import type { AuditTrail } from '../../workflows/contracts/audit.js';
import type { ListedOffer, OfferFields, OfferPatch } from '../../workflows/contracts/catalogue.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import { nearestModels } from '../../workflows/domain/models.js';
import { fieldsInForce, type OfferBase } from '../../workflows/domain/offer-changes.js';
import { refuse } from '../../workflows/domain/refusal-error.js';
import type { Database, Queryable } from '../storage/database.js';
import { insertChange } from './insert-change.js';
import { requireFit, requireOthersUnharmed } from './offer-refusals.js';
import { offersAt, type OperatorsWord, readOperatorsWord } from './read-catalogue.js';

export interface OfferChangeDependencies {
  readonly database: Database;
  readonly audit: Pick<AuditTrail, 'entry'>;
  readonly base: OfferBase;
}

export interface AskedChange {
  readonly offerId: string;
  readonly patch: OfferPatch;
  readonly type: 'offer.created' | 'offer.updated' | 'offer.restored';
}

/** One change in one transaction: what is decided is decided on what the last one has left. `also` is done before it. */
export function changeOffer(
  { database, audit, base }: OfferChangeDependencies,
  by: ActingRequest,
  { offerId, patch, type }: AskedChange,
  decide: (word: OperatorsWord, atMs: number) => OfferFields | undefined,
  also: (transaction: Queryable) => Promise<void> = async () => {},
): Promise<ListedOffer> {
  return database.transaction(async (transaction) => {
    // The order of the sequence is the order in which changes replace each other: two at once take turns.
    await transaction.query({ text: 'LOCK TABLE catalogue.changes IN SHARE ROW EXCLUSIVE MODE' });
    await also(transaction);
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
export function requireListed(
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

function shown(fields: OfferFields | undefined): JsonObject {
  return { fields: fields === undefined ? null : (fields as JsonObject) };
}
