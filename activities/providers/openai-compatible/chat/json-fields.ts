import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';

/** Readings of a vendor's JSON, whose shape is believed only field by field. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asArray(value: Json | undefined): readonly Json[] | undefined {
  return Array.isArray(value) ? (value as readonly Json[]) : undefined;
}

/** The objects of a list; nothing where it is no list. */
export function asObjects(value: Json | undefined): readonly JsonObject[] {
  return (asArray(value) ?? []).map(asObject).filter((item) => item !== undefined);
}

/** Nothing for an empty string: vendors write `""` where others leave the field out. */
export function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A whole number that is not negative, as counts and indexes are. */
export function asCount(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** Holds nothing: Snowflake writes out every field, with `""` and 0 in those that it has no value for. */
export function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '' || value === 0) return true;
  return typeof value === 'object' && Object.values(value).every((field: Json | undefined) => isBlank(field));
}

/** The object without its fields that are undefined. */
export function defined(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
