import type { Json } from '../../../../workflows/contracts/json.js';

// Readings of a vendor's JSON that this format needs besides those of all formats.

export function asArray(value: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(value) ? (value as readonly Json[]) : undefined;
}

/** Holds nothing: Snowflake writes out every field, with `""` and 0 in those that it has no value for. */
export function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === 0) return true;
  return typeof value === 'object' && Object.values(value).every((field: Json | undefined) => isBlank(field));
}
