import type { Frame } from '../../workflows/contracts/answer.js';
import type { AttemptFailure } from '../../workflows/contracts/failures.js';
import type { Json, JsonObject } from '../../workflows/contracts/json.js';
import type { EmbeddingCall } from '../../workflows/contracts/media-calls.js';
import type { Offer } from '../../workflows/contracts/offers.js';
import type { ChatAttempt, MediaAttempt } from './attempt.js';

/** Of the kinds that vendors have batches of. */
export type BatchedAttempt = ChatAttempt | MediaAttempt<EmbeddingCall>;

export function isChatAttempt(attempt: BatchedAttempt): attempt is ChatAttempt {
  return attempt.call.kind === 'chat';
}

/** What a line asks, as the vendor's adapter would send it by itself. */
export interface BatchedRequest {
  /** What all lines of one of the vendor's batches have in common, by the vendor's words; opaque to others. */
  readonly endpoint: string;
  readonly body: JsonObject;
  /** What is asked for, where that is not the offer's name for it alone, as of a deployment: a batch has lines of one alone. */
  readonly model?: string;
  /** How many of the vendor's most lines it takes, where it is more than one. */
  readonly counts?: number;
}

export interface BatchedLine {
  readonly customId: string;
  readonly body: JsonObject;
}

/** By what a batch at a vendor is asked about again: ids, never content, and no credential. */
export type VendorBatchRef = { readonly [name: string]: string };

export interface VendorBatchInput {
  /** Ours, by which the vendor may be asked whether it has the batch. */
  readonly key: string;
  readonly endpoint: string;
  /** How many lines there are by now, for vendors that want to know it before; some may be taken out before they are read. */
  readonly count?: number;
  /** To be read once, a few at a time. */
  readonly lines: AsyncIterable<BatchedLine>;
  readonly signal: AbortSignal;
}

/** A batch of which nobody knows whether the vendor has taken it on. */
export interface SoughtVendorBatch {
  readonly key: string;
  /** What was sent ahead of it. */
  readonly uploaded?: VendorBatchRef;
  /** How many lines it may have: some may have been taken out before they were sent. */
  readonly lines: { readonly least: number; readonly most: number };
  /** Milliseconds since it was about to be handed in. */
  readonly agoMs: number;
  /** Whether a line by this name is one of its. */
  readonly hasLine: (customId: string) => Promise<boolean>;
}

export type VendorBatchState =
  | { readonly status: 'running' }
  | {
      readonly status: 'ended';
      /** Where the answers are; absent where there are none. */
      readonly results: readonly string[];
      /** Why lines without an answer have none. */
      readonly missing: AttemptFailure;
    };

/** What a single request would have been answered with. */
export interface BatchedAnswer {
  readonly status: number;
  readonly body: Json;
  readonly requestId?: string;
}

export type BatchedResult = { readonly customId: string } & (
  | { readonly answer: BatchedAnswer }
  /** The vendor did not run it. */
  | { readonly failure: AttemptFailure }
);

/** The least that is needed of the provider that a stored answer is read by. */
export interface AnsweredProvider {
  readonly id: string;
  chat?(attempt: ChatAttempt): AsyncIterable<Frame>;
  readonly media?: { readonly embedding?: (attempt: MediaAttempt<EmbeddingCall>) => AsyncIterable<Frame> };
}

/**
 * Many requests handed in at once, for which the vendor takes up to a day and a price of its own. Every method throws a
 * `ProviderFailure`.
 */
export interface VendorBatches {
  readonly maxLines: number;
  readonly maxBytes: number;
  /** Fewer are not taken: they go by themselves; absent where one is enough. */
  readonly minLines?: number;
  /**
   * Whether this account has batches for the offer: the one place that says so. Plans ask it before they put the batch first, so that it
   * answers at once, of what the account was made with.
   */
  takes(offer: Offer): boolean;
  /** What the adapter would send for the attempt; nothing is sent. */
  capture(attempt: BatchedAttempt): Promise<BatchedRequest>;
  /** The same adapter, whose vendor answers so. */
  answering(answer: BatchedAnswer): AnsweredProvider;
  /** Sends the lines ahead of `submit`, where the vendor wants them so; costs nothing, and may be done again. */
  upload?(input: VendorBatchInput): Promise<VendorBatchRef>;
  /** Hands the batch in, once. Where it throws `cut` or `connection` the vendor may have taken it on. */
  submit(input: VendorBatchInput, uploaded: VendorBatchRef | undefined): Promise<VendorBatchRef>;
  /**
   * Looks for a batch at the vendor; absent where it cannot say. `undecided` where it has one that may be this, which will be known once
   * it has ended.
   */
  find?(sought: SoughtVendorBatch, signal: AbortSignal): Promise<VendorBatchRef | 'undecided' | undefined>;
  check(batch: VendorBatchRef, signal: AbortSignal): Promise<VendorBatchState>;
  /** In any order, as they come. */
  results(where: string, signal: AbortSignal): AsyncIterable<BatchedResult>;
  cancel(batch: VendorBatchRef, signal: AbortSignal): Promise<void>;
  /** Has the vendor forget what it can forget; `uploaded` and `results` too. */
  remove(
    left: { readonly batch?: VendorBatchRef; readonly uploaded?: VendorBatchRef },
    signal: AbortSignal,
  ): Promise<void>;
}
