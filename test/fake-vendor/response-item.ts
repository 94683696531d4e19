import type { JsonObject } from '../../workflows/contracts/json.js';

/** An item of an answer of the Responses API: as it begins, the events within it, and as it ends. */
export interface Item {
  readonly opening: JsonObject;
  readonly inner: (place: JsonObject) => readonly JsonObject[];
  readonly whole: JsonObject;
}
