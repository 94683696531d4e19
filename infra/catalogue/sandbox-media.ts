import type { MediaKind, MediaOffer } from '../../workflows/contracts/media-offers.js';

/** What the sandbox makes besides chat, by kind: the names of its models, which `activities/providers/sandbox` tells apart. */
const MODELS: { readonly [K in MediaKind]: readonly string[] } = {
  embedding: ['embedding', ...onPurpose('embedding')],
  rerank: ['rerank', ...onPurpose('rerank')],
  moderation: ['moderation', ...onPurpose('moderation')],
  image: ['image', 'image-metered', 'image-refused', 'image-cut', ...onPurpose('image')],
  speech: withManners('speech'),
  transcription: withManners('transcription'),
  video: [
    ...['video', 'video-slow', 'video-failed', 'video-rate-limited', 'video-lost'],
    ...['video-called-back', 'video-called-back-twice', 'video-callback-lost'],
  ],
};

/** Those that misbehave, so that fallback and retries can be tried. */
function onPurpose(name: string): readonly string[] {
  return ['rate-limited', 'overloaded', 'slow', 'flaky'].map((behaviour) => `${name}-${behaviour}`);
}

/** A model that answers, and those of its kind that do not, or not well. */
function withManners(name: string): readonly string[] {
  return [name, ...['refused', 'rate-limited', 'slow', 'cut'].map((manner) => `${name}-${manner}`)];
}

/** Made in this process, of which nothing leaves it; free of charge but for the play money of `image-metered`. */
export const SANDBOX_MEDIA: readonly MediaOffer[] = (Object.keys(MODELS) as readonly MediaKind[]).flatMap((kind) =>
  MODELS[kind].map((name) => ({
    id: `sandbox/${name}`,
    vendor: 'sandbox',
    vendorModel: name,
    kind,
    prices: name === 'image-metered' ? { images: { usd: '0.04', per: 1 } } : {},
    source: { url: 'about:sandbox', asOf: '2026-11-26' },
  })),
);
