import type { SpokenWord } from '../../transcript-frames.js';

/**
 * Each word as the text has it, with its marks and the space behind it: in Chinese, whose characters are what the vendor lists,
 * there is none. What stands between two words goes with the first of them, up to the last space. The words as they are where
 * the text lacks one of them.
 */
export function wordsAsWritten(words: readonly SpokenWord[], text: string): readonly SpokenWord[] {
  const begins: number[] = [];
  let end = 0;
  for (const { word } of words) {
    const at = text.indexOf(word, end);
    if (at < 0) return words;
    const lastSpace = text.slice(end, at).search(/\s\S*$/);
    begins.push(begins.length === 0 ? 0 : lastSpace < 0 ? at : end + lastSpace + 1);
    end = at + word.length;
  }
  return words.map((spoken, index) => ({ ...spoken, written: text.slice(begins[index], begins[index + 1]) }));
}
