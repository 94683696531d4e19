import { describe, expect, it } from 'vitest';
import type { CredentialFields, CredentialKind } from '../contracts/credentials.js';
import { checkSecret, checkSettings, hintOf, kindsOf, requireKind } from './credential-kinds.js';
import { RefusalError } from './refusal-error.js';

const vendors = [
  { id: 'openai', baseUrl: 'https://api.openai.com/v1' },
  { id: 'vertex' },
  { id: 'bedrock' },
  { id: 'vllm' },
  { id: 'sandbox' },
];
const [openai, vertex, , vllm] = vendors;

const refusalOf = (work: () => unknown): { readonly param?: string | undefined; readonly message: string } => {
  try {
    work();
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal;
    throw error;
  }
  throw new Error('nothing was refused');
};
const key = '-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n';
const account = {
  type: 'service_account',
  client_email: 'a@b.iam',
  private_key: key,
  private_key_id: '0123456789abcdef',
};

describe('the kind of a credential', () => {
  it("is the vendor's usual one, unless it says another of that vendor", () => {
    expect(requireKind(vendors, 'openai', undefined)).toBe('api_key');
    expect(requireKind(vendors, 'vertex', undefined)).toBe('google_service_account');
    expect(requireKind(vendors, 'bedrock', 'aws_api_key')).toBe('aws_api_key');
    expect(kindsOf('azure')).toEqual(['azure_api_key', 'azure_entra']);
  });

  it('is refused with what the vendor takes, and the vendor with the nearest names', () => {
    expect(refusalOf(() => requireKind(vendors, 'vertex', 'api_key'))).toMatchObject({
      param: 'kind',
      message: expect.stringContaining('google_service_account'),
    });
    expect(refusalOf(() => requireKind(vendors, 'vertexx', undefined)).message).toContain('vertex');
    expect(refusalOf(() => requireKind(vendors, 'sandbox', undefined)).param).toBe('vendor');
    expect(refusalOf(() => requireKind(vendors, '__proto__', undefined)).param).toBe('vendor');
  });
});

describe('the secret of a credential', () => {
  const cases: readonly (readonly [CredentialKind, CredentialFields, string, string])[] = [
    ['api_key', {}, 'secret.api_key', 'missing'],
    ['api_key', { api_key: 'sk with spaces' }, 'secret.api_key', 'printable'],
    ['api_key', { api_key: 'x'.repeat(20_000) }, 'secret.api_key', 'too long'],
    ['api_key', { api_key: 'sk-1', base_url: 'https://a' }, 'secret', 'api_key'],
    ['aws', { access_key_id: 'AKIA' }, 'secret.secret_access_key', 'missing'],
    ['google_service_account', { service_account_json: '{"type":' }, 'secret.service_account_json', 'JSON'],
    ['google_service_account', { service_account_json: '[1]' }, 'secret.service_account_json', 'client_email'],
    [
      'google_service_account',
      { service_account_json: JSON.stringify({ ...account, private_key: 'PLAIN' }) },
      'secret.service_account_json',
      'PEM',
    ],
    [
      'google_service_account',
      { service_account_json: JSON.stringify({ ...account, token_uri: 'http://169.254.169.254/token' }) },
      'secret.service_account_json',
      "Google's",
    ],
    [
      'google_service_account',
      { service_account_json: JSON.stringify({ ...account, token_uri: 'https://evil.example/a.googleapis.com/' }) },
      'secret.service_account_json',
      "Google's",
    ],
  ];

  it.each(cases)('of the kind %s is refused: %j', (kind, fields, param, hint) => {
    const refusal = refusalOf(() => checkSecret({ vendor: 'any', kind }, fields));
    expect(refusal.param).toBe(param);
    expect(refusal.message).toContain(hint);
    for (const value of Object.values(fields)) expect(refusal.message).not.toContain(value);
  });

  it('is taken where it is whole', () => {
    checkSecret({ vendor: 'bedrock', kind: 'aws' }, { access_key_id: 'AKIA', secret_access_key: 'abc/def+' });
    const uri = 'https://oauth2.googleapis.com/token';
    for (const written of [account, { ...account, token_uri: uri }]) {
      checkSecret(
        { vendor: 'vertex', kind: 'google_service_account' },
        { service_account_json: JSON.stringify(written) },
      );
    }
  });

  it("has a webhook's secret at OpenAI alone", () => {
    const secretOf = (webhookSecret: string) => ({ api_key: 'sk-1', webhook_secret: webhookSecret });
    checkSecret({ vendor: 'openai', kind: 'api_key' }, secretOf('whsec_c2VjcmV0'));
    const refused = (vendor: string, value: string) =>
      refusalOf(() => checkSecret({ vendor, kind: 'api_key' }, secretOf(value)));
    expect(refused('openai', 'c2VjcmV0')).toMatchObject({ param: 'secret.webhook_secret' });
    expect(refused('openai', 'c2VjcmV0').message).not.toContain('c2VjcmV0');
    expect(refused('groq', 'whsec_c2VjcmV0')).toMatchObject({ param: 'secret' });
  });

  it('is told by its end, which is nothing of a short one', () => {
    expect(hintOf('api_key', { api_key: 'sk-0123456789abcd' })).toBe('abcd');
    expect(hintOf('api_key', { api_key: 'sk-01234' })).toBe('');
    expect(hintOf('aws', { access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'wJalrXUtnFEMI/EKEY' })).toBe(
      'EKEY',
    );
    expect(hintOf('google_service_account', { service_account_json: JSON.stringify(account) })).toBe('cdef');
  });
});

describe('the settings of a credential', () => {
  const given = (vendor = openai!, kind: CredentialKind = 'api_key', isOwn = true) => ({ vendor, kind, isOwn });

  it.each([
    ['no URL', 'vendor.example', 'URL'],
    ['a file', 'file:///etc/passwd', 'URL'],
    ['a password', 'https://user:pass@vendor.example', 'password'],
    ['a query', 'https://vendor.example/v1?key=1', 'query'],
    ['plain HTTP', 'http://vendor.example/v1', 'https://'],
  ])('are refused for an address with %s', (_name, address, hint) => {
    const refusal = refusalOf(() => checkSettings(given(), { base_url: address }));
    expect(refusal.param).toBe('settings.base_url');
    expect(refusal.message).toContain(hint);
    expect(refusal.message).not.toContain(address);
  });

  it("may name a server of the operator's own network for the operator alone", () => {
    checkSettings(given(vllm, 'api_key', false), { base_url: 'http://10.0.0.5:8000/v1' });
    checkSettings(given(), { base_url: 'https://proxy.example.com/v1' });
    checkSettings(given(), {});
    expect(refusalOf(() => checkSettings(given(vllm), {})).param).toBe('settings.base_url');
  });

  it.each([
    ['aws', { region: 'us-east-1.evil.example/#' }, 'settings.region'],
    ['aws_api_key', { region: 'evil' }, 'settings.region'],
    ['google_service_account', { location: 'x.evil.example/' }, 'settings.location'],
    ['google_service_account', { project: '../other' }, 'settings.project'],
    ['azure_api_key', { endpoint: 'https://a.example', api_version: '2024&x=1' }, 'settings.api_version'],
    ['azure_entra', { endpoint: 'https://a.example', client_id: 'c', tenant_id: 'a/b' }, 'settings.tenant_id'],
    ['azure_api_key', { endpoint: 'https://a.example', batch_deployments: 'gpt-4o' }, 'settings.batch_deployments'],
  ] as const)('are refused where they would be more than a part of an address: %s %j', (kind, settings, param) => {
    expect(refusalOf(() => checkSettings(given(vertex, kind), settings)).param).toBe(param);
  });

  it('name the account at Fireworks, and at no other vendor', () => {
    const fireworks = { id: 'fireworks', baseUrl: 'https://api.fireworks.ai/inference/v1' };
    checkSettings(given(fireworks), { account_id: 'my-account' });
    expect(refusalOf(() => checkSettings(given(fireworks), { account_id: '../other' })).param).toBe(
      'settings.account_id',
    );
    expect(refusalOf(() => checkSettings(given(), { account_id: 'my-account' })).param).toBe('settings');
  });

  it('are those of the kind', () => {
    checkSettings(given(vertex, 'google_service_account'), { location: 'europe-west1' });
    expect(refusalOf(() => checkSettings(given(), { region: 'eu' })).message).toContain('base_url');
    expect(refusalOf(() => checkSettings(given(openai, 'aws'), {})).param).toBe('settings.region');
  });
});
