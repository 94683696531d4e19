import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseJsonWithNumberTexts, shiftDecimal } from './exact-number.js';

it.each([
  ['2.5e-06', 6, '2.5'],
  ['1e-05', 6, '10'],
  ['2.1e-7', 6, '0.21'],
  ['0.000168', 6, '168'],
  ['1.25e-08', 6, '0.0125'],
  ['5e-09', 6, '0.005'],
  ['0', 6, '0'],
  ['0.0', 6, '0'],
  ['1E+2', 0, '100'],
  ['10.50', 0, '10.5'],
  ['0.1234567890123456789', 6, '123456.7890123456789'],
])('%s by %d places is %s', (text, places, expected) => {
  expect(shiftDecimal(text, places)).toBe(expected);
});

it.each(['', '-1', '.5', '1.', 'NaN', '1e', ' 1'])('does not read %j', (text) => {
  expect(() => shiftDecimal(text, 6)).toThrow(RangeError);
});

it('moves the point and nothing else', () => {
  const digits = fc.bigInt({ min: 0n, max: 10n ** 25n });
  fc.assert(
    fc.property(digits, fc.integer({ min: -20, max: 20 }), (value, exponent) => {
      const moved = shiftDecimal(`${value}e${exponent}`, 20);
      expect(BigInt(moved)).toBe(value * 10n ** BigInt(exponent + 20));
    }),
  );
});

it('keeps the texts of numbers, and leaves what looks like one in strings', () => {
  const text = '{"a": 1.10, "b": [2e-7, -3], "c": "x: 4, \\"5\\"", "6": null, "d": true}';
  expect(parseJsonWithNumberTexts(text)).toEqual({ a: '1.10', b: ['2e-7', '-3'], c: 'x: 4, "5"', '6': null, d: true });
});
