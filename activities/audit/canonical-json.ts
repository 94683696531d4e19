import type { Json } from '../../workflows/contracts/json.js';
import { storableText } from '../storage/storable-json.js';

/**
 * JSON in the form of RFC 8785: one text for one value, whoever writes it. The RFC takes strings and numbers as JavaScript
 * writes them, and sorts names by UTF-16 code units, as JavaScript does. What Postgres cannot store becomes U+FFFD.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return JSON.stringify(storableText(value));
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError('JSON has no number that is not finite');
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const members = Object.entries(value)
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, inner]) => `${canonicalJson(name)}:${canonicalJson(inner)}`);
  return `{${members.join(',')}}`;
}
