import { createSeeded } from './seeded.js';

/** Some words take two, three and four bytes in UTF-8, so that a parser that cuts characters in half is found out. */
const vocabulary = [
  'water',
  'gate',
  'river',
  'naïve',
  'lantern',
  'copper',
  'Zürich',
  'garden',
  'seven',
  '水門',
  'signal',
  'harbour',
  'quiet',
  'meadow',
  '🙂',
  'ledger',
  'winter',
  'bridge',
  'olive',
  'façade',
  'thunder',
  'paper',
  'orbit',
  '"quoted"',
];

/** The pieces of an ordinary answer, one a token; they follow from the prompt and the choice's index alone. */
export const answerWords = (prompt: string, count: number, choice = 0): readonly string[] => {
  const next = createSeeded(`${choice}:${prompt}`);
  return Array.from({ length: count }, (_, index) => {
    const word = vocabulary[next(vocabulary.length)] ?? 'water';
    return index === 0 ? word : ` ${word}`;
  });
};

/** Cuts a text into pieces of at most `size` characters without cutting a character in half. */
export const inPieces = (text: string, size: number): readonly string[] => {
  const characters = Array.from(text);
  const count = Math.ceil(characters.length / size);
  return Array.from({ length: count }, (_, index) => characters.slice(index * size, (index + 1) * size).join(''));
};

/** The number of pieces in an answer that nobody asked to be longer or shorter. */
export const ordinaryChunks = 8;

/** The text that the fake answers to a prompt (without its markers), for tests to compare with. */
export const fakeAnswerText = (
  prompt: string,
  options: { readonly chunks?: number; readonly choice?: number } = {},
): string => answerWords(prompt.trim(), options.chunks ?? ordinaryChunks, options.choice).join('');
