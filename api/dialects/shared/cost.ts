import type { NanoUsd } from '../../../workflows/contracts/money.js';

/** USD as a JSON number. Nine decimals of less than nine million dollars are exact in a double's shortest form. */
export function toCost(amount: NanoUsd): number {
  const negative = amount.startsWith('-');
  const digits = amount.replace('-', '').padStart(10, '0');
  return Number(`${negative ? '-' : ''}${digits.slice(0, -9)}.${digits.slice(-9)}`);
}
