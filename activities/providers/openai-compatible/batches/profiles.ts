import type { Offer } from '../../../../workflows/contracts/offers.js';

/** In what batches of vendors differ whose API for them is OpenAI's (`/files`, `/batches`). */
export interface OpenAiBatchesProfile {
  readonly maxLines: number;
  /** Of the file with the lines. */
  readonly maxBytes: number;
  readonly takes: (offer: Offer) => boolean;
  /** After so long files go by themselves that nobody has deleted; absent where the vendor has no such field. */
  readonly keptSeconds?: number;
}

const DAY_SECONDS = 86_400;

/** https://platform.openai.com/docs/guides/batch: at most 50,000 requests, or inputs of embeddings, and 200 MB. A batch takes a day, and so files are kept for three. */
export const OPENAI_BATCHES: OpenAiBatchesProfile = {
  maxLines: 50_000,
  maxBytes: 200_000_000,
  takes: ({ kind }) => kind === 'chat' || kind === 'embedding',
  keptSeconds: 3 * DAY_SECONDS,
};

/**
 * Vendors of OpenAI's chat dialect whose batches are OpenAI's, too. Neither has an expiry of files, so that what is not deleted stays.
 * - Groq (https://console.groq.com/docs/batch): at most 100 MB, by its SDK's own words; within 24 hours to 7 days.
 * - Moonshot (https://platform.kimi.com/docs/guide/use-batch-api): at most 100 MB.
 * The 50,000 lines are a careful limit of ours.
 */
export const COMPATIBLE_BATCHES: { readonly [vendor: string]: OpenAiBatchesProfile | undefined } = {
  groq: { maxLines: 50_000, maxBytes: 100_000_000, takes: ({ kind }) => kind === 'chat' },
  moonshot: { maxLines: 50_000, maxBytes: 100_000_000, takes: ({ kind }) => kind === 'chat' },
};
