import type { ListedOffer, ModelChange, OfferChange, PriceOverride } from '../../workflows/contracts/catalogue.js';
import { fieldsInForce, listOffers, type OfferBase } from '../../workflows/domain/offer-changes.js';
import { withOverrides } from '../../workflows/domain/price-overrides.js';
import type { Queryable } from '../storage/database.js';
import { changeColumns, type ChangeRow, toModelChange, toOfferChange } from './change-rows.js';
import { priceColumns, type PriceRow, toPriceOverride } from './price-rows.js';

/** What the operator has said of the catalogue, in the order in which it was said. Nothing is ever taken out of it. */
export interface OperatorsWord {
  readonly prices: readonly PriceOverride[];
  readonly offers: readonly OfferChange[];
}

export async function readModelChanges(database: Queryable): Promise<readonly ModelChange[]> {
  const rows = await database.query<ChangeRow & Record<string, unknown>>({
    name: 'catalogue-models',
    text: `SELECT ${changeColumns} FROM catalogue.changes WHERE kind = 'model' ORDER BY sequence`,
  });
  return rows.map(toModelChange);
}

export async function readOperatorsWord(database: Queryable): Promise<OperatorsWord> {
  const prices = await database.query<PriceRow & Record<string, unknown>>({
    name: 'catalogue-prices',
    text: `SELECT ${priceColumns} FROM catalogue.price_overrides ORDER BY sequence`,
  });
  const offers = await database.query<ChangeRow & Record<string, unknown>>({
    name: 'catalogue-offers',
    text: `SELECT ${changeColumns} FROM catalogue.changes WHERE kind = 'offer' ORDER BY sequence`,
  });
  return { prices: prices.map(toPriceOverride), offers: offers.map(toOfferChange) };
}

/** Every offer as it is at a time (milliseconds since 1970), at the prices that are in force then. */
export function offersAt(base: OfferBase, { prices, offers }: OperatorsWord, atMs: number): readonly ListedOffer[] {
  const listed = listOffers(base, fieldsInForce(offers, atMs));
  const priced = new Map(
    withOverrides(
      listed.flatMap(({ offer }) => offer ?? []),
      prices,
      atMs,
    ).map((offer) => [offer.id, offer]),
  );
  return listed.map((one) => {
    const offer = priced.get(one.id);
    return offer === undefined || offer === one.offer ? one : { ...one, offer };
  });
}
