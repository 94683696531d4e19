/**
 * Writes `offers/*.json` from LiteLLM's price map (MIT, see README.md). Run by hand, and read the difference:
 *
 *     npx tsx infra/catalogue/generate.ts <model_prices_and_context_window_backup.json> <date on which it was read>
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { checkOffers } from './load-catalogue.js';
import { readRows } from './price-map.js';
import { toOffers } from './to-offers.js';

const [file, asOf] = process.argv.slice(2);
if (file === undefined || !/^\d{4}-\d\d-\d\d$/.test(asOf ?? '')) {
  throw new Error('Give the price map’s file and the date on which it was read, for example 2026-11-24.');
}

const text = readFileSync(file, 'utf8');
for (const vendor of ['openai', 'anthropic'] as const) {
  const offers = toOffers(readRows(text, vendor, asOf ?? ''), vendor, asOf ?? '');
  const { problems } = checkOffers(offers);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const target = new URL(`./offers/${vendor}.json`, import.meta.url);
  const style = await resolveConfig(target);
  writeFileSync(target, await format(JSON.stringify(offers), { ...style, parser: 'json' }));
  process.stdout.write(`${vendor}: ${offers.length} offers\n`);
}
