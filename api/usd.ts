import type { NanoUsd, UsdDecimal } from '../workflows/contracts/money.js';
import { formatNano, nanoToUsd, parseNano, usdToNano } from '../workflows/domain/money.js';

/** An amount as callers read it: an exact decimal number of USD. */
export function toUsd(amountNanoUsd: NanoUsd): UsdDecimal {
  return nanoToUsd(parseNano(amountNanoUsd));
}

/** Throws a `RangeError` where the text is no decimal number, or one of more than nine decimals. */
export function fromUsd(usd: UsdDecimal): NanoUsd {
  return formatNano(usdToNano(usd));
}
