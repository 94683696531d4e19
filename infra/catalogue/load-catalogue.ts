import { readFileSync } from 'node:fs';
import type { ModelQuality } from '../../workflows/contracts/model-quality.js';
import type { MediaOffer } from '../../workflows/contracts/media-offers.js';
import type { Model } from '../../workflows/contracts/models.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Catalogue } from '../../workflows/contracts/ports.js';
import { isServed } from '../../workflows/domain/offers-of-kind.js';
import { scoresOf } from '../../workflows/domain/model-quality.js';
import { checkMediaOffers, checkModelRows, checkOffers, type Checked } from './check-offers.js';
import { qualityOfModels } from './model-quality.js';
import { withImageTools } from './image-tools.js';
import { expand } from './offer-row.js';
import { type QualityData, qualitySchema } from './quality.schema.js';
import { toPlannedOffer } from './media-offers.js';
import { SANDBOX_MEDIA } from './sandbox-media.js';
import { SANDBOX_OFFERS } from './sandbox-offers.js';
import { CATALOGUE_VENDORS } from './vendors.js';

export { checkOffers } from './check-offers.js';
export { CATALOGUE_VENDORS } from './vendors.js';

/** The catalogue cannot be used; the message lists every problem, one a line. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  constructor(readonly problems: readonly string[]) {
    super(`The catalogue has ${problems.length} problem(s):\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

export interface CatalogueRequest {
  readonly vendors: readonly string[];
  /**
   * Whether to offer at prices that a source has converted from another currency. Off by default: the vendor's bill
   * follows a rate of the day, and what callers are charged would be somebody's guess of it.
   */
  readonly convertedPrices?: boolean;
  /** Where a vendor's rows come from; its file, unless a test says otherwise. Throws where it has none. */
  readonly read?: (folder: 'offers' | 'media', vendor: string) => unknown;
}

export interface LoadedCatalogue extends Catalogue {
  /** What an adapter serves besides chat. */
  readonly media: readonly Offer[];
  readonly models: readonly Model[];
  /** Rows that were left out because they are broken, each with the field that is wrong, for the log. */
  readonly warnings: readonly string[];
}

/**
 * The offers of these vendors, vendor by vendor as they are named here, and the models that they serve. A broken row is left
 * out with a warning: one mistake in the data must not take every vendor down. Throws a `CatalogueError` for a vendor that
 * the catalogue does not have.
 */
export function loadCatalogue(request: CatalogueRequest): LoadedCatalogue {
  const listed = rowsOf(request, 'offers');
  const { rows, problems } = checkOffers(listed.rows);
  const offers = rows.filter(({ source }) => source.convertedFrom === undefined || request.convertedPrices === true);
  const models = readModels(new Set(offers.map(({ model }) => model)));
  const quality = readQuality();
  const known = rate(offers, quality.rows[0]);
  const media = loadMediaOffers(request);
  const warnings = [...listed.problems, ...problems, ...models.problems, ...quality.problems, ...media.warnings];
  const priced = withImageTools(offers, media.offers);
  return {
    media: media.offers.map(toPlannedOffer).filter(isServed),
    offers: priced.map((offer) => withScores(offer, known)),
    models: models.rows.map((model) => withQuality(model, known)),
    warnings,
  };
}

/** Every media offer of these vendors, those that no adapter serves included; as `loadCatalogue` otherwise. */
export function loadMediaOffers(request: CatalogueRequest): {
  readonly offers: readonly MediaOffer[];
  readonly warnings: readonly string[];
} {
  const listed = rowsOf(request, 'media');
  const { rows, problems } = checkMediaOffers(listed.rows);
  const sold = rows.filter(({ source }) => source.convertedFrom === undefined || request.convertedPrices === true);
  const offers = [...(request.vendors.includes('sandbox') ? SANDBOX_MEDIA : []), ...sold];
  return { offers, warnings: [...listed.problems, ...problems] };
}

function rowsOf({ vendors, read = readRows }: CatalogueRequest, folder: 'offers' | 'media'): Checked<unknown> {
  const unknown = vendors.filter((vendor) => !CATALOGUE_VENDORS.includes(vendor));
  if (unknown.length > 0) throw new CatalogueError(unknown.map((vendor) => `${vendor}: no vendor of the catalogue`));
  const parts = [...new Set(vendors)].map((vendor): Checked<unknown> => {
    if (vendor === 'sandbox') return { rows: folder === 'offers' ? SANDBOX_OFFERS : [], problems: [] };
    try {
      const rows = read(folder, vendor);
      if (!Array.isArray(rows)) throw new TypeError('it is no list');
      return { rows: rows.map((row) => expand(vendor, row)), problems: [] };
    } catch (error) {
      return { rows: [], problems: [`${vendor}: ${folder}/${vendor}.json: ${(error as Error).message}`] };
    }
  });
  return { rows: parts.flatMap(({ rows }) => rows), problems: parts.flatMap(({ problems }) => problems) };
}

function readModels(served: ReadonlySet<string | undefined>): Checked<Model> {
  try {
    const rows = readJson('./models.json') as readonly { readonly id?: string }[];
    return checkModelRows(rows.filter(({ id }) => served.has(id)));
  } catch (error) {
    // Offers can be asked for without a description of their models.
    return { rows: [], problems: [`models.json: ${(error as Error).message}`] };
  }
}

type KnownQuality = ReadonlyMap<string, ModelQuality>;

/** How well the models of these offers do each kind of work, where that is known. */
function rate(offers: readonly Offer[], data: QualityData | undefined): KnownQuality {
  const ids = new Set(offers.flatMap(({ model }) => model ?? []));
  return data === undefined ? new Map() : qualityOfModels(data, [...ids]);
}

function withScores(offer: Offer, known: KnownQuality): Offer {
  const quality = offer.model === undefined ? undefined : known.get(offer.model);
  return quality === undefined ? offer : { ...offer, quality: scoresOf(quality) };
}

function withQuality(model: Model, known: KnownQuality): Model {
  const quality = known.get(model.id);
  return quality === undefined ? model : { ...model, quality };
}

/** Of which there is one, or none with what is wrong with it: models can be named without it. */
function readQuality(): Checked<QualityData> {
  try {
    const { data, error } = qualitySchema.safeParse(readJson('./quality.json'));
    if (data !== undefined) return { rows: [data], problems: [] };
    const problems = error.issues.map(({ path, message }) => `quality.json: ${path.join('.')}: ${message}`);
    return { rows: [], problems };
  } catch (error) {
    return { rows: [], problems: [`quality.json: ${(error as Error).message}`] };
  }
}

function readRows(folder: 'offers' | 'media', vendor: string): unknown {
  return readJson(`./${folder}/${vendor}.json`);
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
