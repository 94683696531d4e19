import type { Json } from '../../../../workflows/contracts/json.js';
import { isArray } from '../../json-fields.js';

// Readings of a vendor's JSON that this format needs besides those of all formats.

/** Empty text too, as deltas may be. */
export function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function asArray(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}

/** True for what asks for nothing: null, and what holds nothing. */
export function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}
