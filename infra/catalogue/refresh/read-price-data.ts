import { readFileSync } from 'node:fs';
import type { Offer } from '../../../workflows/contracts/offers.js';
import { checkOffers } from '../check-offers.js';
import { buildCatalogue } from '../generate/build.js';
import type { IdentityOverrides } from '../generate/identity.js';
import { readPriceMap } from '../generate/price-map.js';
import type { Decision } from '../generate/second-opinion.js';
import { VENDOR_SOURCES } from '../generate/sources.js';

export interface PriceData {
  /** LiteLLM's map, as it was read. */
  readonly text: string;
  /** The day on which it was read, an ISO date. */
  readonly asOf: string;
  /** What each live offer writes at most, by its id, for those of which the map does not tell. */
  readonly limits: { readonly [offerId: string]: number };
}

/**
 * The offers in newer price data, read as those of the catalogue are when it is generated: the decisions that were made by hand
 * count, and what is left out there is left out here. It takes a second of one core. Throws where the text is no price map.
 */
export function readPriceData({ text, asOf, limits }: PriceData): readonly Offer[] {
  const map = readPriceMap(text);
  if (typeof map !== 'object' || map === null || Array.isArray(map)) throw new TypeError('it is no JSON object');
  const decisions = readJson('../generate/decisions.json') as readonly Decision[];
  const built = buildCatalogue({
    map,
    mapAsOf: asOf,
    modelsDev: {},
    modelsDevAsOf: asOf,
    // A price that was decided is the second opinion here, so that it wins as it did before.
    opinionOf: (provider, vendorModel) => decidedOf(decisions, provider, vendorModel),
    opinionSource: { name: 'decisions', asOf: '0000-00-00', url: () => '' },
    decisions,
    overrides: readJson('../generate/model-overrides.json') as IdentityOverrides,
    limitOf: (offerId) => limits[offerId],
  });
  const disputed = new Set(disputedIds());
  return checkOffers(built.offers).rows.filter(
    ({ id, source }) => !disputed.has(id) && source.convertedFrom === undefined,
  );
}

function decidedOf(decisions: readonly Decision[], provider: string, vendorModel: string) {
  const { vendor } = VENDOR_SOURCES.find(({ secondOpinion }) => secondOpinion === provider) ?? {};
  const own = decisions.filter(({ offer }) => offer === `${vendor ?? ''}/${vendorModel}`);
  return own.length === 0 ? undefined : Object.fromEntries(own.map(({ unit, usd }) => [unit, usd]));
}

/** Of these two sources do not agree by far, and this one is not to win because it is asked alone. */
function disputedIds(): readonly string[] {
  const dropped = readJson('../dropped.json') as readonly {
    readonly reason: string;
    readonly rows: readonly string[];
  }[];
  return dropped.flatMap(({ reason, rows }) => (reason === 'disputed' ? rows : []));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}
