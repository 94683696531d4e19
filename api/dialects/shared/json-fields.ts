import type { Json, JsonObject } from '../../../workflows/contracts/json.js';

/** Readings of a vendor's JSON, whose shape is believed only field by field. */
export function asObject(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

export function asObjects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(asObject).filter((item) => item !== undefined) : [];
}

export function asText(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

export function asNumber(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function without(object: JsonObject, field: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== field));
}
