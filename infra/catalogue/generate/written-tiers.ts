import type { Offer, Price, PriceList } from '../../../workflows/contracts/offers.js';
import type { Unit } from '../../../workflows/contracts/usage.js';
import { shiftDecimal, timesCount } from './exact-number.js';

interface WrittenTier {
  /** By the offers' ids: a discount that a page states is for the models that the same page says to be served so. */
  readonly offers: readonly string[];
  /** What a batch costs, in tenths of the price without. */
  readonly tenths: number;
  /** Those that are discounted; others cost what they cost without the tier. */
  readonly units: readonly Unit[];
  /** The vendor's own page, and the day on which it was read. */
  readonly url: string;
  readonly asOf: string;
}

/** Prices of vendors' batches that the sources lack, where the vendor states a discount. */
const WRITTEN_BATCHES: readonly WrittenTier[] = [
  // "50% lower cost". Cached input costs half without batches already, and its price is not halved again.
  {
    offers: ['groq/openai/gpt-oss-120b', 'groq/openai/gpt-oss-20b'],
    ...{ tenths: 5, units: ['input', 'output'] },
    ...{ url: 'https://console.groq.com/docs/batch', asOf: '2026-11-26' },
  },
  // "Batch API inference costs are 60% of the standard model price", of the models of the guide (`guide/use-batch-api`).
  {
    offers: ['moonshot/kimi-k2.6', 'moonshot/kimi-k2.5'],
    ...{ tenths: 6, units: ['input', 'input_cached_read', 'output'] },
    ...{ url: 'https://platform.kimi.ai/docs/pricing/batch', asOf: '2026-11-26' },
  },
];

/** An offer with the price of its vendor's batches, where one is written and the sources have none. */
export function withWrittenTier(offer: Offer): Offer {
  const written = WRITTEN_BATCHES.find(({ offers }) => offers.includes(offer.id));
  if (written === undefined || offer.tiers?.batch !== undefined) return offer;
  return { ...offer, tiers: { ...offer.tiers, batch: { prices: discounted(offer.prices, written) } } };
}

function discounted(prices: PriceList, { tenths, units }: WrittenTier): PriceList {
  return Object.fromEntries(
    units.flatMap((unit): readonly (readonly [Unit, Price])[] => {
      const price = prices[unit];
      return price ? [[unit, { ...price, usd: shiftDecimal(timesCount(price.usd, tenths), -1) }]] : [];
    }),
  );
}
