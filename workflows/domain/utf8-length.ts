import type { Json } from '../contracts/json.js';

/** Bytes of a text in UTF-8; a lone surrogate counts as the replacement character that an encoder writes for it. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // One byte is counted already. A pair of surrogates has four bytes in two units: one more for each of them.
    bytes += unit < 0x800 || isPaired(text, index, unit) ? 1 : 2;
  }
  return bytes;
}

/** Bytes of a value as compact JSON in UTF-8, without writing the JSON of a large body out in one piece. */
export function jsonLength(value: Json | undefined): number {
  if (value === null || value === undefined) return 4;
  if (typeof value === 'string') return utf8Length(JSON.stringify(value));
  if (typeof value !== 'object') return String(value).length;
  if (isList(value)) return value.reduce<number>((sum, item) => sum + jsonLength(item) + 1, 2);
  return Object.entries(value).reduce((sum, [name, member]) => {
    return member === undefined ? sum : sum + utf8Length(JSON.stringify(name)) + 1 + jsonLength(member) + 1;
  }, 2);
}

function isPaired(text: string, index: number, unit: number): boolean {
  if (unit >= 0xd800 && unit <= 0xdbff) return isBetween(text.charCodeAt(index + 1), 0xdc00, 0xdfff);
  if (unit >= 0xdc00 && unit <= 0xdfff) return isBetween(text.charCodeAt(index - 1), 0xd800, 0xdbff);
  return false;
}

function isBetween(unit: number, from: number, to: number): boolean {
  return unit >= from && unit <= to;
}

function isList(value: object): value is readonly Json[] {
  return Array.isArray(value);
}
