import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { modelsPage } from '../../infra/catalogue/generate/models-page.js';
import { CATALOGUE_VENDORS, loadCatalogue, loadMediaOffers } from '../../infra/catalogue/load-catalogue.js';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/models.md'), 'utf8');

it('docs/models.md counts what the catalogue has', () => {
  const all = { vendors: CATALOGUE_VENDORS, convertedPrices: true };
  const { offers, models } = loadCatalogue(all);
  const media = loadMediaOffers(all).offers.filter(({ vendor }) => vendor !== 'sandbox');
  expect(page).toContain(modelsPage({ offers: offers.filter(({ vendor }) => vendor !== 'sandbox'), media, models }));
});
