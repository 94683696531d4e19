import type { PriceOverride } from '../../workflows/contracts/catalogue.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { Catalogue } from '../../workflows/contracts/ports.js';
import { nextChange, withOverrides } from '../../workflows/domain/price-overrides.js';
import type { Queryable } from '../storage/database.js';
import type { Notifications } from '../storage/notifications.js';
import { priceColumns, type PriceRow, toPriceOverride } from './price-rows.js';

export const catalogueChangeChannelName = 'sluice_catalogue_changed';

/** Changes are announced; looking again after a while covers an announcement that got lost. */
const lookAgainMs = 60_000;
const retryMs = 250;

/** The catalogue at the prices that are in force at this moment. */
export interface LiveCatalogue extends Catalogue {
  /** Reads the prices that were set. Nothing may be sold before it resolves; it rejects where the database is away. */
  start(): Promise<void>;
  stop(): void;
}

/**
 * Prices in memory, because every request asks for them: read at the start, again with each announcement, and from then on
 * tried until it succeeds. While the database is away nothing is planned, so that no old price is agreed on for long.
 */
export function createLiveCatalogue(deps: {
  readonly database: Queryable;
  readonly notifications: Notifications;
  readonly catalogue: Catalogue;
  readonly onError: (error: unknown) => void;
}): LiveCatalogue {
  let overrides: readonly PriceOverride[] = [];
  let priced: { readonly offers: readonly Offer[]; readonly untilMs: number } | undefined;
  let latest = 0;
  let isLoaded = false;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const load = async (): Promise<void> => {
    latest += 1;
    const turn = latest;
    const read = await readOverrides(deps.database);
    // What was asked for later knows more; an answer that comes late must not undo it.
    if (turn !== latest) return;
    isLoaded = true;
    // Prices are only ever added. As long as none is, the list stays the same one, by which names are indexed.
    if (read.length === overrides.length) return;
    overrides = read;
    priced = undefined;
  };
  const reload = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    const next = (delayMs: number): void => {
      clearTimeout(timer);
      if (!stopped) timer = setTimeout(reload, delayMs).unref();
    };
    load().then(
      () => next(lookAgainMs),
      (error: unknown) => {
        deps.onError(error);
        next(retryMs);
      },
    );
  };
  deps.notifications.on(catalogueChangeChannelName, reload);

  return {
    ...(deps.catalogue.models && { models: deps.catalogue.models }),
    get offers() {
      const nowMs = Date.now();
      if (priced === undefined || nowMs >= priced.untilMs) {
        const offers = withOverrides(deps.catalogue.offers, overrides, nowMs);
        priced = { offers, untilMs: nextChange(overrides, nowMs) };
      }
      return priced.offers;
    },
    start: async () => {
      // A change that is announced meanwhile makes what is being read too old to count.
      while (!isLoaded) await load();
      reload();
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

async function readOverrides(database: Queryable): Promise<readonly PriceOverride[]> {
  const rows = await database.query<PriceRow & Record<string, unknown>>({
    name: 'catalogue-prices',
    text: `SELECT ${priceColumns} FROM catalogue.price_overrides ORDER BY sequence`,
  });
  return rows.map(toPriceOverride);
}
