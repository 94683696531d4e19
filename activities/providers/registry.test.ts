import { describe, expect, it } from 'vitest';
import type { VendorHttp, VendorRequest } from './http.js';
import { createProvider, createProviders } from './registry.js';
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
    ['google', 'https://g.example.com', 'https://g.example.com/v1beta/models/echo:generateContent'],
    ['google', 'https://g.example.com/v1beta/', 'https://g.example.com/v1beta/models/echo:generateContent'],
    ['google', 'https://g.example.com/v1beta/openai', 'https://g.example.com/v1beta/models/echo:generateContent'],
    ['zai', 'https://api.z.ai/api/paas/v4', 'https://api.z.ai/api/paas/v4/chat/completions'],
    ['ollama', 'http://127.0.0.1:11434/v1/', 'http://127.0.0.1:11434/v1/chat/completions'],
  ])('are reached: %s at %s', async (vendor, baseUrl, url) => {
    const { http, urls } = noting();
    const access = { apiKey: 'k', baseUrl };
    const compatible = { [vendor]: access };
    const providers = createProviders({
      ...{ openai: access, anthropic: access, google: access, compatible },
      ...{ sandbox: false, http },
    });
    const provider = providers.get(vendor);
    const frames = provider?.chat?.(attemptOf({}))[Symbol.asyncIterator]();
    await expect(frames?.next()).rejects.toThrow('not sent');
    expect(urls).toEqual([url]);
  });

  it('have batches of these kinds, and no others', () => {
    const awsKeys = { accessKeyId: 'a', secretAccessKey: 'b' };
    const s3 = { bucket: 's3://b', roleArn: 'arn:aws:iam::123456789012:role/r', minLines: 100 } as const;
    const access = { apiKey: 'k', baseUrl: 'https://example.com' };
    const providers = createProviders({
      ...{ openai: access, anthropic: access, google: access },
      compatible: { groq: access, mistral: access, openrouter: access, xai: access },
      ...{ sandbox: true, http: noting().http, bedrock: { region: 'us-east-1', keys: awsKeys, batches: s3 } },
      vertex: { project: 'p', location: 'europe-west4', accessToken: 't', batches: { bucket: 'gs://b' } },
    });
    expect(providers.size).toBe(10);
    const kinds = ['chat', 'embedding', 'image'] as const;
    const taken = [...providers].map(([vendor, { batches }]): [string, readonly string[]] => [
      vendor,
      kinds.filter((kind) => batches?.takes({ ...attemptOf({}).offer, kind })),
    ]);
    expect(taken.filter(([, { length }]) => length > 0)).toEqual([
      ['openai', ['chat', 'embedding']],
      ['anthropic', ['chat']],
      ['google', ['chat', 'embedding']],
      ['vertex', ['chat']],
      ['bedrock', ['chat']],
      ['mistral', ['chat', 'embedding']],
      ['xai', ['chat']],
      ['groq', ['chat']],
      ['openrouter', ['chat']],
    ]);
  });

  it('are sent no credential where they ask for none', async () => {
    const { http, credentials } = noting();
    const baseUrl = 'http://127.0.0.1:8000/v1';
    const compatible = { vllm: { baseUrl }, ollama: { baseUrl, apiKey: 'k' } };
    for (const provider of createProviders({ compatible, sandbox: false, http }).values()) {
      const frames = provider.chat?.(attemptOf({}))[Symbol.asyncIterator]();
      await expect(frames?.next()).rejects.toThrow('not sent');
    }
    // In the order of the registry: Ollama, then vLLM.
    expect(credentials).toEqual(['Bearer k', undefined]);
  });
});

describe('an account at a vendor', () => {
  const accountJson = JSON.stringify({ project_id: 'my-project', client_email: 'a@b', private_key: 'x' });
  const attempt = (vendorModel: string, model?: string) => {
    const asked = attemptOf({});
    return { ...asked, offer: { ...asked.offer, vendorModel, ...(model !== undefined && { model }) } };
  };

  it.each([
    ['openai', 'api_key', {}, { api_key: 'k' }, 'https://usual.example.com/v1/chat/completions'],
    [
      'openai',
      'api_key',
      { base_url: 'https://own.example.com/v1' },
      { api_key: 'k' },
      'https://own.example.com/v1/chat/completions',
    ],
    ['google', 'api_key', {}, { api_key: 'k' }, 'https://usual.example.com/v1/v1beta/models/m:generateContent'],
    [
      'bedrock',
      'aws',
      { region: 'eu-west-1' },
      { access_key_id: 'a', secret_access_key: 'b' },
      'https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse',
    ],
    [
      'bedrock',
      'aws_api_key',
      { region: 'eu-west-1' },
      { api_key: 'k' },
      'https://bedrock-runtime.eu-west-1.amazonaws.com/model/m/converse',
    ],
    [
      'azure',
      'azure_api_key',
      { endpoint: 'https://r.openai.azure.com' },
      { api_key: 'k' },
      'https://r.openai.azure.com/openai/v1/chat/completions',
    ],
  ] as const)('is called where it says: %s by %s %j', async (vendor, kind, settings, secret, url) => {
    const { http, urls } = noting();
    const provider = createProvider(vendor, { kind, settings, secret, baseUrl: 'https://usual.example.com/v1' }, http);
    const frames = provider?.chat?.(attempt('m'))[Symbol.asyncIterator]();
    await expect(frames?.next()).rejects.toThrow('not sent');
    expect(urls).toEqual([url]);
  });

  it.each([
    ['openai', 'api_key', {}, {}],
    ['vertex', 'google_service_account', {}, { service_account_json: '{' }],
    ['vertex', 'google_service_account', {}, { service_account_json: '{}' }],
    ['bedrock', 'aws', {}, { access_key_id: 'a', secret_access_key: 'b' }],
    ['bedrock', 'aws', { region: 'eu-west-1' }, { access_key_id: 'a' }],
    ['bedrock', 'aws_api_key', { region: 'eu-west-1' }, {}],
    ['azure', 'azure_api_key', {}, { api_key: 'k' }],
    ['azure', 'azure_entra', { endpoint: 'https://r.openai.azure.com', tenant_id: 't' }, { client_secret: 's' }],
    ['nobody', 'api_key', {}, { api_key: 'k' }],
  ] as const)('is none where it lacks what the vendor needs: %s by %s %j', (vendor, kind, settings, secret) => {
    expect(createProvider(vendor, { kind, settings, secret }, noting().http)).toBeUndefined();
  });

  it('may be a service account, whose file names the project', () => {
    const account = {
      kind: 'google_service_account',
      settings: {},
      secret: { service_account_json: accountJson },
    } as const;
    expect(createProvider('vertex', account, noting().http)?.id).toBe('vertex');
  });
});
