import { expect, it } from 'vitest';
import { offer } from '../../workflows/domain/test-values.js';
import { CATALOGUE_VENDORS, loadCatalogue, loadMediaOffers } from './load-catalogue.js';
import { expand, toRow } from './offer-row.js';

it('leaves out what the id tells, and writes prices as texts', () => {
  const row = toRow(
    offer({ aliases: [], prices: { input: { usd: '2', per: 1_000_000 }, images: { usd: '1', per: 5 } } }),
  );
  expect(row).not.toHaveProperty('vendor');
  expect(row).not.toHaveProperty('vendorModel');
  expect(row).toMatchObject({ prices: { input: '2', images: { usd: '1', per: 5 } } });
});

it('is the same offer again, whichever', () => {
  const all = { vendors: CATALOGUE_VENDORS, convertedPrices: true };
  for (const one of [...loadCatalogue(all).offers, ...loadMediaOffers(all).offers])
    expect(expand(one.vendor, JSON.parse(JSON.stringify(toRow(one))))).toEqual(one);
});

it.each([undefined, null, 1, 'x', [], { id: 1 }, { prices: null }, { prices: [1] }])('does not fail on %j', (row) => {
  expect(() => expand('openai', row)).not.toThrow();
});
