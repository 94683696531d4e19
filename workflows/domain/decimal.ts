/** An exact decimal number: `digits` divided by ten to the power of `scale`. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** Reads a plain decimal such as `"-0.15"`; throws a `RangeError` on anything else, an exponent included. */
export function parseDecimal(text: string): Decimal {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) throw new RangeError('not a plain decimal number');
  const fraction = match[2] ?? '';
  return { digits: BigInt(`${match[1] ?? ''}${fraction}`), scale: fraction.length };
}

/** Ten to the power of `exponent`. */
export function powerOfTen(exponent: number): bigint {
  return 10n ** BigInt(exponent);
}
