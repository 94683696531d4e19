import type { MediaOffer } from '../../../workflows/contracts/media-offers.js';
import { withImageEstimate, WRITTEN_IMAGES, WRONG_IMAGES } from './written-images.js';

/** The day on which the pages below were read. */
const READ_ON = '2026-11-26';

/**
 * Media offers that were written by hand, because the sources lack them or have them wrong: a row here goes before one of the
 * same id. Each names the vendor's own page that its price stands on.
 */
export const WRITTEN_MEDIA: readonly Omit<MediaOffer, 'model'>[] = [
  ...(['text-embedding-v4', 'text-embedding-v3'] as const).map((name) => ({
    ...{ id: `alibaba/${name}`, vendor: 'alibaba', vendorModel: name, kind: 'embedding' as const },
    ...{ maxInputTokens: 8_192, dimensions: 1_024 },
    prices: { input: { usd: '0.07', per: 1_000_000 } },
    source: {
      url: 'https://www.alibabacloud.com/help/en/model-studio/embedding-interfaces-compatible-with-openai',
      asOf: READ_ON,
    },
  })),
  // The map has a thousand times as much, which is no price of any model of Cohere's.
  {
    ...{ id: 'cohere/embed-multilingual-light-v3.0', vendor: 'cohere', vendorModel: 'embed-multilingual-light-v3.0' },
    ...{ kind: 'embedding', maxInputTokens: 512 },
    prices: { input: { usd: '0.1', per: 1_000_000 } },
    source: { url: 'https://cohere.com/pricing', asOf: READ_ON },
  },
  {
    ...{ id: 'alibaba/qwen3-rerank', vendor: 'alibaba', vendorModel: 'qwen3-rerank', kind: 'rerank' },
    maxInputTokens: 4_000,
    prices: { input: { usd: '0.1', per: 1_000_000 } },
    source: { url: 'https://www.alibabacloud.com/help/en/model-studio/text-rerank-api', asOf: READ_ON },
  },
  // The international endpoint's; in Beijing it is 0.000032.
  {
    ...{ id: 'alibaba/qwen3-asr-flash', vendor: 'alibaba', vendorModel: 'qwen3-asr-flash', kind: 'transcription' },
    prices: { audio_seconds: { usd: '0.000035', per: 1 } },
    source: { url: 'https://www.alibabacloud.com/help/en/model-studio/qwen3-asr-flash', asOf: READ_ON },
  },
  // "$0.38 / hour" for its Speech-to-Text, whose one model this is.
  {
    ...{ id: 'minimax/asr-1.0', vendor: 'minimax', vendorModel: 'asr-1.0', kind: 'transcription' },
    prices: { audio_seconds: { usd: '0.38', per: 3_600 } },
    source: { url: 'https://platform.minimax.io/docs/guides/pricing-paygo', asOf: READ_ON },
  },
  ...WRITTEN_IMAGES,
  // The map has a third of it. "For 5s video your request will cost $0.50 for 540p, $1 for 720p and $2 for 1080p."
  {
    ...{
      id: 'fal/luma/agent/ray/v3.2/image-to-video',
      vendor: 'fal',
      vendorModel: 'luma/agent/ray/v3.2/image-to-video',
    },
    kind: 'video',
    prices: { video_seconds: { usd: '0.1', per: 1 } },
    variants: [
      { when: { resolution: '720p' }, prices: { video_seconds: { usd: '0.2', per: 1 } } },
      { when: { resolution: '1080p' }, prices: { video_seconds: { usd: '0.4', per: 1 } } },
    ],
    source: { url: 'https://fal.ai/models/luma/agent/ray/v3.2/image-to-video', asOf: READ_ON },
  },
];

/** The rows of the sources with those above in their places, in the order of the ids. */
export function withWritten(found: readonly MediaOffer[], vendor: string): readonly MediaOffer[] {
  const offers = found.filter(({ id }) => !WRONG_IMAGES.test(id)).map(withImageEstimate);
  const written = WRITTEN_MEDIA.filter((offer) => offer.vendor === vendor);
  if (written.length === 0) return offers;
  const ids = new Set(written.map(({ id }) => id));
  return [...offers.filter(({ id }) => !ids.has(id)), ...written].toSorted((left, right) =>
    left.id < right.id ? -1 : 1,
  );
}
