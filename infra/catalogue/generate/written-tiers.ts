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
  /** What cached input costs, in hundredths of the price that other input has without the tier, where the page says it so. */
  readonly cachedHundredths?: number;
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
  // "Batch inference is billed at 50% of serverless pricing on both input and output", of the models that the page has a price for by their
  // names: not the faster ones and those of one region, which are no models of a job's. Of cached tokens the guide says "additional 50% cost
  // savings" (`guides/batch-inference`), so that they cost half of what input does there: never less than half of their own price.
  {
    offers: ['kimi-k3', 'deepseek-v4p1-flash', 'glm-5p3', 'glm-5p3-flash', 'qwen3p8-max', 'minimax-m3'].map(
      (name) => `fireworks/${name}`,
    ),
    ...{ tenths: 5, units: ['input', 'output'], cachedHundredths: 25 },
    ...{ url: 'https://docs.fireworks.ai/serverless/pricing', asOf: '2026-11-26' },
  },
];

/** An offer with the price of its vendor's batches, where one is written and the sources have none. */
export function withWrittenTier(offer: Offer): Offer {
  const written = WRITTEN_BATCHES.find(({ offers }) => offers.includes(offer.id));
  if (written === undefined || offer.tiers?.batch !== undefined) return offer;
  return { ...offer, tiers: { ...offer.tiers, batch: { prices: discounted(offer.prices, written) } } };
}

function discounted(prices: PriceList, { tenths, units, cachedHundredths }: WrittenTier): PriceList {
  const { input, input_cached_read: cached } = prices;
  const ofInput = cached && input && cachedHundredths !== undefined && shareOf(input, cachedHundredths, -2);
  return {
    ...Object.fromEntries(
      units.flatMap((unit): readonly (readonly [Unit, Price])[] => {
        const price = prices[unit];
        return price ? [[unit, shareOf(price, tenths, -1)]] : [];
      }),
    ),
    ...(ofInput && { input_cached_read: ofInput }),
  };
}

function shareOf({ usd, per }: Price, times: number, places: number): Price {
  return { usd: shiftDecimal(timesCount(usd, times), places), per };
}
