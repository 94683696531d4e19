import type { Price } from '../contracts/offers.js';
import { parseDecimal } from './decimal.js';

/** What one unit costs, as an exact plain decimal of USD; undefined where that has no end (`per` is no power of ten). */
export function usdPerUnit({ usd, per }: Price): string | undefined {
  const places = Math.round(Math.log10(per));
  if (10 ** places !== per) return undefined;
  const { digits, scale } = parseDecimal(usd);
  const text = `${digits}`.padStart(scale + places + 1, '0');
  const point = text.length - scale - places;
  const fraction = text.slice(point).replace(/0+$/, '');
  return fraction === '' ? text.slice(0, point) : `${text.slice(0, point)}.${fraction}`;
}
