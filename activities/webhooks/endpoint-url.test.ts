import { describe, expect, it } from 'vitest';
import { RefusalError } from '../../workflows/domain/refusal-error.js';
import { createWebhookUrls } from './endpoint-url.js';

/** In the form that a URL has them in, however they were written. */
const inside = ['127.0.0.1', '0.0.0.0', '10.0.0.1', '169.254.169.254', '[::1]', '[::ffff:7f00:1]'];
const isPrivateLiteral = (hostname: string): boolean => inside.includes(hostname);
const check = (url: string, allowPrivate = false): string => {
  try {
    return createWebhookUrls({ allowPrivate, isPrivateLiteral }).check(url, 'url');
  } catch (error) {
    if (!(error instanceof RefusalError)) throw error;
    const { code, param, message } = error.refusal;
    expect({ code, param }).toEqual({ code: 'invalid_request', param: 'url' });
    expect(message).toMatch(/^'url' /);
    return message;
  }
};

describe('an address for webhooks', () => {
  it.each([
    ['https://example.com', 'https://example.com/'],
    ['https://example.com:8443/hooks?from=sluice', 'https://example.com:8443/hooks?from=sluice'],
    ['HTTPS://EXAMPLE.com/Hooks', 'https://example.com/Hooks'],
    ['https://8.8.8.8/hooks', 'https://8.8.8.8/hooks'],
  ])('may be %s', (url, kept) => expect(check(url)).toBe(kept));

  it.each([
    ['', 'is no https URL'],
    ['example.com', 'is no https URL'],
    ['ftp://example.com', 'is no https URL'],
    ['https://', 'is no https URL'],
    ['https://exa mple.com', 'is no https URL'],
    ['https://example.com/\r\nx: y', 'is no https URL'],
    ['https:\\\\example.com', 'is no https URL'],
    ['http://example.com', 'must begin with https'],
    ['https://user:pass@example.com', 'holds credentials'],
    ['https://user@example.com', 'holds credentials'],
    ['https://example.com/#part', "behind '#'"],
    [`https://example.com/${'a'.repeat(2_048)}`, 'is longer than'],
    [`https://example.com/${'ü'.repeat(1_000)}`, 'is longer than'],
  ])('may not be %s', (url, problem) => expect(check(url)).toContain(problem));

  it.each([
    ...['localhost', 'LOCALHOST', 'a.localhost', 'localhost.', '127.0.0.1', '127.1', '2130706433', '0x7f.0.0.1', '0'],
    ...['10.0.0.1', '0xa9fea9fe', '[::1]', '[0:0::1]', '[::ffff:127.0.0.1]'],
  ])('may not lead inside: %s', (host) => expect(check(`https://${host}/`)).toContain('leads into a private network'));

  it.each(['http://localhost:3000/hooks', 'http://127.0.0.1/hooks', 'https://10.0.0.1/'])(
    'may be %s where that is allowed',
    (url) => expect(check(url, true)).toBe(url),
  );

  it('holds no credentials even there', () =>
    expect(check('http://user:pass@localhost/', true)).toContain('credentials'));
});
