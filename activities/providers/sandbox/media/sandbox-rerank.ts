import type { RerankDocument } from '../../../../workflows/contracts/media-calls.js';
import type { MediaCapabilities } from '../../port.js';
import { toRankingFrame } from '../../ranking-frame.js';
import { vectorOf } from './sandbox-embeddings.js';

const DIMENSIONS = 64;
const BYTES_A_TOKEN = 4;

/** Ranks by the words that a document shares with the query: the more, the better; the same is always ranked alike. */
export const rerankInSandbox: NonNullable<MediaCapabilities['rerank']> = async function* ({ call }) {
  const query = vectorOf(call.query, DIMENSIONS);
  const texts = call.documents.map(textOf);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), Buffer.byteLength(call.query));
  yield toRankingFrame(
    {
      results: texts.map((text, index) => ({ index, score: scoreOf(query, vectorOf(text, DIMENSIONS)) })),
      units: { input: Math.ceil(bytes / BYTES_A_TOKEN) },
    },
    call,
  );
};

function textOf(document: RerankDocument): string {
  return document.type === 'text' ? document.text : JSON.stringify(document.source);
}

/** The cosine of two vectors of length one, from 0 to 1 and to four places, so that machines agree. */
function scoreOf(left: readonly number[], right: readonly number[]): number {
  const cosine = left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);
  return Math.round(((cosine + 1) / 2) * 10_000) / 10_000;
}
