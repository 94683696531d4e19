import type { Offer } from '../contracts/offers.js';
import type { UnitCounts, Unit } from '../contracts/usage.js';
import { add, perUnit, roundUp, times, ZERO } from './fraction.js';
import { inputTokensOf, isFree, pricesFor, priceOfUnit } from './price-list.js';

export { inputTokenBound, largestAffordableOutput, outputCapFor, worstCase } from './worst-case.js';

/**
 * What these quantities cost, in nano USD: exact over the price list, rounded up once at the end.
 * A unit without a price of its own costs what `input` or `output` costs, by its family. A unit outside of both families
 * (`searches`, `images`, …) without a price costs nothing: `worstCase` has refused a call that asks for one, so that only
 * what a vendor added unasked can come here, and the caller never agreed to a price for that.
 * Throws a `RangeError` on a negative or broken count, and where a priced offer lacks its family's price.
 */
export function priceOf(units: UnitCounts, offer: Offer): bigint {
  if (isFree(offer)) return 0n;
  const prices = pricesFor(offer, inputTokensOf(units));
  const counts = Object.entries(units) as readonly (readonly [Unit, number | undefined])[];
  const exact = counts.reduce((sum, [unit, count]) => {
    if (count === undefined || count === 0) return sum;
    if (!Number.isSafeInteger(count) || count < 0) throw new RangeError(`the count of ${unit} is not a whole number`);
    const price = priceOfUnit(unit, prices);
    if (price !== undefined) return add(sum, times(perUnit(price), count));
    if (/^(in|out)put/.test(unit)) throw new RangeError(`${offer.id} has no price for ${unit}`);
    return sum;
  }, ZERO);
  return roundUp(exact);
}
