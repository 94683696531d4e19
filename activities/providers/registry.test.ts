import { describe, expect, it } from 'vitest';
import type { VendorHttp, VendorRequest } from './http.js';
import { createProviders } from './registry.js';
import { attemptOf } from './sandbox/test-attempt.js';

/** Notes where a request would go, and with which credential, and fails it. */
function noting(): { readonly http: VendorHttp; readonly urls: string[]; readonly credentials: unknown[] } {
  const urls: string[] = [];
  const credentials: unknown[] = [];
  const postJson = (request: VendorRequest) => {
    urls.push(request.url);
    credentials.push(request.headers['authorization']);
    return Promise.reject(new Error('not sent'));
  };
  const getJson = (request: Omit<VendorRequest, 'body'>) => postJson({ ...request, body: '' });
  return { http: { postJson, getJson, close: () => Promise.resolve() }, urls, credentials };
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
    ['zai', 'https://api.z.ai/api/paas/v4', 'https://api.z.ai/api/paas/v4/chat/completions'],
    ['ollama', 'http://127.0.0.1:11434/v1/', 'http://127.0.0.1:11434/v1/chat/completions'],
  ])('are reached: %s at %s', async (vendor, baseUrl, url) => {
    const { http, urls } = noting();
    const access = { apiKey: 'k', baseUrl };
    const compatible = { [vendor]: access };
    const providers = createProviders({ openai: access, anthropic: access, compatible, sandbox: false, http });
    const provider = providers.get(vendor);
    const frames = provider?.chat(attemptOf({}))[Symbol.asyncIterator]();
    await expect(frames?.next()).rejects.toThrow('not sent');
    expect(urls).toEqual([url]);
  });

  it('are sent no credential where they ask for none', async () => {
    const { http, credentials } = noting();
    const baseUrl = 'http://127.0.0.1:8000/v1';
    const compatible = { vllm: { baseUrl }, ollama: { baseUrl, apiKey: 'k' } };
    for (const provider of createProviders({ compatible, sandbox: false, http }).values()) {
      const frames = provider.chat(attemptOf({}))[Symbol.asyncIterator]();
      await expect(frames.next()).rejects.toThrow('not sent');
    }
    // In the order of the registry: Ollama, then vLLM.
    expect(credentials).toEqual(['Bearer k', undefined]);
  });
});
