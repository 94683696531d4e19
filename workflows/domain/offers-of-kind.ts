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
  embedding: ['sandbox', 'openai'],
  rerank: [],
  moderation: [],
  image: ['sandbox', 'openai'],
  speech: [],
  transcription: [],
  video: [],
};

/** Whether an adapter serves it. */
export function isServed({ kind, vendor }: Pick<Offer, 'kind' | 'vendor'>): boolean {
  return kind === 'chat' || MEDIA_VENDORS[kind].includes(vendor);
}
