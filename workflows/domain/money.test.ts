import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNano, nanoToUsd, parseNano, usdToNano } from './money.js';

const amounts = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });

describe('money', () => {
  it.each([
    ['0', 0n, '0'],
    ['2500000', 2_500_000n, '0.0025'],
    ['1', 1n, '0.000000001'],
    ['20000000000', 20_000_000_000n, '20'],
    ['-500000000', -500_000_000n, '-0.5'],
    ['9007199254740993', 9_007_199_254_740_993n, '9007199.254740993'],
  ])('%s nano USD', (text, amount, usd) => {
    expect(parseNano(text)).toBe(amount);
    expect(formatNano(amount)).toBe(text);
    expect(nanoToUsd(amount)).toBe(usd);
    expect(usdToNano(usd)).toBe(amount);
  });

  it('loses nothing on the way to USD and back, at any size', () => {
    fc.assert(fc.property(amounts, (amount) => usdToNano(nanoToUsd(amount)) === amount));
    fc.assert(fc.property(amounts, (amount) => parseNano(formatNano(amount)) === amount));
  });

  it('writes no trailing zeros', () => {
    fc.assert(fc.property(amounts, (amount) => !/\.\d*0$|\.$/.test(nanoToUsd(amount))));
  });

  it.each(['', ' 1', '1.5', '0x10', '1e3', '+1', 'NaN', '1\n'])('does not take %j for an amount', (text) => {
    expect(() => parseNano(text)).toThrow(RangeError);
  });

  it.each(['', '.5', '5.', '1e-6', '0.1.2', '-', '1,5', '0.0000000001'])('does not take %j for USD', (text) => {
    expect(() => usdToNano(text)).toThrow(RangeError);
  });
});
