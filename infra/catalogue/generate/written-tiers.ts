import type { MediaOffer } from '../../../workflows/contracts/media-offers.js';
import type { Offer, Price, PriceList, TierPrices } from '../../../workflows/contracts/offers.js';
import type { Unit } from '../../../workflows/contracts/usage.js';
import { shiftDecimal, timesCount } from './exact-number.js';

interface WrittenTier {
  /**
   * By the offers' ids: a discount that a page states is for the models that the same page, or one that it names, says to be served so. All
   * of a vendor's (`vendor/*`) where it says that of all.
   */
  readonly offers: readonly string[];
  /** What a batch costs, in hundredths of the price without. */
  readonly hundredths: number;
  /** Those that are discounted, also where the input is long; others cost what they cost without the tier. */
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
    ...{ hundredths: 50, units: ['input', 'output'] },
    ...{ url: 'https://console.groq.com/docs/batch', asOf: '2026-11-26' },
  },
  // "Batch API inference costs are 60% of the standard model price", of the models of the guide (`guide/use-batch-api`).
  {
    offers: ['moonshot/kimi-k2.6', 'moonshot/kimi-k2.5'],
    ...{ hundredths: 60, units: ['input', 'input_cached_read', 'output'] },
    ...{ url: 'https://platform.kimi.ai/docs/pricing/batch', asOf: '2026-11-26' },
  },
  // "We offer a 50% discount on batch API", which is "available for all models", at `/v1/embeddings` and `/v1/chat/completions` by name. It says
  // nothing of cached input.
  {
    offers: ['mistral/*'],
    ...{ hundredths: 50, units: ['input', 'output'] },
    ...{ url: 'https://docs.mistral.ai/studio-api/batch-processing', asOf: '2026-11-26' },
  },
  // "for batch inference at a 50% lower price compared to on-demand inference pricing", of the models of a list that the page names
  // (https://docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-supported.html): Titan Text Embeddings V2, Titan Multimodal
  // Embeddings G1.
  {
    offers: ['bedrock/amazon.titan-embed-text-v2:0', 'bedrock/amazon.titan-embed-image-v1'],
    ...{ hundredths: 50, units: ['input', 'images'] },
    ...{ url: 'https://aws.amazon.com/bedrock/pricing/', asOf: '2026-11-26' },
  },
  // "The input and output tokens … at 50% of the real-time inference price", which has steps by length. "It also does not support features such as
  // context cache": cached input costs what other input does there. The models are those of Singapore in the Spanish edition of the page
  // (`/help/es/…`), which is the newest that could be read.
  {
    offers: ['alibaba/qwen-max', 'alibaba/qwen-plus', 'alibaba/qwen-flash', 'alibaba/qwen3.7-plus'],
    ...{ hundredths: 50, units: ['input', 'output'], cachedHundredths: 50 },
    url: 'https://www.alibabacloud.com/help/en/model-studio/batch-interfaces-compatible-with-openai',
    asOf: '2026-11-26',
  },
  // "Batch inference is billed at 50% of serverless pricing on both input and output", of the models that the page has a price for by their
  // names: not the faster ones and those of one region, which are no models of a job's. Of cached tokens the guide says "additional 50% cost
  // savings" (`guides/batch-inference`), so that they cost half of what input does there: never less than half of their own price.
  {
    offers: ['kimi-k3', 'deepseek-v4p1-flash', 'glm-5p3', 'glm-5p3-flash', 'qwen3p8-max', 'minimax-m3'].map(
      (name) => `fireworks/${name}`,
    ),
    ...{ hundredths: 50, units: ['input', 'output'], cachedHundredths: 25 },
    ...{ url: 'https://docs.fireworks.ai/serverless/pricing', asOf: '2026-11-26' },
  },
  // "Providing a 33% discount", of the models under "Model Availability" that embed texts by themselves.
  {
    offers: [
      ...['voyage/voyage-4-large', 'voyage/voyage-4', 'voyage/voyage-4-lite', 'voyage/voyage-3-large'],
      ...['voyage/voyage-3.5', 'voyage/voyage-3.5-lite', 'voyage/voyage-code-3', 'voyage/voyage-code-2'],
    ],
    ...{ hundredths: 67, units: ['input'] },
    ...{ url: 'https://docs.voyageai.com/docs/batch-inference', asOf: '2026-11-26' },
  },
];

/** An offer of what can go in batches with the price of its vendor's, where one is written and the sources have none. */
export function withWrittenTier<O extends Offer | MediaOffer>(offer: O): O {
  const written = WRITTEN_BATCHES.find(({ offers }) =>
    [offer.id, `${offer.vendor}/*`].some((id) => offers.includes(id)),
  );
  const isBatched = offer.kind === 'chat' || offer.kind === 'embedding';
  if (written === undefined || !isBatched || offer.tiers?.batch !== undefined) return offer;
  return { ...offer, tiers: { ...offer.tiers, batch: toTier(offer, written) } };
}

function toTier(offer: Offer | MediaOffer, written: WrittenTier): TierPrices {
  const longContext = 'longContext' in offer ? offer.longContext : undefined;
  return {
    prices: discounted(offer.prices, written),
    // A step says all that holds for long inputs, what is not discounted as well.
    ...(longContext && {
      longContext: { ...longContext, prices: { ...longContext.prices, ...discounted(longContext.prices, written) } },
    }),
  };
}

function discounted(prices: PriceList, { hundredths, units, cachedHundredths }: WrittenTier): PriceList {
  const { input, input_cached_read: cached } = prices;
  const ofInput = cached && input && cachedHundredths !== undefined && shareOf(input, cachedHundredths);
  return {
    ...Object.fromEntries(
      units.flatMap((unit): readonly (readonly [Unit, Price])[] => {
        const price = prices[unit];
        return price ? [[unit, shareOf(price, hundredths)]] : [];
      }),
    ),
    ...(ofInput && { input_cached_read: ofInput }),
  };
}

function shareOf({ usd, per }: Price, hundredths: number): Price {
  return { usd: shiftDecimal(timesCount(usd, hundredths), -2), per };
}
