import { describe, expect, it } from 'vitest';
import { segmentsOfWords } from '../../transcript-frames.js';
import { wordsAsWritten } from './words-as-written.js';

const spoken = (...words: readonly string[]) =>
  words.map((word, index) => ({ word, start: index, end: index + 1, speaker: 'S1' }));
const writtenOf = (text: string, ...words: readonly string[]) =>
  wordsAsWritten(spoken(...words), text).map(({ written }) => written);

describe('words as their text writes them', () => {
  it.each([
    ['Chinese', '来检查，读题。好', ['来', '检', '查', '读', '题', '好'], ['来', '检', '查，', '读', '题。', '好']],
    ['English', 'Hello there. You!', ['Hello', 'there', 'You'], ['Hello ', 'there. ', 'You!']],
    ['words with their own spaces cut off', 'a  b', ['a', 'b'], ['a  ', 'b']],
    ['marks before a word', '¿Qué? “No”', ['Qué', 'No'], ['¿Qué? ', '“No”']],
    ['both in one', '我用 iPhone 打', ['我', '用', 'iPhone', '打'], ['我', '用 ', 'iPhone ', '打']],
    ['the same word twice', 'the cat, the dog', ['the', 'cat', 'the', 'dog'], ['the ', 'cat, ', 'the ', 'dog']],
  ])('%s', (_what, text, words, written) => {
    expect(writtenOf(text, ...words)).toEqual(written);
    expect(written.join('')).toBe(text);
  });

  it('are words by themselves where the text lacks one', () => {
    const words = spoken('twenty', 'one.');
    expect(wordsAsWritten(words, '21.')).toBe(words);
    expect(segmentsOfWords(words)).toEqual([{ start: 0, end: 2, text: 'twenty one.', speaker: 'S1' }]);
  });

  it('make segments that read as the text does, to the end of a sentence', () => {
    const words = wordsAsWritten(spoken('来', '检', '查', '读', '题'), '来检查。读题。');
    expect(segmentsOfWords(words).map(({ start, end, text }) => [start, end, text])).toEqual([
      [0, 3, '来检查。'],
      [3, 5, '读题。'],
    ]);
  });
});
