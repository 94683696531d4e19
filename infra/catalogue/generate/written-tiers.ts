import type { Offer, Price, PriceList, TierPrices } from '../../../workflows/contracts/offers.js';
import type { Unit } from '../../../workflows/contracts/usage.js';
import { shiftDecimal, timesCount } from './exact-number.js';

interface WrittenTier {
  /** By the offers' ids: a discount that a page states is for the models that the same page says to be served so. */
  readonly offers: readonly string[];
  /** What a batch costs, in tenths of the price without. */
  readonly tenths: number;
  /** Those that are discounted, also where the input is long; others cost what they cost without the tier. */
  readonly units: readonly Unit[];
  /** True where batches have no discount for what is cached: it costs what other input costs there. */
  readonly cachesNothing?: true;
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
  // "The input and output tokens … at 50% of the real-time inference price", which has steps by length. "It also does not support features such as
  // context cache". The models are those of Singapore in the Spanish edition of the page (`/help/es/…`), which is the newest that could be read.
  {
    offers: ['alibaba/qwen-max', 'alibaba/qwen-plus', 'alibaba/qwen-flash', 'alibaba/qwen3.7-plus'],
    ...{ tenths: 5, units: ['input', 'output'], cachesNothing: true },
    url: 'https://www.alibabacloud.com/help/en/model-studio/batch-interfaces-compatible-with-openai',
    asOf: '2026-11-26',
  },
];

/** An offer with the price of its vendor's batches, where one is written and the sources have none. */
export function withWrittenTier(offer: Offer): Offer {
  const written = WRITTEN_BATCHES.find(({ offers }) => offers.includes(offer.id));
  if (written === undefined || offer.tiers?.batch !== undefined) return offer;
  return { ...offer, tiers: { ...offer.tiers, batch: toTier(offer, written) } };
}

function toTier({ prices, longContext }: Offer, written: WrittenTier): TierPrices {
  return {
    prices: discounted(prices, written),
    // A step says all that holds for long inputs, what is not discounted as well.
    ...(longContext && {
      longContext: { ...longContext, prices: { ...longContext.prices, ...discounted(longContext.prices, written) } },
    }),
  };
}

function discounted(prices: PriceList, { tenths, units, cachesNothing }: WrittenTier): PriceList {
  const listed = units.flatMap((unit): readonly (readonly [Unit, Price])[] => {
    const price = prices[unit];
    return price ? [[unit, { ...price, usd: shiftDecimal(timesCount(price.usd, tenths), -1) }]] : [];
  });
  const list: PriceList = Object.fromEntries(listed);
  const isCached = cachesNothing && prices.input_cached_read !== undefined;
  return { ...list, ...(isCached && list.input && { input_cached_read: list.input }) };
}
