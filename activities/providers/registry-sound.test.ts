import { describe, expect, it } from 'vitest';
import { isServed } from '../../workflows/domain/offers-of-kind.js';
import { ACCOUNT_VENDORS, createProvider } from './registry.js';
import type { CredentialFields } from '../../workflows/contracts/credentials.js';
import type { CredentialKind } from '../../workflows/contracts/credentials.js';
import type { VendorHttp } from './http.js';

const notSent = () => Promise.reject(new Error('not sent'));
const http: VendorHttp = { postJson: notSent, getJson: notSent, close: () => Promise.resolve() };
const KEY = '-----BEGIN PRIVATE KEY-----';
const ACCOUNTS: Readonly<Record<string, readonly [CredentialKind, CredentialFields, CredentialFields]>> = {
  azure: ['azure_api_key', { endpoint: 'https://r.openai.azure.com' }, { api_key: 'k' }],
  bedrock: ['aws_api_key', { region: 'us-east-1' }, { api_key: 'k' }],
  vertex: [
    'google_service_account',
    { project: 'p' },
    { service_account_json: JSON.stringify({ client_email: 'a@b', private_key: KEY, project_id: 'p' }) },
  ],
};

describe('the vendors that offers of sound are listed of', () => {
  it.each(['speech', 'transcription'] as const)('are those whose adapters have it: %s', (kind) => {
    const able = ACCOUNT_VENDORS.filter((vendor) => {
      const [credential, settings, secret] = ACCOUNTS[vendor] ?? ['api_key', {}, { api_key: 'k' }];
      const account = { kind: credential, settings, secret, baseUrl: 'https://vendor.example.com/v1' };
      return createProvider(vendor, account, http)?.media?.[kind] !== undefined;
    });
    expect(able).toEqual(
      ACCOUNT_VENDORS.filter((vendor) => isServed({ kind, vendor, vendorModel: 'any', id: `${vendor}/any` })),
    );
    expect(able.length).toBeGreaterThan(5);
  });

  it.each([
    ['openai', 'gpt-realtime-whisper'],
    ['openai', 'gpt-live-transcribe'],
    ['azure', 'speech/azure-stt'],
    ['vertex', 'chirp_3'],
    ['deepgram', 'streaming/nova-3'],
  ])('have no offer of what only a socket or another API serves: %s/%s', (vendor, vendorModel) => {
    expect(isServed({ kind: 'transcription', vendor, vendorModel, id: `${vendor}/${vendorModel}` })).toBe(false);
    expect(isServed({ kind: 'chat', vendor, vendorModel, id: `${vendor}/${vendorModel}` })).toBe(true);
  });
});
