import type { Json, JsonObject } from '../../../workflows/contracts/json.js';

/** The fields of an object that are not among the known ones. */
export function fieldsBesides(object: object, known: readonly string[]): JsonObject {
  const others = Object.entries(object).filter(([name, value]) => value !== undefined && !known.includes(name));
  // The body came from JSON.parse, so every value in it is JSON.
  return Object.fromEntries<Json>(others);
}
