import type { Page, PageQuery } from '../../workflows/contracts/access.js';
import type { ListedOffer, OfferQuery } from '../../workflows/contracts/catalogue.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

export function matchesQuery(query: OfferQuery): (listed: ListedOffer) => boolean {
  const asked = <T>(wanted: T | undefined, value: T): boolean => wanted === undefined || wanted === value;
  return ({ vendor, offer, origin, changed, disabled, callable }) =>
    asked(query.vendor, vendor) &&
    asked(query.model, offer?.model) &&
    asked(query.origin, origin) &&
    asked(query.changed, changed.length > 0) &&
    asked(query.disabled, disabled) &&
    asked(query.callable, callable);
}

/**
 * The slice of a list in memory that a query asks for, in the list's order or the other way round.
 * @throws RefusalError `invalid_request` with the cursor's name where it is no object of this list.
 */
export function pageOfOffers<T extends { readonly id: string }>(listed: readonly T[], query: PageQuery): Page<T> {
  const ordered = query.order === 'asc' ? listed : listed.toReversed();
  const from = query.after === undefined ? 0 : placeOf(ordered, 'after', query.after) + 1;
  if (query.before !== undefined && query.after === undefined) {
    const until = placeOf(ordered, 'before', query.before);
    return { data: ordered.slice(Math.max(0, until - query.limit), until), hasMore: until > query.limit };
  }
  const until = query.before === undefined ? ordered.length : placeOf(ordered, 'before', query.before);
  const found = ordered.slice(from, Math.max(from, until));
  return { data: found.slice(0, query.limit), hasMore: found.length > query.limit };
}

function placeOf(ordered: readonly { readonly id: string }[], param: 'after' | 'before', wanted: string): number {
  const place = ordered.findIndex(({ id }) => id === wanted);
  if (place >= 0) return place;
  throw refuse('invalid_request', `'${param}' is no object of this list. Send the id of one that it has shown.`, {
    param,
  });
}
