import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';

/** What a union says besides which member it has. */
const BESIDES = ['type', 'p'];

/** The one member that a union of the service model has, by its name; an empty name where it has none. */
export function memberOf(union: JsonObject): readonly [name: string, value: Json | undefined] {
  return (
    Object.entries<Json | undefined>(union).find(([name, value]) => value != null && !BESIDES.includes(name)) ?? [
      '',
      undefined,
    ]
  );
}
