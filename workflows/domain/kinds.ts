import type { Kind, MediaKind } from '../contracts/kinds.js';

const ALL = {
  chat: true,
  embedding: true,
  rerank: true,
  moderation: true,
  image: true,
  speech: true,
  transcription: true,
  video: true,
} as const satisfies { readonly [K in Kind]: true };

/** What a request can be for, conversations first. */
export const KINDS = Object.keys(ALL) as readonly Kind[];

export const MEDIA_KINDS: readonly MediaKind[] = KINDS.filter((kind) => kind !== 'chat');
