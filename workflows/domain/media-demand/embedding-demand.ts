import type { EmbeddingCall, EmbeddingInput } from '../../contracts/media-calls.js';
import { utf8Length } from '../utf8-length.js';
import type { MediaSize } from './media-size.js';

/**
 * No tokenizer makes more than one token of a byte; one that is given is one, and may stand for several bytes. Sound cannot be
 * embedded yet, so that a price for it adds nothing; tokens of pictures depend on the offer (`media-prices.ts`).
 */
export function embeddingDemand({ inputs }: EmbeddingCall): MediaSize {
  const images = inputs.filter(({ type }) => type === 'image').length;
  const textBytes = inputs.reduce((sum, input) => sum + lengthOf(input), 0);
  return {
    textBytes,
    // Vendors add a mark or two to each input.
    units: {
      input: textBytes + inputs.length * 4,
      input_audio: 0,
      ...(images > 0 ? { images } : { input_image: 0 }),
    },
    asked: {},
  };
}

function lengthOf(input: EmbeddingInput): number {
  if (input.type === 'image') return 0;
  return input.type === 'text' ? utf8Length(input.text) : input.ids.length;
}
