import type { ListedOffer, OfferFields } from '../../workflows/contracts/catalogue.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { editDistance } from '../../workflows/domain/edit-distance.js';
import { nearestNames } from '../../workflows/domain/nearest-names.js';
import { composeOffer, type OfferBase } from '../../workflows/domain/offer-changes.js';
import { misleadingAlias } from '../../workflows/domain/offer-names.js';
import { refuse } from '../../workflows/domain/refusal-error.js';

// What is wrong with an offer that somebody sets, in the words of the API's fields.

/** @throws RefusalError `invalid_request` of `id` where its vendor is none that the gateway can speak to. */
export function requireVendor(offerId: string, vendors: readonly string[]): void {
  const vendor = offerId.slice(0, Math.max(0, offerId.indexOf('/')));
  if (vendors.includes(vendor)) return;
  const [nearest] = nearestNames(vendor, vendors, 1);
  const message = `'${vendor.slice(0, 50)}' is no vendor that can be called here. An id is vendor/model, of one of: ${vendors.join(', ')}.`;
  const hint = nearest !== undefined && editDistance(vendor, nearest) <= 2 ? ` Did you mean '${nearest}'?` : '';
  throw refuse('invalid_request', `${message}${hint}`, { param: 'id' });
}

/** @throws RefusalError `invalid_request` of the first field that is wrong with the offer as it would be. */
export function requireFit(
  base: OfferBase,
  listed: readonly ListedOffer[],
  offerId: string,
  fields: OfferFields,
): void {
  const known = base.offers.find(({ id }) => id === offerId);
  const checked = base.check(composeOffer(offerId, known, fields));
  if ('problems' in checked) {
    const [{ field, message }] = checked.problems;
    const param = toParam(field);
    throw refuse('invalid_request', `Invalid '${param}': ${message}.${hintFor(field, checked.problems.length)}`, {
      param,
    });
  }
  const others = listed.flatMap(({ offer, disabled }): readonly Offer[] => (offer && !disabled ? [offer] : []));
  const taken = misleadingAlias(checked.offer, others, known?.aliases);
  if (taken !== undefined) {
    refuseName(`the name ${taken.alias} means ${taken.ownerId}`, `aliases[${taken.index}]`);
  }
  const own = listed.find(({ id }) => id === offerId);
  if (own?.problem !== undefined) refuseName(own.problem.replace(/^aliases: /, ''), 'aliases');
}

/** @throws RefusalError `invalid_request` where the change would take a name from an offer that works. */
export function requireOthersUnharmed(
  before: readonly ListedOffer[],
  after: readonly ListedOffer[],
  offerId: string,
): void {
  const broken = new Set(before.flatMap(({ id, problem }) => (problem === undefined ? [] : [id])));
  const harmed = after.find(({ id, problem }) => id !== offerId && problem !== undefined && !broken.has(id));
  if (harmed === undefined) return;
  const what = `${harmed.id} would no longer be served: ${harmed.problem ?? ''}`;
  throw refuse('invalid_request', `${what}. Change that offer first.`, { param: 'offer_id' });
}

function refuseName(what: string, param: string): never {
  const fix = 'Choose another alias, or take it from that offer first.';
  throw refuse('invalid_request', `Invalid '${param}': ${what}. ${fix}`, { param });
}

function hintFor(field: string, count: number): string {
  const others = count > 1 ? ` So are ${count - 1} more.` : '';
  return field === 'maxOutputTokens' ? ` Lower it, or raise 'context_window'.${others}` : others;
}

/** `longContext.prices.input` as callers write it: `long_context.prices.input`, and places in lists in brackets. */
export function toParam(field: string): string {
  return field
    .split('.')
    .map((part) =>
      /^\d+$/.test(part) ? `[${part}]` : `.${part.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
    )
    .join('')
    .slice(1);
}
