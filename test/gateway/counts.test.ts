import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMPATIBLE_VENDORS, OWN_SERVERS, urlSettingOf } from '../../infra/runtime/compatible-vendors.js';
import { type Parsed, useWorld } from './world.js';

// How much there is, counted at a gateway for which every vendor is configured. Nobody is called: the keys are made up.

const keys = COMPATIBLE_VENDORS.flatMap((vendor) => [
  [vendor.keySetting, 'sk-made-up'],
  ...(OWN_SERVERS.includes(vendor.id) ? [[urlSettingOf(vendor), 'http://127.0.0.1:9/v1'] as const] : []),
]);
const clouds = {
  GEMINI_API_KEY: 'made-up',
  SLUICE_VERTEX_PROJECT: 'made-up',
  SLUICE_VERTEX_ACCESS_TOKEN: 'made-up',
  SLUICE_BEDROCK_REGION: 'us-east-1',
  AWS_BEARER_TOKEN_BEDROCK: 'made-up',
  AZURE_OPENAI_ENDPOINT: 'https://made-up.openai.azure.com',
  AZURE_OPENAI_API_KEY: 'made-up',
};
const world = useWorld({ env: { ...Object.fromEntries(keys), ...clouds } as Record<string, string> });
/** No vendors: what answers here, and the names that stand for models of others. */
const OURS = ['sandbox', 'sluice'];
const page = readFileSync(resolve(import.meta.dirname, '../../docs/models.md'), 'utf8');

/** `| \`groq\`: Groq | 6 | 6 | 4 | … |`: chat models and chat offers by vendor. */
const documented = new Map(
  [...page.matchAll(/^\| `([a-z0-9-]+)`: [^|]+\| (\d+) \| (\d+)([^|]*)\|/gm)].map(
    ([, vendor, models, offers, note]) => [
      vendor,
      { models: Number(models), offers: Number(offers), isConverted: note?.includes('converted') ?? false },
    ],
  ),
);

describe('the gateway', () => {
  it('lists as many priced models of each vendor as the documentation says', async () => {
    const { data } = (await world.get('/v1/models')).body as { readonly data: readonly Parsed[] };
    const vendors = [...new Set(data.map(({ owned_by: vendor }) => String(vendor)))].filter((id) => !OURS.includes(id));
    const counted = vendors.map((vendor) => {
      const own = data.filter(({ owned_by: owner }) => owner === vendor);
      return [vendor, new Set(own.map(({ canonical_slug: model }) => model)).size, own.length] as const;
    });
    expect(counted).toEqual(
      vendors.map((vendor) => [vendor, documented.get(vendor)?.models, documented.get(vendor)?.offers]),
    );
    // Those whose prices somebody has converted are not offered unasked.
    const expected = COMPATIBLE_VENDORS.map(({ id }) => id).filter((id) => documented.get(id)?.isConverted === false);
    expect(vendors).toEqual(
      expect.arrayContaining(['openai', 'anthropic', 'google', 'vertex', 'bedrock', 'azure', ...expected]),
    );
    expect(vendors.length).toBeGreaterThanOrEqual(25);
    const priced = data.filter(
      ({ owned_by: vendor, prices }) => !OURS.includes(String(vendor)) && Number(prices.input?.usd ?? 0) > 0,
    );
    expect(new Set(priced.map(({ canonical_slug: model }) => model)).size).toBeGreaterThanOrEqual(300);
  });
});
