import type { ChatCall, StoredMedia } from '../../workflows/contracts/call.js';
import type { MediaCall } from '../../workflows/contracts/media-calls.js';
import type { Offer } from '../../workflows/contracts/offers.js';

/** Gives the bytes of a file that rests in the object store. @throws ProviderFailure where they are gone or cannot be had. */
export type OpenStored = (file: StoredMedia) => Promise<AsyncIterable<Uint8Array>>;

/** One attempt at a vendor, as the adapter of any kind sees it. */
interface Attempt {
  readonly offer: Offer;
  /** Our request id with the attempt's number, for vendors that take an idempotency key. */
  readonly attemptKey: string;
  /** Aborts the vendor call: the caller left, a deadline passed, the lease was lost. */
  readonly signal: AbortSignal;
  /** Called once the vendor's answer has begun, with its own id for the request, before any frame. */
  readonly onResponse?: (response: { readonly vendorRequestId?: string }) => void;
}

export interface ChatAttempt extends Attempt {
  readonly call: ChatCall;
  /** The cap on output tokens per choice that the hold pays for; always sent, under the vendor's own name for it. */
  readonly maxOutputTokens: number;
}

export interface MediaAttempt<C extends MediaCall = MediaCall> extends Attempt {
  readonly call: C;
  /** For files that rest in the object store; absent where the call has none. */
  readonly openStored?: OpenStored;
  /** Where the vendor of a job may tell that there is something to see, if it does that; absent where nobody could call here. */
  readonly callbackUrl?: string;
}
