import { createHash } from 'node:crypto';
import type { EmbeddingInput } from '../../../../workflows/contracts/media-calls.js';
import type { MediaCapabilities } from '../../port.js';

const DIMENSIONS = 64;
const BYTES_A_TOKEN = 4;

/** Vectors of length one, made of the input's words: texts that share words are near to each other, and the same is always the same. */
export const embedInSandbox: NonNullable<MediaCapabilities['embedding']> = async function* ({ call }) {
  const dimensions = call.dimensions ?? DIMENSIONS;
  const bytes = call.inputs.reduce((sum, input) => sum + Buffer.byteLength(textOf(input)), 0);
  yield {
    events: [
      { type: 'start' },
      ...call.inputs.map((input, index) => ({
        type: 'embedding' as const,
        index,
        values: vectorOf(textOf(input), dimensions),
      })),
      { type: 'usage', usage: { units: { input: Math.ceil(bytes / BYTES_A_TOKEN) }, source: 'reported' } },
      { type: 'finish', choice: 0, reason: { unified: 'stop' } },
    ],
  };
};

function textOf(input: EmbeddingInput): string {
  if (input.type === 'text') return input.text;
  return input.type === 'tokens' ? input.ids.join(' ') : JSON.stringify(input.source);
}

/** The similarity of two of these is what their words have in common; reranking in the sandbox goes by it too. */
export function vectorOf(text: string, dimensions: number): readonly number[] {
  const sums = new Float64Array(dimensions);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? ['']) {
    const hash = createHash('sha256').update(word).digest();
    for (let at = 0; at < dimensions; at += 1) sums[at] = (sums[at] ?? 0) + ((hash[at % hash.length] ?? 0) - 127.5);
  }
  const length = Math.hypot(...sums) || 1;
  return Array.from(sums, (value) => value / length);
}
