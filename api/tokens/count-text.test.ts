import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COUNTING_LIMITS, createTextCounter } from './count-text.js';
import { loadEncoder } from './load-encoder.js';

const encoder = await loadEncoder('o200k_base');
const count = (text: string) => createTextCounter(encoder)(text);
const noise = (length: number, seed: number): string => {
  let state = seed;
  const next = (): number => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  return Array.from({ length }, () => String.fromCharCode(97 + (next() % 26))).join('');
};

describe('counting a text', () => {
  it.each([
    ['', 0],
    ['hello world', 2],
    // From the vendor's own notebook "How to count tokens with tiktoken".
    ['antidisestablishmentarianism', 6],
    ['2 + 2 = 4', 7],
    ['お誕生日おめでとう', 8],
    ['<|endoftext|>', 7],
  ])('%j has %i tokens', async (text, tokens) => {
    expect(await count(text)).toBe(tokens);
  });

  it('counts the bytes of what is no word', async () => {
    expect(await count('a'.repeat(COUNTING_LIMITS.pieceLength))).toBeLessThan(COUNTING_LIMITS.pieceLength);
    expect(await count('a'.repeat(COUNTING_LIMITS.pieceLength + 1))).toBe(COUNTING_LIMITS.pieceLength + 1);
    expect(await count('語'.repeat(COUNTING_LIMITS.pieceLength + 1))).toBe(3 * (COUNTING_LIMITS.pieceLength + 1));
  });

  it.each(['\ufeff', '\u0085'])(
    'counts the bytes of a text with %j, which is cut differently elsewhere',
    async (odd) => {
      expect(await count(`hello${odd}world`)).toBe(Buffer.byteLength(`hello${odd}world`));
    },
  );

  it('never counts fewer tokens than the encoder makes of the whole', async () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(fc.array(text), async (texts) => {
        const joined = texts.join(' ');
        expect(await count(joined)).toBeGreaterThanOrEqual(encoder.count(joined));
      }),
    );
  });

  it('looks at a part of a long text, and counts the bytes of the rest', async () => {
    const word = ' hello';
    const words = Math.ceil(COUNTING_LIMITS.length / word.length) + 1_000;
    const whole = Math.floor(COUNTING_LIMITS.length / word.length);
    const tokens = await count(word.repeat(words));
    expect(tokens).toBe(whole + (words - whole) * word.length);
  });

  it('spends no more on noise than on its share of new pieces', async () => {
    const counter = createTextCounter(encoder);
    const words = Array.from({ length: 3_000 }, (_, index) => ` ${noise(31, index)}`);
    const [first, second] = [words.slice(0, 1_500).join(''), words.slice(1_500).join('')];
    expect(await counter(first)).toBeLessThan(0.7 * first.length);
    expect(await counter(second)).toBeGreaterThan(0.6 * second.length);
    expect(await counter(noise(20, 1))).toBe(20);
    expect(await counter(first)).toBeLessThan(0.7 * first.length);
  });

  it('lets others have their turn in a long text', async () => {
    let turns = 0;
    const counting = count(Array.from({ length: 20_000 }, (_, index) => ` ${index} of many`).join(''));
    const watch = setInterval(() => (turns += 1), 1);
    await counting;
    clearInterval(watch);
    expect(turns).toBeGreaterThan(0);
  });
});
