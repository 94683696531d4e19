import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter, type RawLine } from './line-splitter.js';

function split(text: string, cuts: readonly number[], maxBytes = 1_000): readonly RawLine[] {
  const bytes = Buffer.from(text);
  const splitter = createLineSplitter(maxBytes);
  const lines: RawLine[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    const to = Math.max(from, Math.min(cut, bytes.length));
    lines.push(...splitter.push(bytes.subarray(from, to)));
    from = to;
  }
  return [...lines, ...splitter.end()];
}

describe('lines', () => {
  it('are numbered, and found again by their bytes, wherever the stream is cut', () => {
    const text = fc.array(fc.constantFrom('a', 'ü', '\n', '\r\n', '🙂', '{}')).map((parts) => parts.join(''));
    const cuts = fc.array(fc.nat(80)).map((numbers) => numbers.sort((a, b) => a - b));
    fc.assert(
      fc.property(text, cuts, (whole, at) => {
        const expected = whole.split('\n');
        if (expected.at(-1) === '') expected.pop();
        const lines = split(whole, at);
        expect(lines.map(({ content }) => content?.toString())).toEqual(expected);
        expect(lines.map(({ number }) => number)).toEqual(expected.map((_, index) => index + 1));
        const bytes = Buffer.from(whole);
        for (const { firstByte, bytes: length, content } of lines) {
          expect(bytes.subarray(firstByte, firstByte + length)).toEqual(content);
        }
      }),
    );
  });

  it('that are too long are counted and not held', () => {
    const lines = split(`ab\n${'x'.repeat(50)}\ncd`, [20, 40], 10);
    expect(lines.map(({ content }) => content?.toString())).toEqual(['ab', undefined, 'cd']);
    expect(lines[1]).toEqual({ number: 2, firstByte: 3, bytes: 50 });
    expect(lines[2]).toMatchObject({ number: 3, firstByte: 54, bytes: 2 });
  });
});
