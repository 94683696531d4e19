import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { klingToken } from './kling-token.js';

describe('what Kling is called by', () => {
  it('is an API key as it is', () => {
    expect(klingToken('key-1', 0)).toBe('key-1');
  });

  it('is a token of half an hour, signed by the secret of a pair', () => {
    const token = klingToken('access:secret', 1_700_000_000_999);
    const [header = '', payload = '', signature] = token.split('.');
    const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
    expect(read(header)).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(read(payload)).toEqual({ iss: 'access', exp: 1_700_001_800, nbf: 1_699_999_995 });
    expect(signature).toBe(createHmac('sha256', 'secret').update(`${header}.${payload}`).digest('base64url'));
  });
});
