import type { NanoUsd, UsdDecimal } from '../contracts/money.js';
import { parseDecimal, powerOfTen } from './decimal.js';

const NANO_SCALE = 9;
const NANO_PER_USD = powerOfTen(NANO_SCALE);

/** The amount in nano USD; throws a `RangeError` where the text is not a whole number. */
export function parseNano(amount: NanoUsd): bigint {
  // BigInt() alone would read '' and '0x10' as amounts.
  if (!/^-?\d+$/.test(amount)) throw new RangeError('an amount in nano USD must be a whole number');
  return BigInt(amount);
}

export function formatNano(amountNanoUsd: bigint): NanoUsd {
  return amountNanoUsd.toString();
}

/** Exact: more than nine decimals are refused with a `RangeError`, because there is no unit below 1e-9 USD to keep them in. */
export function usdToNano(usd: UsdDecimal): bigint {
  const { digits, scale } = parseDecimal(usd);
  if (scale > NANO_SCALE) throw new RangeError('an amount in USD has at most nine decimals');
  return digits * powerOfTen(NANO_SCALE - scale);
}

/** The exact decimal number of USD, without trailing zeros: `2500000n` is `"0.0025"`. */
export function nanoToUsd(amountNanoUsd: bigint): string {
  const sign = amountNanoUsd < 0n ? '-' : '';
  const size = amountNanoUsd < 0n ? -amountNanoUsd : amountNanoUsd;
  const fraction = (size % NANO_PER_USD).toString().padStart(NANO_SCALE, '0').replace(/0+$/, '');
  const whole = `${sign}${size / NANO_PER_USD}`;
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
