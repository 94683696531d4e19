import { readFileSync } from 'node:fs';
import { calcPrice } from '@pydantic/genai-prices';
import { describe, expect, it } from 'vitest';
import { VENDOR_SOURCES } from './generate/sources.js';
import { CATALOGUE_VENDORS, loadCatalogue } from './load-catalogue.js';

// Of every chat model that LiteLLM prices and that has not ended, the catalogue has the offer, or says why not. Its names were
// read from the map when the catalogue was made, by code that makes no offers; genai-prices is asked here and now.

const { offers } = loadCatalogue({ vendors: CATALOGUE_VENDORS, convertedPrices: true });
const lists = readJson('./live-names.json') as readonly {
  readonly vendor: string;
  readonly names: readonly string[];
}[];
const dropped = readJson('./dropped.json') as readonly { readonly reason: string; readonly rows: readonly string[] }[];
const reasons = new Map(dropped.flatMap(({ reason, rows }) => rows.map((row) => [row, reason] as const)));

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

/** The names that a vendor's offers go by in the map, where Azure's and Bedrock's regions stand before the vendor's own. */
function offered(vendor: string): ReadonlySet<string> {
  const own = offers.filter((offer) => offer.vendor === vendor);
  return new Set(
    own.flatMap(({ id, vendorModel, aliases }) => [
      ...[id.slice(vendor.length + 1), vendorModel, ...aliases],
      ...[`global/${vendorModel}`, `global-standard/${vendorModel}`, `${vendorModel}@default`, `${vendorModel}@latest`],
    ]),
  );
}

function reasonOf(vendor: string, name: string): string | undefined {
  const { map, vendor: id = vendor } = VENDOR_SOURCES.find((source) => source.vendor === vendor) ?? {};
  const keys = [name, `${id}/${name}`, ...(map?.prefixes ?? []).map((prefix) => `${prefix}${name}`)];
  return keys.map((key) => reasons.get(key)).find((reason) => reason !== undefined);
}

it('is compared for all vendors that the map has, of which one asks for nothing and some have no chat', () => {
  const without = lists.filter(({ names }) => names.length === 0).map(({ vendor }) => vendor);
  expect(without).toEqual(['bfl', 'replicate', 'kling', 'ollama', 'voyage', 'jina', 'elevenlabs', 'deepgram']);
  expect(lists.flatMap(({ names }) => names).length).toBeGreaterThan(1_000);
});

describe.each(lists)('$vendor', ({ vendor, names }) => {
  const known = offered(vendor);
  const missing = names.filter((name) => !known.has(name));

  it('has every live model of the map as an offer, or a reason', () => {
    expect(missing.filter((name) => reasonOf(vendor, name) === undefined)).toEqual([]);
  });

  it('lacks none that both sources price for want of a price', () => {
    const providerId = VENDOR_SOURCES.find((source) => source.vendor === vendor)?.secondOpinion;
    if (providerId === undefined) return;
    const inBoth = missing.filter((name) => calcPrice({}, name, { providerId }) !== null);
    const without = inBoth.map((name) => [name, reasonOf(vendor, name)] as const);
    expect(without.filter(([, reason]) => reason === undefined || reason === 'no_price')).toEqual([]);
  });
});
