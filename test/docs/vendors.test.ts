import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VendorHttp } from '../../activities/providers/http.js';
import { COMPATIBLE_PROFILES } from '../../activities/providers/openai-compatible/profiles.js';
import { createProviders } from '../../activities/providers/registry.js';
import { loadCatalogue } from '../../infra/catalogue/load-catalogue.js';
import { CATALOGUE_VENDORS } from '../../infra/catalogue/vendors.js';
import { COMPATIBLE_VENDORS, urlSettingOf } from '../../infra/runtime/compatible-vendors.js';
import { KEYED_VENDORS, MEDIA_VENDORS } from '../../infra/runtime/media-vendors.js';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/vendors.md'), 'utf8');
const rowOf = (vendor: string): string => page.split('\n').find((line) => line.startsWith(`| \`${vendor}\` |`)) ?? '';

const notSent = () => Promise.reject(new Error('not sent'));
const http: VendorHttp = { postJson: notSent, getJson: notSent, close: () => Promise.resolve() };
const access = { apiKey: 'k', baseUrl: 'https://vendor.example.com/v1' };
const compatible = Object.fromEntries(KEYED_VENDORS.map(({ id }) => [id, access]));
const azure = { endpoint: 'https://vendor.example.com', apiKey: 'k' };
const bedrock = { region: 'us-east-1' };
const vertex = { project: 'p', location: 'global', accessToken: 't' };
const native = { openai: access, anthropic: access, google: access, vertex, bedrock, azure };
const callable = [...createProviders({ ...native, compatible, sandbox: true, http }).keys()];

describe('every vendor that can be called', () => {
  it('is configured and has a profile, where it speaks the chat dialect of OpenAI', () => {
    const ids = COMPATIBLE_VENDORS.map(({ id }) => id);
    expect(COMPATIBLE_PROFILES.map(({ id }) => id)).toEqual(ids);
    expect(callable).toEqual([...Object.keys(native), ...ids, ...MEDIA_VENDORS.map(({ id }) => id), 'sandbox']);
  });

  it.each(callable)('is one of the catalogue, with offers or a reason for none: %s', (vendor) => {
    expect(CATALOGUE_VENDORS).toContain(vendor);
    const { offers, media, warnings } = loadCatalogue({ vendors: [vendor] });
    expect(warnings).toEqual([]);
    expect(offers.length + media.length > 0).toBe(!rowOf(vendor).includes('**no offers yet**'));
  });

  it.each(callable)('has its row in docs/vendors.md: %s', (vendor) => {
    const row = rowOf(vendor);
    const configured = KEYED_VENDORS.find(({ id }) => id === vendor);
    expect(row.split('|')).toHaveLength(6);
    if (configured) {
      expect(row).toContain(configured.keySetting);
      if (!('baseUrl' in configured)) expect(row).toContain(urlSettingOf(configured));
    }
  });

  it('is all that docs/vendors.md lists', () => {
    const listed = [...page.matchAll(/^\| `([a-z]+)` \|/gm)].map(([, vendor]) => vendor);
    expect(listed.toSorted()).toEqual(callable.toSorted());
  });
});
