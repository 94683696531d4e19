import { ApplicationFailure } from '@temporalio/common';
import type { UpkeepActivities } from '../../workflows/contracts/activities.js';
import type { Drift } from '../../workflows/contracts/catalogue.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import { findDrift } from '../../workflows/domain/catalogue-drift.js';
import { composeOffer, fieldsInForce, type OfferBase } from '../../workflows/domain/offer-changes.js';
import type { Database } from '../storage/database.js';
import { fetchPriceData, PriceSourceError, sourceOf } from './fetch-price-data.js';
import { offersAt, readOperatorsWord } from './read-catalogue.js';
import { recordFailure, recordRun } from './refresh-rows.js';

/** A source of which less than this share of its vendors' offers is left is broken, or no longer what it was. */
const LEAST_SHARE = 0.5;

export interface RefreshDependencies {
  readonly database: Database;
  readonly base: OfferBase;
  /** URLs of price maps in LiteLLM's form. */
  readonly urls: readonly string[];
  /** The offers in such a map. Throws where it is none. */
  readonly read: (data: {
    readonly text: string;
    readonly asOf: string;
    readonly limits: { readonly [offerId: string]: number };
  }) => Promise<readonly Offer[]>;
  readonly clock: () => Date;
  readonly onError: (error: unknown) => void;
}

export function createCatalogueRefresh(deps: RefreshDependencies): UpkeepActivities['refreshCatalogue'] {
  return async () => {
    const failures: string[] = [];
    const sources = [];
    for (const url of deps.urls) {
      const source = sourceOf(url);
      try {
        sources.push({ source, ...(await refreshFrom(deps, url, source)) });
      } catch (error) {
        if (!(error instanceof PriceSourceError)) {
          // Its message may say anything, and would be kept in the workflow's history.
          deps.onError(error);
          throw ApplicationFailure.retryable('internal', 'internal');
        }
        await recordFailure(deps.database, source, error.message);
        failures.push(`${source}: ${error.message}`);
      }
    }
    // The sources that could be read are done; run again they propose nothing twice.
    if (failures.length > 0) throw ApplicationFailure.retryable(failures.join('; '), 'price_source');
    return { sources };
  };
}

async function refreshFrom(deps: RefreshDependencies, url: string, source: string) {
  const { database, base, clock } = deps;
  const { text, contentHash } = await fetchPriceData(url);
  const today = clock().toISOString().slice(0, 10);
  const known = await knownOffers(deps);
  const limits = Object.fromEntries(
    known.map(({ vendor, vendorModel, maxOutputTokens }) => [`${vendor}/${vendorModel}`, maxOutputTokens]),
  );
  const read = await deps.read({ text, asOf: today, limits }).catch((error: unknown) => {
    throw new PriceSourceError('it is no price map that can be read', { cause: error });
  });
  requireMost(base.offers, read);
  const drift: readonly Drift[] = findDrift({ known, read, vendors: base.vendors, today });
  const proposed = await recordRun(database, { source, contentHash, read: read.map(({ id }) => id), drift });
  return { compared: read.length, proposed };
}

/** Those that are disabled included: that nobody is to use them is no reason to propose them as new. */
async function knownOffers({ database, base, clock }: RefreshDependencies): Promise<readonly Offer[]> {
  const word = await readOperatorsWord(database);
  const atMs = clock().getTime();
  const said = fieldsInForce(word.offers, atMs);
  return offersAt(base, word, atMs).map(({ id, offer }) => {
    const row =
      offer ??
      composeOffer(
        id,
        base.offers.find((one) => one.id === id),
        said.get(id) ?? {},
      );
    return row as Offer;
  });
}

function requireMost(offers: readonly Offer[], read: readonly Offer[]): void {
  const vendors = new Set(read.map(({ vendor }) => vendor));
  const ids = new Set(read.map(({ id }) => id));
  const expected = offers.filter(({ vendor }) => vendors.has(vendor));
  const found = expected.filter(({ id }) => ids.has(id)).length;
  if (read.length > 0 && found >= expected.length * LEAST_SHARE) return;
  throw new PriceSourceError(`it has ${found} of the ${expected.length} offers of its vendors: less than half`);
}
