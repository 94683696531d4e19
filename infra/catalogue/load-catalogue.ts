import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Catalogue } from '../../workflows/contracts/ports.js';
import { type CatalogueOffer, offerSchema } from './offer.schema.js';
import { SANDBOX_OFFERS } from './sandbox-offers.js';

/** The catalogue cannot be used; the message lists every problem, one a line. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError';
  constructor(readonly problems: readonly string[]) {
    super(`The catalogue has ${problems.length} problem(s):\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

const SOURCES: { readonly [vendor: string]: () => unknown } = {
  sandbox: () => SANDBOX_OFFERS,
  openai: () => readOffers('openai'),
  anthropic: () => readOffers('anthropic'),
};

/** Vendors that have offers. */
export const CATALOGUE_VENDORS: readonly string[] = Object.keys(SOURCES);

/** The offers of these vendors, vendor by vendor as they are named here. Throws a `CatalogueError`. */
export function loadCatalogue({ vendors }: { readonly vendors: readonly string[] }): Catalogue {
  const isKnown = (vendor: string): boolean => Object.hasOwn(SOURCES, vendor);
  const unknown = vendors.filter((vendor) => !isKnown(vendor));
  const listed = [...new Set(vendors)].filter(isKnown).flatMap((vendor) => SOURCES[vendor]?.() ?? []);
  const { offers, problems } = checkOffers(listed);
  const all = [...unknown.map((vendor) => `${vendor}: no vendor of the catalogue`), ...problems];
  if (all.length > 0) throw new CatalogueError(all);
  return { offers };
}

/** What is right of a list of offers, and all that is wrong with it. */
export function checkOffers(listed: readonly unknown[]): {
  readonly offers: readonly CatalogueOffer[];
  readonly problems: readonly string[];
} {
  const checked = listed.map((offer) => offerSchema.safeParse(offer));
  const offers = checked.flatMap((check) => check.data ?? []);
  const malformed = checked.flatMap((check, index) =>
    check.error ? toProblems(check.error, listed[index], index) : [],
  );
  return { offers, problems: [...malformed, ...findRepeatedNames(offers), ...offers.flatMap(findCheapTiers)] };
}

function toProblems(error: z.ZodError, offer: unknown, index: number): readonly string[] {
  const id: unknown = typeof offer === 'object' && offer !== null && 'id' in offer ? offer.id : undefined;
  const name = typeof id === 'string' ? id : `offer ${index}`;
  return error.issues.map(({ path, message }) => `${name}: ${path.join('.')}: ${message}`);
}

/** Letter case does not tell models apart where a name is looked up, so it does not here. */
function findRepeatedNames(offers: readonly CatalogueOffer[]): readonly string[] {
  const owners = new Map<string, string>();
  return offers.flatMap(({ id, aliases }) =>
    [id, ...aliases].flatMap((name) => {
      const owner = owners.get(name.toLowerCase());
      owners.set(name.toLowerCase(), owner ?? id);
      return owner === undefined ? [] : [`${id}: the name ${name} is taken by ${owner}`];
    }),
  );
}

/** A reservation takes the tier that the input may reach for the dearest; a cheaper one would make it too small. */
function findCheapTiers({ id, prices, longContext }: CatalogueOffer): readonly string[] {
  if (longContext === undefined) return [];
  return Object.entries(prices).flatMap(([unit, { usd, per }]) => {
    const long = longContext.prices[unit as keyof typeof prices];
    const isCheaper = long === undefined || Number(long.usd) / long.per < Number(usd) / per;
    return isCheaper ? [`${id}: longContext.prices.${unit}: must not be below the price for shorter input`] : [];
  });
}

function readOffers(vendor: string): unknown {
  return JSON.parse(readFileSync(new URL(`./offers/${vendor}.json`, import.meta.url), 'utf8'));
}
