import { describe, expect, it } from 'vitest';
import { createCallbackTokens } from './callback-address.js';

const [key, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const attempt = { vendor: 'fal', requestId: `req_${'0a'.repeat(16)}`, number: 2 };
const tokens = createCallbackTokens([key]);
const token = tokens.tokenOf(attempt);

describe('the token of an address that a vendor calls back at', () => {
  it('names the attempt that it was made for, and fits into a path', () => {
    expect(tokens.attemptOf('fal', token)).toEqual(attempt);
    // The router takes no more of one parameter.
    expect(token.length).toBeLessThan(100);
    expect(encodeURIComponent(token)).toBe(token);
  });

  it('is taken of the key of before, and made by the current one', () => {
    const both = createCallbackTokens([other, key]);
    expect(both.attemptOf('fal', token)).toEqual(attempt);
    expect(tokens.attemptOf('fal', both.tokenOf(attempt))).toBeUndefined();
  });

  it.each([
    ['of another vendor', 'replicate', token],
    ['of another attempt', 'fal', token.replace('.2.', '.3.')],
    ['of another request', 'fal', token.replace('req_0a', 'req_0b')],
    ['of another key', 'fal', createCallbackTokens([other]).tokenOf(attempt)],
    ['without its end', 'fal', token.slice(0, -1)],
    ['that is none', 'fal', 'x'],
    ['that is empty', 'fal', ''],
  ])('%s is not known', (_, vendor, shown) => {
    expect(tokens.attemptOf(vendor, shown)).toBeUndefined();
  });
});
