import type { CheckOffer, ListedOffer, OfferChange, OfferFields } from '../contracts/catalogue.js';
import type { Offer } from '../contracts/offers.js';
import { withUniqueNames } from './offer-names.js';

/** What the operator's changes are applied to, and by which rules. */
export interface OfferBase {
  /** The catalogue's. */
  readonly offers: readonly Offer[];
  /** Vendors that are configured. */
  readonly vendors: readonly string[];
  readonly check: CheckOffer;
}

type Fields = NonNullable<OfferChange['fields']>;

/**
 * What the operator says of each offer at a time (milliseconds since 1970), by the offers' ids. `changes` are in the order in
 * which they were set: of those in force the last one counts, so that it also replaces what was planned before it for later.
 */
export function fieldsInForce(changes: readonly OfferChange[], atMs: number): ReadonlyMap<string, Fields> {
  const inForce = new Map<string, Fields>();
  for (const { offerId, fields, effectiveFrom } of changes) {
    if (Date.parse(effectiveFrom) > atMs) continue;
    inForce.delete(offerId);
    if (fields !== undefined) inForce.set(offerId, fields);
  }
  return inForce;
}

/** What was said before with what is said now; `reset` takes back what was said of a field. */
export function mergeFields(
  before: OfferFields,
  patch: OfferFields,
  reset: readonly (keyof OfferFields)[] = [],
): OfferFields {
  const kept = Object.entries({ ...before, ...patch }).filter(
    ([field, value]) => value !== undefined && !reset.includes(field as keyof OfferFields),
  );
  return Object.fromEntries(kept);
}

/**
 * Every offer there is, those of the catalogue first and in its order. One that the operator's word breaks is left out of what
 * is sold, and no other with it. Without any changes the offers are the very ones of the base.
 */
export function listOffers(base: OfferBase, changes: ReadonlyMap<string, Fields>): readonly ListedOffer[] {
  const known = new Set(base.offers.map(({ id }) => id));
  const added = [...changes.keys()].filter((id) => !known.has(id));
  const listed = [
    ...base.offers.map((offer) => listOffer(offer.id, offer, changes.get(offer.id), base)),
    ...added.map((id) => listOffer(id, undefined, changes.get(id), base)),
  ];
  return withoutClashes(listed);
}

/** The row that is checked: the catalogue's with what the operator says put over it. */
export function composeOffer(id: string, base: Offer | undefined, { disabled: _, ...fields }: Fields): object {
  const slash = id.indexOf('/');
  const own: Partial<Offer> = {
    vendor: id.slice(0, slash),
    vendorModel: id.slice(slash + 1),
    aliases: [],
    kind: 'chat',
  };
  // The quality is that of the model, whichever it then is: `model-quality.ts` puts it on.
  const { quality: _quality, ...known } = base ?? own;
  const composed = { id, ...known, ...fields };
  return Object.fromEntries(Object.entries(composed).filter(([, value]) => value !== null));
}

function listOffer(
  id: string,
  base: Offer | undefined,
  fields: Fields | undefined,
  { vendors, check }: OfferBase,
): ListedOffer {
  const vendor = base?.vendor ?? id.slice(0, Math.max(0, id.indexOf('/')));
  const origin = base === undefined ? 'operator' : 'catalogue';
  const isConfigured = vendors.includes(vendor);
  if (fields === undefined) {
    return { id, vendor, ...(base && { offer: base }), origin, changed: [], disabled: false, callable: isConfigured };
  }
  const disabled = fields.disabled === true;
  const changed = Object.keys(fields).toSorted() as (keyof OfferFields)[];
  const said = { id, vendor, origin, changed, disabled } as const;
  const checked = check(composeOffer(id, base, fields));
  if ('offer' in checked) return { ...said, offer: checked.offer, callable: isConfigured && !disabled };
  const problem = checked.problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  return { ...said, callable: false, problem };
}

/** A name belongs to whoever had it before the operator gave it to another. */
function withoutClashes(listed: readonly ListedOffer[]): readonly ListedOffer[] {
  if (listed.every(({ changed }) => changed.length === 0)) return listed;
  const named = listed.flatMap(({ offer, disabled }) => (offer && !disabled ? [offer] : []));
  const changed = new Set(listed.flatMap(({ id, changed: fields }) => (fields.length > 0 ? [id] : [])));
  const { clashes } = withUniqueNames([
    ...named.filter(({ id }) => !changed.has(id)),
    ...named.filter(({ id }) => changed.has(id)),
  ]);
  const problems = new Map(
    clashes.map(({ offer, name, ownerId }) => [offer.id, `aliases: the name ${name} is taken by ${ownerId}`]),
  );
  return listed.map((one): ListedOffer => {
    const problem = problems.get(one.id);
    if (problem === undefined) return one;
    const { offer: _, ...rest } = one;
    return { ...rest, callable: false, problem };
  });
}
