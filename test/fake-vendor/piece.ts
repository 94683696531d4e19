import type { JsonObject } from '../../workflows/contracts/json.js';

/** A run of a body's bytes: one event of a stream, or a whole plain body. `usage` where this is what tells the usage. */
export interface Piece {
  readonly bytes: Buffer;
  readonly usage?: JsonObject;
}

export const piece = (text: string, usage?: JsonObject): Piece => ({ bytes: Buffer.from(text), usage });
