import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../contracts/json.js';
import { jsonLength, utf8Length } from './utf8-length.js';

it.each(['', 'abc', 'é', '€', '😀', 'a😀b', '\ud800', '\udc00\ud800', '\ud83d', '漢字'])('utf8Length of %j', (text) => {
  expect(utf8Length(text)).toBe(Buffer.byteLength(text));
});

it('counts the bytes of any text', () => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(fc.property(text, (value) => utf8Length(value) === Buffer.byteLength(value)));
});

it('is never less than the JSON of a value, nor more by over a byte for each list or object', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      const text = JSON.stringify(value);
      const containers = text.split(/[[{]/).length - 1;
      expect(jsonLength(value as Json)).toBeGreaterThanOrEqual(Buffer.byteLength(text));
      expect(jsonLength(value as Json)).toBeLessThanOrEqual(Buffer.byteLength(text) + containers + 1);
    }),
  );
});
