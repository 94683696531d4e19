import type { Offer, Price, PriceList } from '../../../workflows/contracts/offers.js';
import { compare, perUnit } from '../../../workflows/domain/fraction.js';
import type { Unit } from '../../../workflows/contracts/usage.js';

/** What another source says that an offer costs: USD for a million tokens, as exact texts. */
export type Opinion = { readonly [U in Unit]?: string };

export interface Decision {
  readonly offer: string;
  readonly unit: Unit;
  /** USD for a million tokens. */
  readonly usd: string;
  readonly reason: string;
}

/** Two sources that do not agree, and what became of it. */
export interface Difference {
  readonly offer: string;
  readonly unit: Unit;
  readonly ours: string;
  readonly theirs: string;
  readonly taken: 'ours' | 'theirs' | 'decided' | 'none';
  readonly reason: string;
}

export interface OpinionSource {
  readonly name: string;
  /** When its prices were last checked, an ISO date. */
  readonly asOf: string;
  readonly url: (vendor: string) => string;
}

/** Sources that are this far apart have slipped in a unit, or do not mean the same model. */
const DISPUTE_FACTOR = 10n;

/**
 * The offer at the price that counts, and every unit in which the sources differ. The rule: a decision made by hand counts
 * first; otherwise the source that was read later; and where they are ten times or more apart without a decision, the offer
 * is left out (`offer` is undefined), because either may be an error by orders of magnitude.
 */
export function reconcile(
  offer: Offer,
  opinion: Opinion,
  source: OpinionSource,
  decisions: readonly Decision[],
): { readonly offer: Offer | undefined; readonly differences: readonly Difference[] } {
  const own = decisions.filter((decision) => decision.offer === offer.id);
  const units = Object.entries(opinion) as readonly (readonly [Unit, string])[];
  const differences = units.flatMap(([unit, theirs]): readonly Difference[] => {
    const ours = offer.prices[unit];
    if (ours === undefined || compare(perUnit(ours), perUnit(perMillion(theirs))) === 0) return [];
    return [{ offer: offer.id, unit, ours: ours.usd, theirs, ...judge(unit, ours, theirs, offer, source, own) }];
  });
  if (differences.some(({ taken }) => taken === 'none')) return { offer: undefined, differences };
  const changes = [
    ...differences.flatMap(({ taken, unit, theirs }) =>
      taken === 'theirs' ? [[unit, perMillion(theirs)] as const] : [],
    ),
    ...own.map(({ unit, usd }) => [unit, perMillion(usd)] as const),
  ];
  if (changes.length === 0) return { offer, differences };
  const prices: PriceList = { ...offer.prices, ...Object.fromEntries(changes) };
  const isTheirs = differences.some(({ taken }) => taken === 'theirs');
  const read = isTheirs ? { url: source.url(offer.vendor), asOf: source.asOf } : offer.source;
  return { offer: { ...offer, prices, source: { ...offer.source, ...read } }, differences };
}

function judge(
  unit: Unit,
  ours: Price,
  theirs: string,
  offer: Offer,
  source: OpinionSource,
  decisions: readonly Decision[],
): Pick<Difference, 'taken' | 'reason'> {
  const decision = decisions.find((made) => made.unit === unit);
  if (decision) return { taken: 'decided', reason: decision.reason };
  if (areFarApart(ours, perMillion(theirs))) return { taken: 'none', reason: 'ten times or more apart: left out' };
  const isLater = source.asOf > offer.source.asOf;
  return { taken: isLater ? 'theirs' : 'ours', reason: `read later (${isLater ? source.asOf : offer.source.asOf})` };
}

function areFarApart(left: Price, right: Price): boolean {
  const [one, other] = [perUnit(left), perUnit(right)];
  const tenTimes = (value: typeof one): typeof one => ({ ...value, numerator: value.numerator * DISPUTE_FACTOR });
  return compare(tenTimes(one), other) <= 0 || compare(tenTimes(other), one) <= 0;
}

function perMillion(usd: string): Price {
  return { usd, per: 1_000_000 };
}
