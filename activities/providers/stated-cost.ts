import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { UsdDecimal } from '../../workflows/contracts/money.js';

/** xAI: "1 tick is 1e-10 USD". */
const TICK_PLACES = 10;

/**
 * What a vendor says in its usage that it charges, as an exact decimal of USD: `cost` (a number, or an object with `total_cost`) or
 * `cost_in_usd_ticks`. Undefined where it does not say. It is kept beside what the gateway reckons and never charged: only the
 * price that a request was planned with is.
 */
export function statedCost(usage: JsonObject): UsdDecimal | undefined {
  const { cost, cost_in_usd_ticks: ticks } = usage;
  if (isAmount(ticks) && Number.isSafeInteger(ticks)) return toDecimal(BigInt(ticks), TICK_PLACES);
  const total = isObject(cost) ? cost['total_cost'] : cost;
  return isAmount(total) ? fromNumber(total) : undefined;
}

function isAmount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The shortest text of a double is the number that the vendor has written, as long as that had at most 15 digits. */
function fromNumber(value: number): UsdDecimal | undefined {
  const [, whole = '', fraction = '', exponent = '0'] = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? [];
  const places = fraction.length - Number(exponent);
  return whole === '' || places < 0 ? undefined : toDecimal(BigInt(`${whole}${fraction}`), places);
}

function toDecimal(digits: bigint, places: number): UsdDecimal {
  const text = `${digits}`.padStart(places + 1, '0');
  const point = text.length - places;
  const fraction = text.slice(point).replace(/0+$/, '');
  return fraction === '' ? text.slice(0, point) : `${text.slice(0, point)}.${fraction}`;
}
