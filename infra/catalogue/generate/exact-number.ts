/**
 * JSON with each number replaced by its own text. Prices must not pass through a double: `2.1e-7` is none exactly, and
 * times a million it is not 0.21 either.
 */
export function parseJsonWithNumberTexts(text: string): unknown {
  const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  return JSON.parse(text.replace(tokens, (token) => (token.startsWith('"') ? token : `"${token}"`)));
}

/** A number's text, exponent allowed, times ten to the power of `places`, as a plain decimal without needless zeros. */
export function shiftDecimal(text: string, places: number): string {
  const match = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (!match) throw new RangeError(`not a number: ${text}`);
  const [whole, fraction] = [match[1] ?? '', match[2] ?? ''];
  const exponent = Number(match[3] ?? '0') + places - fraction.length;
  const digits = `${whole}${fraction}`;
  const padded = exponent >= 0 ? digits + '0'.repeat(exponent) : digits.padStart(1 - exponent, '0');
  const point = exponent >= 0 ? padded.length : padded.length + exponent;
  const decimals = padded.slice(point).replace(/0+$/, '');
  const integer = padded.slice(0, point).replace(/^0+(?=\d)/, '');
  return decimals === '' ? integer : `${integer}.${decimals}`;
}

/** A number's text, exponent allowed, times a whole number, as a plain decimal. */
export function timesCount(text: string, count: number): string {
  const [whole = '0', fraction = ''] = shiftDecimal(text, 0).split('.');
  const product = BigInt(`${whole}${fraction}`) * BigInt(count);
  return shiftDecimal(`${product}e-${fraction.length}`, 0);
}
