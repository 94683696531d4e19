import type { DroppedOffer, DropReason } from '../../contracts/routing.js';
import type { OfferRow } from './rows.js';

/** Dropped offers that a report names; the rest is counted. A plan is stored with every request. */
const MAX_NAMED = 20;

/** What a plan leaves out, and why: counted, and named as long as a report has room. */
export interface Drops {
  add(rows: readonly Pick<OfferRow, 'offer'>[], reason: DropReason, clause?: string): void;
  /** By reason alone, without a name. */
  count(reason: DropReason, offers: number): void;
  has(reason: DropReason): boolean;
  readonly named: readonly DroppedOffer[];
  /** By clause or, where none says so, by reason. */
  readonly counts: { readonly [why: string]: number };
}

export function createDrops(maxNamed = MAX_NAMED): Drops {
  const named: DroppedOffer[] = [];
  const counts: { [why: string]: number } = {};
  const reasons = new Set<DropReason>();
  const count = (why: string, reason: DropReason, offers: number): void => {
    if (offers === 0) return;
    counts[why] = (counts[why] ?? 0) + offers;
    reasons.add(reason);
  };
  return {
    add: (rows, reason, clause) => {
      count(clause ?? reason, reason, rows.length);
      for (const { offer } of rows.slice(0, maxNamed - named.length)) {
        named.push({ offerId: offer.id, reason, ...(clause !== undefined && { clause }) });
      }
    },
    count: (reason, offers) => {
      count(reason, reason, offers);
    },
    has: (reason) => reasons.has(reason),
    named,
    counts,
  };
}
