import type { HealthPlace, HealthSnapshot } from '../../contracts/health.js';
import type { Offer } from '../../contracts/offers.js';
import { placeIn } from '../health/health-table.js';
import { accountOf, healthKey } from '../health-key.js';
import { mostOutputOf } from '../worst-case.js';
import { type OfferTraits, traitsOf } from './traits.js';

/** An offer as it is planned: with what depends on it alone, and where its health is read. */
export interface OfferRow {
  readonly offer: Offer;
  readonly traits: OfferTraits;
  /** The id that the health of its vendor's account is kept under. */
  readonly accountId: string;
  /** Through the environment's account: of the offer itself, and of that account. */
  readonly own: HealthPlace;
  readonly account: HealthPlace;
}

/** What is kept for one snapshot: in a process there is one, which is kept up to date in place. */
interface Kept {
  readonly rows: WeakMap<Offer, OfferRow>;
  readonly lists: WeakMap<readonly Offer[], readonly OfferRow[]>;
}

/** Memos of a pure function: they change when an answer comes, never which. */
const kept = new WeakMap<HealthSnapshot, Kept>();

/**
 * The rows of a list, kept as long as it is where it is met again, as the catalogue's are: a thousand offers are looked up once
 * then, and not for each plan. A list that is met for the first time may be of this request alone.
 */
export function rowsOf(offers: readonly Offer[], health: HealthSnapshot): readonly OfferRow[] {
  const { rows, lists } = keptFor(health);
  const known = lists.get(offers);
  if (known !== undefined && known !== MET) return known;
  const made = offers.map((offer) => rowOf(offer, health, rows));
  lists.set(offers, known === MET ? made : MET);
  if (known === MET) limits.set(made, limitsOf(made));
  return made;
}

/** What all of some offers have. */
export interface CommonLimits {
  readonly capabilities: ReadonlySet<string>;
  readonly contextWindow: number;
  readonly outputTokens: number;
}

/** Of rows that are kept with their list: what all of them have, none need be asked for. */
export function commonLimitsOf(rows: readonly OfferRow[]): CommonLimits | undefined {
  return limits.get(rows);
}

const limits = new WeakMap<readonly OfferRow[], CommonLimits>();

function limitsOf(rows: readonly OfferRow[]): CommonLimits {
  const [first, ...others] = rows.map(({ offer }) => offer);
  const shared = first?.capabilities.filter((one) => others.every(({ capabilities }) => capabilities.includes(one)));
  return {
    capabilities: new Set(shared),
    contextWindow: rows.reduce((least, { offer }) => Math.min(least, offer.contextWindow), Number.POSITIVE_INFINITY),
    outputTokens: rows.reduce((least, { offer }) => Math.min(least, mostOutputOf(offer)), Number.POSITIVE_INFINITY),
  };
}

const MET: readonly OfferRow[] = [];

function keptFor(health: HealthSnapshot): Kept {
  const known = kept.get(health);
  if (known) return known;
  const made = { rows: new WeakMap(), lists: new WeakMap() };
  kept.set(health, made);
  return made;
}

function rowOf(offer: Offer, health: HealthSnapshot, rows: Kept['rows']): OfferRow {
  const known = rows.get(offer);
  if (known) return known;
  const accountId = accountOf(offer.id);
  const made = {
    offer,
    traits: traitsOf(offer),
    accountId,
    own: placeIn(health, healthKey(offer.id)),
    account: placeIn(health, healthKey(accountId)),
  };
  rows.set(offer, made);
  return made;
}
