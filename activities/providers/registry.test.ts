import { describe, expect, it } from 'vitest';
import type { VendorHttp, VendorRequest } from './http.js';
import { createProviders } from './registry.js';
import { attemptOf } from './sandbox/test-attempt.js';

/** Notes where a request would go, and fails it. */
function noting(): { readonly http: VendorHttp; readonly urls: string[] } {
  const urls: string[] = [];
  const postJson = (request: VendorRequest) => {
    urls.push(request.url);
    return Promise.reject(new Error('not sent'));
  };
  return { http: { postJson, close: () => Promise.resolve() }, urls };
}

describe('the vendors that can be called', () => {
  it('are those with a key, and the sandbox where it is on', () => {
    const { http } = noting();
    const access = { apiKey: 'k', baseUrl: 'https://example.com' };
    expect([...createProviders({ sandbox: false, http }).keys()]).toEqual([]);
    expect(
      [...createProviders({ openai: access, anthropic: access, sandbox: true, http })].map(([id, { id: own }]) => [
        id,
        own,
      ]),
    ).toEqual([
      ['openai', 'openai'],
      ['anthropic', 'anthropic'],
      ['sandbox', 'sandbox'],
    ]);
  });

  it.each([
    ['openai', 'https://api.openai.com/v1', 'https://api.openai.com/v1/chat/completions'],
    ['openai', 'https://proxy.example.com/openai/v1/', 'https://proxy.example.com/openai/v1/chat/completions'],
    ['anthropic', 'https://api.anthropic.com', 'https://api.anthropic.com/v1/messages'],
    ['anthropic', 'https://api.anthropic.com/', 'https://api.anthropic.com/v1/messages'],
    ['anthropic', 'https://api.anthropic.com/v1', 'https://api.anthropic.com/v1/messages'],
    ['anthropic', 'https://proxy.example.com/anthropic/v1/', 'https://proxy.example.com/anthropic/v1/messages'],
  ])('are reached: %s at %s', async (vendor, baseUrl, url) => {
    const { http, urls } = noting();
    const access = { apiKey: 'k', baseUrl };
    const provider = createProviders({ openai: access, anthropic: access, sandbox: false, http }).get(vendor);
    const frames = provider?.chat(attemptOf({}))[Symbol.asyncIterator]();
    await expect(frames?.next()).rejects.toThrow('not sent');
    expect(urls).toEqual([url]);
  });
});
