import { setImmediate as letOthersRun } from 'node:timers/promises';
import type { Encoder } from './load-encoder.js';

/** What one request may cost to count; what lies beyond counts as a token for each byte, which is never too few. */
export const COUNTING_LIMITS = {
  /** UTF-16 units of text that are looked at: some 500,000 tokens of prose. */
  length: 2_000_000,
  /** UTF-16 units of one piece: a longer one is no word, and the time for it grows with the square of its length. */
  pieceLength: 256,
  /** UTF-16 units of pieces not met before in the request; prose has some 50,000 of them in a megabyte, noise a million. */
  newPieces: 64_000,
  /** Milliseconds after which others get their turn. */
  sliceMs: 5,
};

/**
 * These are white space in JavaScript or in the tokenizer's own expressions, not in both, and the library drops U+FEFF where
 * it begins a token: a text with one is cut into other pieces here than there.
 */
const CUT_DIFFERENTLY = /[\u0085\ufeff]/;

/**
 * A counter for the texts of one request. Its answer is the exact number of tokens of the text, or more: never fewer. The
 * same texts in the same order always give the same numbers.
 */
export function createTextCounter({ pieces, count }: Encoder): (text: string) => Promise<number> {
  const known = new Map<string, number>();
  let { length: lengthLeft, newPieces: newLeft } = COUNTING_LIMITS;
  let sliceEndsAt = performance.now() + COUNTING_LIMITS.sliceMs;

  const tokensOf = (piece: string): number => {
    const before = known.get(piece);
    if (before !== undefined) return before;
    if (piece.length > COUNTING_LIMITS.pieceLength || piece.length > newLeft) return Buffer.byteLength(piece);
    newLeft -= piece.length;
    const tokens = count(piece);
    known.set(piece, tokens);
    return tokens;
  };

  return async (text) => {
    const looked = Math.min(text.length, lengthLeft);
    lengthLeft -= looked;
    const [start, rest] = [text.slice(0, looked), text.slice(looked)];
    if (CUT_DIFFERENTLY.test(start)) return Buffer.byteLength(text);
    let tokens = Buffer.byteLength(rest);
    for (const { 0: piece, index } of start.matchAll(pieces)) {
      // What the end of the look cuts through would be another piece whole.
      const isCut = rest !== '' && index + piece.length === looked;
      tokens += isCut ? Buffer.byteLength(piece) : tokensOf(piece);
      if (performance.now() < sliceEndsAt) continue;
      await letOthersRun();
      sliceEndsAt = performance.now() + COUNTING_LIMITS.sliceMs;
    }
    return tokens;
  };
}
