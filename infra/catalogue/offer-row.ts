import type { MediaOffer } from '../../workflows/contracts/media-offers.js';
import type { Offer, PriceList } from '../../workflows/contracts/offers.js';
import type { Unit } from '../../workflows/contracts/usage.js';

/**
 * How offers are written in `offers/` and `media/`: as they are in memory, but that prices are texts for the number of units
 * that is usual (`PER`), and that what the file's name or the id tells is left out. `expand` is the way back.
 */
const PER: { readonly [U in Unit]?: number } = {
  searches: 1_000,
  file_searches: 1_000,
  containers: 1,
  search_units: 1_000,
  requests: 1_000,
  images: 1,
  audio_seconds: 1,
  video_seconds: 1,
};
const PER_TOKENS = 1_000_000;

/** What an offer becomes in its file. A price for another number of units than is usual keeps its number. */
export function toRow(offer: Offer | MediaOffer): object {
  const { vendor, vendorModel, ...row } = offer;
  const compact = Object.fromEntries(Object.entries(row).filter(([field, value]) => !isUsual(field, value)));
  const isInId = offer.id === `${vendor}/${vendorModel}`;
  return rewrite({ ...compact, ...(!isInId && { vendorModel }) }, compactPrices) as object;
}

/** A row of a vendor's file as what `offerSchema` or `mediaOfferSchema` is to check; never throws. */
export function expand(vendor: string, row: unknown): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return row;
  const { id } = row as { readonly id?: unknown };
  const vendorModel = typeof id === 'string' ? id.slice(id.indexOf('/') + 1) : undefined;
  const expanded = rewrite(row, expandPrices) as object;
  return { vendor, vendorModel, kind: 'chat', ...('kind' in row ? {} : { aliases: [] }), ...expanded };
}

function isUsual(field: string, value: unknown): boolean {
  return (field === 'kind' && value === 'chat') || (field === 'aliases' && Array.isArray(value) && value.length === 0);
}

/** Every `prices` in a value, however deep, rewritten. */
function rewrite(value: unknown, prices: (list: object) => object): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, prices));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, item]: [string, unknown]) => {
      const isPrices = field === 'prices' && typeof item === 'object' && item !== null && !Array.isArray(item);
      return [field, isPrices ? prices(item) : rewrite(item, prices)];
    }),
  );
}

function perOf(unit: string): number {
  return PER[unit as Unit] ?? PER_TOKENS;
}

function compactPrices(list: object): object {
  return Object.fromEntries(
    Object.entries(list as PriceList).map(([unit, price]) => [unit, price.per === perOf(unit) ? price.usd : price]),
  );
}

function expandPrices(list: object): object {
  return Object.fromEntries(
    Object.entries(list).map(([unit, price]: [string, unknown]) => [
      unit,
      typeof price === 'string' ? { usd: price, per: perOf(unit) } : price,
    ]),
  );
}
