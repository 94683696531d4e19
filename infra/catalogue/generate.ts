/**
 * Writes `offers/`, `media/`, `models.json`, `report.json` and docs/models.md from their sources (README.md says which, and
 * under which licences). Run by hand, and read the difference:
 *
 *     npx tsx infra/catalogue/generate.ts <LiteLLM's map> <date on which it was read> <models.dev's data.json> <its date>
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { calcPrice, findProvider } from '@pydantic/genai-prices';
import { checkMediaOffers, checkModelRows, checkOffers } from './check-offers.js';
import { buildCatalogue, type Built } from './generate/build.js';
import type { IdentityOverrides } from './generate/identity.js';
import { liveNames } from './generate/live-rows.js';
import { modelsPage, PAGE_MARK } from './generate/models-page.js';
import { readModelsDev } from './generate/models-dev.js';
import { toOpinion } from './generate/opinions.js';
import { readPriceMap } from './generate/price-map.js';
import type { Decision } from './generate/second-opinion.js';
import { VENDOR_SOURCES } from './generate/sources.js';
import { DROP_REASONS, type DropReason } from './generate/tally.js';
import { toRow } from './offer-row.js';

/** The newest date that version 0.1.8 of genai-prices names as one on which prices were checked. */
const OPINIONS_AS_OF = '2026-09-22';

const [mapFile, mapAsOf, devFile, devAsOf] = process.argv.slice(2);
const isDate = (text: string | undefined): text is string => /^\d{4}-\d\d-\d\d$/.test(text ?? '');
if (mapFile === undefined || devFile === undefined || !isDate(mapAsOf) || !isDate(devAsOf)) {
  throw new Error('Give LiteLLM’s map, the date on which it was read, models.dev’s data.json, and its date.');
}

const map = readPriceMap(readFileSync(mapFile, 'utf8'));
const built = buildCatalogue({
  map,
  mapAsOf,
  modelsDev: readModelsDev(readFileSync(devFile, 'utf8')),
  modelsDevAsOf: devAsOf,
  opinionOf: (providerId, vendorModel) => {
    const found = calcPrice({}, vendorModel, { providerId, timestamp: new Date(`${mapAsOf}T12:00:00Z`) });
    return found === null ? undefined : toOpinion(found.model_price);
  },
  opinionSource: {
    name: '@pydantic/genai-prices 0.1.8',
    asOf: OPINIONS_AS_OF,
    url: (vendor) => {
      const source = VENDOR_SOURCES.find((one) => one.vendor === vendor);
      return findProvider({ providerId: source?.secondOpinion ?? '' })?.pricing_urls?.[0] ?? source?.pricingUrl ?? '';
    },
  },
  decisions: readJson('./generate/decisions.json') as readonly Decision[],
  overrides: readJson('./generate/model-overrides.json') as IdentityOverrides,
});

const problems = [checkOffers(built.offers), checkMediaOffers(built.media), checkModelRows(built.models)].flatMap(
  (checked) => checked.problems,
);
if (problems.length > 0) throw new Error(problems.join('\n'));
write(built);

function write({ offers, media, models, differences, comparedCount, tally }: Built): void {
  for (const folder of ['offers', 'media']) mkdirSync(new URL(`./${folder}/`, import.meta.url), { recursive: true });
  for (const vendor of [...VENDOR_SOURCES.map((source) => source.vendor), 'vllm', 'custom']) {
    writeRows(`./offers/${vendor}.json`, offers.filter((offer) => offer.vendor === vendor).map(toRow));
    writeRows(`./media/${vendor}.json`, media.filter((offer) => offer.vendor === vendor).map(toRow));
  }
  writeRows('./models.json', models);
  writeRows(
    './live-names.json',
    VENDOR_SOURCES.filter((source) => source.map !== undefined).map((source) => ({
      vendor: source.vendor,
      names: liveNames(map, source, mapAsOf ?? ''),
    })),
  );
  writeRows('./differences.json', differences);
  const dropped = [...tally.dropped].map(([reason, rows]) => ({
    reason,
    meaning: DROP_REASONS[reason],
    count: rows.length,
    rows,
  }));
  writeRows('./dropped.json', dropped);
  const page = new URL('../../docs/models.md', import.meta.url);
  const [head = ''] = readFileSync(page, 'utf8').split(PAGE_MARK);
  writeFileSync(page, `${head}${modelsPage({ offers, media, models })}`);
  const counts = {
    ...{ vendors: VENDOR_SOURCES.length, models: models.length, offers: offers.length, media: media.length },
    ...{ compared: comparedCount, differences: differences.length },
    ...Object.fromEntries(
      [...tally.dropped].map(([reason, rows]: [DropReason, readonly string[]]) => [reason, rows.length]),
    ),
  };
  process.stdout.write(`${JSON.stringify(counts, null, 2)}\n`);
}

/** One row a line, so that a difference shows the rows that changed and nothing else. */
function writeRows(path: string, rows: readonly object[]): void {
  const lines = rows.map((row) => JSON.stringify(row)).join(',\n');
  writeFileSync(new URL(path, import.meta.url), rows.length === 0 ? '[]\n' : `[\n${lines}\n]\n`);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
