import type { MediaOffer, MediaVariant } from '../../../workflows/contracts/media-offers.js';
import type { PriceList } from '../../../workflows/contracts/prices.js';

const byImage = (usd: string): PriceList => ({ images: { usd, per: 1 } });

function imageOffer(vendor: string, vendorModel: string, usd: string, url: string, id = vendorModel): MediaOffer {
  return {
    ...{ id: `${vendor}/${id}`, vendor, vendorModel, kind: 'image', prices: byImage(usd) },
    source: { url, asOf: '2026-11-26' },
  };
}

const FIREWORKS = 'https://fireworks.ai/pricing';
const onFireworks = (name: string, usd: string): MediaOffer =>
  imageOffer('fireworks', `accounts/fireworks/models/${name}`, usd, FIREWORKS, name);
/** Replicate's own pages could not be read on that day: these are its prices as a reseller's list gives them. */
const onReplicate = (name: string, usd: string): MediaOffer =>
  imageOffer('replicate', name, usd, 'https://oauth.openai-hk.com/docs/en/lab/replicate.html');
/** Charged in CNY, converted at 7.1 to the dollar; as commonly known, without the page having been read. */
const onVolcengine = (name: string, usd: string): MediaOffer => ({
  ...imageOffer('volcengine', name, usd, 'https://www.volcengine.com/docs/82379/1544106'),
  source: { url: 'https://www.volcengine.com/docs/82379/1544106', asOf: '2026-11-26', convertedFrom: 'CNY' },
});

/** As `WRITTEN_MEDIA`, of pictures. */
export const WRITTEN_IMAGES: readonly MediaOffer[] = [
  // The map has these by the token, which Fireworks does not count: a price for each picture, or for each of the steps that the
  // gateway asks for (28 of dev, 4 of schnell).
  ...[onFireworks('flux-kontext-pro', '0.04'), onFireworks('flux-kontext-max', '0.08')],
  ...[onFireworks('flux-1-dev-fp8', '0.014'), onFireworks('flux-1-schnell-fp8', '0.0014')],
  ...[
    onReplicate('black-forest-labs/flux-1.1-pro', '0.04'),
    onReplicate('black-forest-labs/flux-1.1-pro-ultra', '0.06'),
  ],
  ...[onReplicate('black-forest-labs/flux-dev', '0.025'), onReplicate('black-forest-labs/flux-schnell', '0.003')],
  ...[
    onReplicate('black-forest-labs/flux-kontext-pro', '0.04'),
    onReplicate('black-forest-labs/flux-kontext-max', '0.08'),
  ],
  onReplicate('recraft-ai/recraft-v3', '0.04'),
  onVolcengine('doubao-seedream-4-0-250828', '0.0282'),
  onVolcengine('doubao-seedream-4-5-251128', '0.0353'),
];

/** Of the map, and wrong there: by the token, or of models that cannot be asked for as the gateway asks. */
export const WRONG_IMAGES = /^fireworks\/(SSD-1B|japanese-stable-diffusion-xl|playground-v2|stable-diffusion-xl)/;

type Estimate = readonly [quality: string, size: string | undefined, usd: string];

const estimate = ([quality, size, usd]: Estimate): MediaVariant => ({
  when: { quality, ...(size !== undefined && { size }) },
  prices: byImage(usd),
});

/**
 * What a picture of GPT Image 2 comes to (https://fal.ai/models/openai/gpt-image-2, 2026-11-24, which sells it at OpenAI's prices);
 * without a size, what the largest does.
 */
const GPT_IMAGE_2: readonly MediaVariant[] = (
  [
    ['low', undefined, '0.012'],
    ['low', '1024x1024', '0.006'],
    ['low', '1024x1536', '0.005'],
    ['low', '1536x1024', '0.005'],
    ['medium', undefined, '0.101'],
    ['medium', '1024x1024', '0.053'],
    ['medium', '1024x1536', '0.042'],
    ['medium', '1536x1024', '0.042'],
    ['high', undefined, '0.401'],
    ['high', '1024x1024', '0.211'],
    ['high', '1024x1536', '0.165'],
    ['high', '1536x1024', '0.165'],
  ] as const
).map(estimate);

/** The same of GPT Image 2.5 and 2.6, which cost by effort (https://fal.ai/models/openai/gpt-image-2.5/sunburst/edit). */
const GPT_IMAGE_2_5: readonly MediaVariant[] = (
  [
    ['low', undefined, '0.01113'],
    ['medium', undefined, '0.02595'],
    ['high', undefined, '0.10008'],
    ['xhigh', undefined, '0.1779'],
    ['max', undefined, '0.40026'],
  ] as const
).map(estimate);

/** High quality at the largest size, which is what nothing else is known to exceed (https://platform.openai.com/docs/pricing). */
const CHATGPT_IMAGE: readonly MediaVariant[] = [{ when: {}, prices: byImage('0.2') }];

const ESTIMATES: readonly (readonly [RegExp, readonly MediaVariant[]])[] = [
  [/\/gpt-image-2\.[56]/, GPT_IMAGE_2_5],
  [/\/gpt-image-2/, GPT_IMAGE_2],
  [/\/(chatgpt-image|gpt-image-1\.5)/, CHATGPT_IMAGE],
  // 1,024 tokens at 1K and 2K and some 2,000 at 4K, as Gemini's; Microsoft has published no figures of its own.
  [/\/MAI-Image/, [{ when: {}, prices: byImage('0.08') }]],
];

/** With what a picture comes to where it is charged by the token and the sources have no estimate. */
export function withImageEstimate(offer: MediaOffer): MediaOffer {
  if (offer.kind !== 'image' || offer.estimates !== undefined || offer.prices.output_image === undefined) return offer;
  const [, estimates] = ESTIMATES.find(([pattern]) => pattern.test(offer.id)) ?? [];
  return estimates === undefined ? offer : { ...offer, estimates };
}
