import type { Warning } from '../../../../workflows/contracts/answer.js';
import type { Json, JsonObject } from '../../../../workflows/contracts/json.js';
import type { EmbeddingCall } from '../../../../workflows/contracts/media-calls.js';

/** A maker's own form of a request for vectors, which Bedrock's InvokeModel carries as it is. */
export interface EmbeddingFormat {
  readonly models: RegExp;
  readonly maxInputs?: number;
  toBody(
    call: EmbeddingCall,
    vendorModel: string,
  ): { readonly body: JsonObject; readonly warnings: readonly Warning[] };
  /** The vectors in the order of the inputs, and the tokens of all where the answer itself tells them. */
  read(
    body: JsonObject,
    call: EmbeddingCall,
  ): { readonly vectors: readonly (Json | undefined)[]; readonly tokens?: number };
}
