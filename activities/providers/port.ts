import type { Frame } from '../../workflows/contracts/answer.js';
import type { CredentialUse } from '../../workflows/contracts/credentials.js';
import type { AttemptFailure, FailureDetail } from '../../workflows/contracts/failures.js';
import type { MediaKind } from '../../workflows/contracts/kinds.js';
import type { CarriedCallFor } from '../../workflows/contracts/media-calls.js';
import type { VendorMessage } from '../../workflows/contracts/vendor-webhooks.js';
import type { ChatAttempt, MediaAttempt } from './attempt.js';
import type { VendorBatches } from './vendor-batches.js';
import type { JobCapabilities } from './vendor-jobs.js';

export type { ChatAttempt, MediaAttempt, OpenStored } from './attempt.js';
export type {
  BatchedAnswer,
  BatchedAttempt,
  BatchedLine,
  BatchedRequest,
  BatchedResult,
  VendorBatches,
  VendorBatchRef,
  VendorBatchState,
} from './vendor-batches.js';
export type {
  JobCapabilities,
  VendorJobQuestion,
  VendorJobRef,
  VendorJobs,
  VendorJobState,
  VendorOutput,
} from './vendor-jobs.js';

/** Of adapters that send pictures from the object store to their vendor as they are read. */
export interface TakesStored {
  readonly takesStored?: true;
}

/**
 * What a vendor can do besides chat. Each yields the answer's frames in order, with `finish` of choice 0 once it is whole and
 * with the usage in the units that the vendor prices by, counted from the answer or the call where the vendor does not report
 * it; otherwise it throws a `ProviderFailure`. As in chat it never retries, and reads no faster than it is read from.
 */
export type MediaCapabilities = {
  readonly [K in MediaKind]?: ((attempt: MediaAttempt<CarriedCallFor<K>>) => AsyncIterable<Frame>) & TakesStored;
};

/** Fetches what vendors have made, wherever they say that it is. */
export interface Downloads {
  /** To be read once, or given up. @throws ProviderFailure. */
  get(
    url: string,
    how: { readonly headers: { readonly [name: string]: string }; readonly signal: AbortSignal },
  ): Promise<{ readonly status: number; readonly stream: AsyncIterable<Uint8Array>; discard(): void }>;
}

/** A vendor as one account calls it. */
export interface Provider {
  readonly id: string;
  chat?(attempt: ChatAttempt): AsyncIterable<Frame>;
  readonly media?: MediaCapabilities;
  /** What it makes in minutes; of a kind that is in both, this goes first. */
  readonly jobs?: JobCapabilities;
  /** Many requests at once, in a batch of the vendor's own. */
  readonly batches?: VendorBatches;
  /** Tokens of input that the vendor would count; nothing for a model of which it cannot be asked. Throws a `ProviderFailure`. */
  countTokens?(question: CountQuestion): Promise<number | undefined>;
  /**
   * Whether a call about a job that the account has handed in is the vendor's own; absent where the vendor signs none. Throws a
   * `ProviderFailure` where that cannot be told.
   */
  checkWebhook?(message: VendorMessage, signal: AbortSignal): Promise<boolean>;
  /**
   * Asks whether the vendor takes the account's credential, by a question that costs nothing; absent where it has none.
   * False where this vendor turns out to have no such question. Throws a `ProviderFailure`.
   */
  verify?(signal: AbortSignal): Promise<boolean>;
}

/** A call whose tokens are to be counted, and for which model. */
export type CountQuestion = Pick<ChatAttempt, 'call' | 'offer' | 'signal'>;

/**
 * A vendor's chat capability. Yields the answer's frames in order: for a plain call one frame with every event, for a
 * stream one frame per vendor event. It ends normally only after the vendor's own end marker; otherwise it throws a
 * `ProviderFailure`. It never retries, and it reads from the vendor only as fast as it is read from.
 */
export interface ChatProvider extends Provider {
  chat(attempt: ChatAttempt): AsyncIterable<Frame>;
}

/** Who asks, so that no account serves anybody but those whom it is for. */
export interface AccountUser {
  readonly organizationId: string;
  readonly projectId: string;
}

/** The accounts at vendors, by which their models are called. */
export interface Accounts {
  /** The environment's account where no credential is named. `undefined` where there is none, or none that may serve them. */
  find(vendor: string, credentialId: string | undefined, user: AccountUser): Provider | undefined;
  /** Counts what was used of a credential against its limits; nothing of the environment's, which has none. */
  note(credentialId: string | undefined, use: CredentialUse): void;
}

/** A vendor's refusal or fault. `detail` may echo the prompt: it goes to the caller only, never into a log or a history. */
export class ProviderFailure extends Error {
  override readonly name = 'ProviderFailure';
  constructor(
    readonly failure: AttemptFailure,
    readonly detail: FailureDetail,
    /** The system's name of a fault of the connection (`ECONNREFUSED`), where there is one. */
    readonly systemCode?: string,
  ) {
    // The message names the class alone, so that printing the error cannot leak content.
    super(`vendor call failed: ${failure.class}`);
  }
}
