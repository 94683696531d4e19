import fc from 'fast-check';
import { expect, it } from 'vitest';
import { usdPerUnit } from './price-text.js';

it.each([
  ['2.5', 1_000_000, '0.0000025'],
  ['0.15', 1_000_000, '0.00000015'],
  ['10', 1_000, '0.01'],
  ['0.04', 1, '0.04'],
  ['1000000', 1_000_000, '1'],
  ['0', 1_000_000, '0'],
  ['30', 1, '30'],
])('%s USD for %d is %s each', (usd, per, expected) => {
  expect(usdPerUnit({ usd, per })).toBe(expected);
});

it('does not round what has no end', () => {
  expect(usdPerUnit({ usd: '1', per: 3 })).toBeUndefined();
});

it('moves the point and nothing else', () => {
  fc.assert(
    fc.property(fc.nat(1_000_000_000), fc.integer({ min: 0, max: 6 }), (usd, places) => {
      const [whole = '', fraction = ''] = (usdPerUnit({ usd: `${usd}`, per: 10 ** places }) ?? '').split('.');
      expect(BigInt(whole + fraction.padEnd(places, '0'))).toBe(BigInt(usd));
    }),
  );
});
