/** Plain JSON: the only thing that crosses a room's wall, Temporal's included. `bigint`, `Map` and `Error` do not survive it. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json | undefined;
}
