import type { JsonObject } from '../../../workflows/contracts/json.js';

/** One event of a stream before it is bytes. */
export interface VendorEvent {
  /** The event's name, where the format has names. */
  readonly name?: string;
  /** Text is sent as it is: `[DONE]`. */
  readonly data: JsonObject | '[DONE]';
  /** From here on the answer is whole, whatever of it is still to come. */
  readonly ends?: true;
}

/** An answer as a vendor writes it: in one piece, and as a stream. */
export interface VendorWriting {
  readonly plain: JsonObject;
  readonly events: readonly VendorEvent[];
}
