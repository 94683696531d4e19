import type { MediaAttempt, VendorBatches } from '../../activities/providers/port.js';
import type { JsonObject } from '../../workflows/contracts/json.js';
import type { EmbeddingCall, EmbeddingInput } from '../../workflows/contracts/media-calls.js';
import type { UnitCounts } from '../../workflows/contracts/usage.js';
import { mediaOffer } from './media-exchange.js';

// Calls for embeddings that go into batches.

export const PICTURE: EmbeddingInput = {
  type: 'image',
  source: { type: 'base64', mediaType: 'image/png', data: 'AAAA' },
};

/** Of an offer of the catalogue's. */
export function embeddingAttempt(
  id: string,
  inputs: readonly (string | EmbeddingInput)[],
  more: Partial<EmbeddingCall> = {},
): MediaAttempt<EmbeddingCall> {
  return {
    call: {
      ...{ kind: 'embedding', stream: false, source: { dialect: 'openai-embeddings', body: {} } },
      inputs: inputs.map((input) => (typeof input === 'string' ? { type: 'text', text: input } : input)),
      ...more,
    },
    offer: mediaOffer('embedding', id),
    ...{ attemptKey: 'req_1:1', signal: new AbortController().signal },
  };
}

/** How the answer that a batch has brought is read. */
export async function embeddingsOf(
  batches: VendorBatches,
  attempt: MediaAttempt<EmbeddingCall>,
  body: JsonObject,
): Promise<{ readonly vectors: readonly (readonly number[])[]; readonly units: UnitCounts | undefined }> {
  const vectors: (readonly number[])[] = [];
  let units: UnitCounts | undefined;
  for await (const { events } of batches.answering({ status: 200, body }).media?.embedding?.(attempt) ?? []) {
    for (const event of events) {
      if (event.type === 'embedding') vectors.push(event.values);
      if (event.type === 'usage') units = event.usage.units;
    }
  }
  return { vectors, units };
}
