import type { Kind, MediaKind } from '../contracts/kinds.js';
import type { Offer } from '../contracts/offers.js';
import type { Catalogue } from '../contracts/ports.js';

/** The offers of one kind; the same list for as long as the catalogue's is, because names are indexed by it. */
export function offersOfKind({ offers, media = [] }: Catalogue, kind: Kind): readonly Offer[] {
  return kind === 'chat' ? offers : (byKind(media).get(kind) ?? NONE);
}

const NONE: readonly Offer[] = [];

function byKind(media: readonly Offer[]): ReadonlyMap<Kind, readonly Offer[]> {
  const known = lists.get(media);
  if (known) return known;
  const kinds = [...new Set(media.map(({ kind }) => kind))];
  const made = new Map(kinds.map((kind) => [kind, media.filter((offer) => offer.kind === kind)]));
  lists.set(media, made);
  return made;
}

/** A memo of a pure function: it changes when an answer comes, never which. */
const lists = new WeakMap<readonly Offer[], ReadonlyMap<Kind, readonly Offer[]>>();

/**
 * Which vendors serve what besides chat: what their adapters can do. Offers of others are known by their prices alone, and are
 * not offered.
 */
const MEDIA_VENDORS: { readonly [K in MediaKind]: readonly string[] } = {
  embedding: [
    ...['sandbox', 'openai', 'google', 'vertex', 'bedrock', 'azure', 'alibaba', 'mistral', 'cohere'],
    ...['together', 'fireworks', 'perplexity', 'voyage'],
  ],
  rerank: ['sandbox', 'vertex', 'bedrock', 'azure', 'alibaba', 'cohere', 'fireworks', 'voyage', 'jina'],
  moderation: ['sandbox', 'openai', 'mistral'],
  image: [
    ...['sandbox', 'openai', 'google', 'vertex', 'bedrock', 'azure', 'alibaba', 'volcengine', 'xai', 'fireworks'],
    ...['bfl', 'fal', 'replicate'],
  ],
  speech: [
    'sandbox',
    'openai',
    'azure',
    'google',
    'vertex',
    'groq',
    'mistral',
    'minimax',
    'alibaba',
    'elevenlabs',
    'deepgram',
  ],
  transcription: [
    ...['sandbox', 'openai', 'azure', 'google', 'vertex', 'groq', 'mistral', 'alibaba', 'minimax', 'elevenlabs'],
    'deepgram',
  ],
  video: ['sandbox', 'google', 'vertex', 'alibaba', 'volcengine', 'minimax', 'xai', 'fal', 'replicate', 'kling'],
};

/**
 * What a vendor above has at an address or in a form of its own: videos as vectors, texts within their documents, texts beside
 * pictures; videos of videos, and of references in a form that is not known here; and prices that are no model's.
 */
const IN_OTHER_FORMS = [
  /^bedrock\/.*twelvelabs\./,
  /^perplexity\/pplx-embed-context-/,
  /^voyage\/voyage-(context|multimodal)-/,
  /^together\/together-ai-embedding-/,
  /^fal\/.*\/(recast|reframe|video-to-video)$/,
  /^fal\/minimax\/.*\/reference-to-video$/,
];

/** Models of sound that only a socket serves, or another API of the vendor's cloud. */
const SERVED_OTHERWISE = /realtime|\blive\b|^streaming\/|^speech\/|^chirp|conversational/;

/** Whether an adapter serves it. */
export function isServed({
  kind,
  vendor,
  vendorModel,
  id,
}: Pick<Offer, 'kind' | 'vendor' | 'vendorModel' | 'id'>): boolean {
  if (kind === 'chat') return true;
  const isSound = kind === 'speech' || kind === 'transcription';
  const isOther = IN_OTHER_FORMS.some((models) => models.test(id)) || (isSound && SERVED_OTHERWISE.test(vendorModel));
  return MEDIA_VENDORS[kind].includes(vendor) && !isOther;
}
