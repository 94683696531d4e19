import { describe, expect, it } from 'vitest';
import type { EmbeddingCall, RerankCall } from '../../contracts/media-calls.js';
import { embeddingDemand } from './embedding-demand.js';
import { rerankDemand, searchUnitsOf } from './rerank-demand.js';

const PICTURE = { type: 'image', source: { type: 'url', url: 'https://example.com/a.png' } } as const;
const embedding = (inputs: EmbeddingCall['inputs']): EmbeddingCall => ({
  kind: 'embedding',
  source: { dialect: 'openai-embeddings', body: {} },
  stream: false,
  inputs,
});
const rerank = (query: string, documents: readonly string[]): RerankCall => ({
  kind: 'rerank',
  source: { dialect: 'cohere-rerank', body: {} },
  stream: false,
  query,
  documents: documents.map((text) => ({ type: 'text', text })),
});

describe('what embeddings can come to', () => {
  it('is a token for each byte and each given token, with a few marks', () => {
    const { textBytes, units } = embeddingDemand(
      embedding([
        { type: 'text', text: 'zwölf' },
        { type: 'tokens', ids: [1, 2, 3] },
      ]),
    );
    expect(textBytes).toBe(9);
    expect(units).toEqual({ input: 17, input_audio: 0, input_image: 0 });
  });

  it('leaves tokens of pictures to the offer', () => {
    expect(embeddingDemand(embedding([PICTURE])).units).toEqual({ input: 4, input_audio: 0, images: 1 });
  });
});

describe('what a ranking can come to', () => {
  it('counts the query once for each document', () => {
    // Twice two bytes of documents and three times one of the query, with eight marks for each pair.
    expect(rerankDemand(rerank('q', ['aa', 'bb'])).units).toMatchObject({ input: 5 + 2 * 9, search_units: 1 });
  });

  it.each([
    [100, 10, 1, 1],
    [101, 10, 1, 2],
    [60, 600, 1, 2],
    [60, 600, 4, 1],
    // A query that fills the piece alone leaves room for a token at least.
    [1, 200, 1, 1],
  ])('is for %i documents of %i bytes, %i bytes a token: %i search units', (count, length, bytesPerToken, expected) => {
    const call = rerank(
      'q',
      Array.from({ length: count }, () => 'x'.repeat(length)),
    );
    expect(searchUnitsOf(call, bytesPerToken)).toBe(expected);
  });

  it('counts pictures', () => {
    expect(rerankDemand({ ...rerank('q', []), documents: [PICTURE] }).units).toMatchObject({
      images: 1,
      search_units: 1,
    });
  });
});
