import type { Json, JsonObject } from '../../workflows/contracts/json.js';

// Readers of JSON from outside: what is not of the kind asked for is `undefined`.

export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !isArray(value) ? value : undefined;
}

/** Those of a list that are objects; empty where it is no list. */
export function asObjects(value: Json | undefined): readonly JsonObject[] {
  if (!isArray(value)) return [];
  return value.map((item) => asObject(item)).filter((item) => item !== undefined);
}

/** Text that says something: vendors write `''` where others leave the field out. */
export function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function asNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** A whole number from 0 on, such as a count of tokens. */
export function asCount(value: Json | undefined): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** `Array.isArray` does not narrow readonly arrays. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The object without its fields that are undefined. */
export function defined(fields: { readonly [name: string]: Json | undefined }): JsonObject {
  return Object.fromEntries<Json | undefined>(Object.entries(fields).filter(([, value]) => value !== undefined));
}
