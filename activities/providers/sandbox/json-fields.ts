import type { Json, JsonObject } from '../../../workflows/contracts/json.js';

/** Readers of JSON that a caller wrote: what is not of the kind asked for is left out. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asObjects(value: Json | undefined): readonly JsonObject[] {
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  return items.map(asObject).filter((item) => item !== undefined);
}
