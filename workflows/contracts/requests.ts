import type { KeyMode, Restrictions } from './access.js';
import type { ChatDialect } from './call.js';
import type { Estimate } from './estimates.js';
import type { AttemptFailure, FailedAttempt, FailureClass } from './failures.js';
import type { JobTerms } from './job-terms.js';
import type { Kind } from './kinds.js';
import type { MediaProperties } from './media-properties.js';
import type { NanoUsd } from './money.js';
import type { Offer, Tokenizer } from './offers.js';
import type { RequestRouting, RouteSummary } from './routing.js';
import type { UnitCounts, Usage } from './usage.js';

/**
 * How long and where content rests. `interactive`: unlogged rows until the request ends. `kept`, of keyed and of stored
 * requests: logged rows under an epoch key until the answer's hold time is over. `zdr`: this process's memory only.
 */
export type Retention = 'interactive' | 'kept' | 'zdr';

export type OnDisconnect = 'cancel' | 'finish';

export interface TokenCounts {
  /** An upper bound on the tokens of everything but media, with what the vendor may add for each message and tool. */
  readonly inputBound: number;
  /** Tokens of the text alone: what unreported input is counted by. */
  readonly text: number;
}

/** Upper bounds of what a call can consume, computed before it from its size alone; what cannot be bounded is refused. */
export interface Demand {
  /** Bytes of the rendered request without media: an upper bound on its text tokens. */
  readonly inputBytes: number;
  /** Bytes of the text alone, without the request's own syntax: what unreported input is counted by. */
  readonly textBytes: number;
  /** By tokenizers that are exact for a model of the request; absent where none is, and in histories of before. */
  readonly tokens?: { readonly [T in Tokenizer]?: TokenCounts };
  readonly images: number;
  /** True where media is present whose tokens its bytes do not bound (files, audio by reference): the context window bounds it. */
  readonly unboundedMedia: boolean;
  readonly maxOutputTokens?: number;
  /** The dialect demands a cap, so that it may be a habit of its client: a lower one is asked of a model that writes less. */
  readonly capIsDemanded?: true;
  readonly choices: number;
  /** Paid extras that the call asks for by name, for example web searches. */
  readonly searches: number;
  /** Searches of the caller's files by the vendor; absent where none, as the two below, and in histories of before. */
  readonly fileSearches?: number;
  /** Gigabytes of the containers in which the vendor runs code. */
  readonly containers?: number;
  /** What the vendor may make pictures with; absent where it makes none, and in histories of before. */
  readonly imageTool?: ImageToolDemand;
  /** How often the vendor may put a tool's result before the model within the request; absent in histories of before, where it is `searches`. */
  readonly vendorSteps?: number;
  readonly needs: readonly Offer['capabilities'][number][];
  /** Only vendors of this dialect can serve the call; absent where any may, and in histories of before. */
  readonly boundTo?: ChatDialect;
  /** Of every kind but chat; the fields above then say no more than the size of its text. */
  readonly media?: MediaDemand;
}

/** Upper bounds of what a call for media can consume, by unit. A unit that has a price and no bound here makes an offer unfit. */
export interface MediaDemand {
  readonly units: UnitCounts;
  /** By which of an offer's variants it is priced. */
  readonly asked: MediaProperties;
  /** What it comes to as a rule, where its bounds are far from that: usage that no vendor reports is counted by it. */
  readonly usual?: UnitCounts;
}

/** Upper bounds of what the vendor's own tool that makes pictures may consume. */
export interface ImageToolDemand {
  /** The model that makes them, by the vendor's name. */
  readonly model: string;
  /** Of all its uses within the request, in the units `image_tool_…`. */
  readonly units: UnitCounts;
}

/** Everything a workflow is told about a request: ids, limits, sizes and policy; never content. */
export interface RequestInput {
  /** Minted by the gateway; the workflow's id and the root of the trace. */
  readonly requestId: string;
  readonly kind: Kind;
  /** `interactive` runs its steps as local activities, `job` as regular ones with heartbeats. The steps are the same. */
  readonly lane: 'interactive' | 'job';
  /** Present where its caller asked for a job. */
  readonly job?: JobTerms;
  readonly organizationId: string;
  readonly projectId: string;
  readonly keyId: string;
  /** Absent in histories of before teams, as the three fields below. */
  readonly teamIds?: readonly string[];
  /** Whose key it is, where it is a person's. */
  readonly userId?: string;
  /** `test` requests may use sandbox models only, and hold nothing. */
  readonly mode?: KeyMode;
  /** What the levels of tenancy allow: frozen when the request was accepted. */
  readonly restrictions?: readonly Restrictions[];
  /** What besides the call the plan goes by; absent where nothing is asked for, and in histories of before. */
  readonly routing?: RequestRouting;
  /**
   * A short hash of the caller's session, by which the vendor is drawn in the place of the request's id, so that a session
   * stays with one whose cache it has filled; absent without a session, and in histories of before.
   */
  readonly affinity?: string;
  /** The gateway process that holds the caller's connection. */
  readonly holder: string;
  readonly retention: Retention;
  readonly keyed: boolean;
  /** The caller asked to have the answer kept under its id; absent where not, as in histories of before there was that. */
  readonly stored?: boolean;
  readonly stream: boolean;
  readonly onDisconnect: OnDisconnect;
  /** Models in order of preference, as the caller named them; of an `auto` model those that were chosen. */
  readonly models: readonly string[];
  /** Present where the caller named an `auto` model: which, and what it chose by. */
  readonly auto?: AutoChoice;
  readonly demand: Demand;
  readonly deadlines: Deadlines;
}

export interface AutoChoice {
  readonly name: string;
  readonly estimate: Estimate;
}

export interface Deadlines {
  readonly firstTokenMs: number;
  readonly totalMs: number;
  readonly slowReaderMs: number;
}

/** One offer of a plan, with the output cap that its share of the hold pays for. */
export interface Candidate {
  readonly offer: Offer;
  /** Tokens of output that the hold covers per choice; sent to the vendor as its cap. */
  readonly maxOutputTokens: number;
  /** The most that the caller can be charged for it. */
  readonly worstCaseNanoUsd: NanoUsd;
  /** As of its summary below. */
  readonly credentialId?: string;
  /** The credential is the caller's own, which pays the vendor itself: nothing is charged. */
  readonly isOwn?: true;
  /** The vendor's own batch, at whose prices the offer is frozen; absent for a call by itself. */
  readonly tier?: 'batch';
}

/** What a workflow knows of a candidate: enough to loop, to read in Temporal's UI, and nothing more. */
export interface CandidateSummary {
  readonly offerId: string;
  readonly vendor: string;
  readonly model: string;
  /** Which of the vendor's credentials serves it, by reference; absent for the one of the environment, as in older histories. */
  readonly credentialId?: string;
  /** The model (`maker/name`) that it serves, where others may serve the same, and the region where it is of a single one. */
  readonly serves?: string;
  readonly region?: string;
  /** As of its candidate; absent in histories of before. */
  readonly tier?: 'batch';
}

export type PlanResult =
  | {
      readonly status: 'reserved';
      readonly candidates: readonly CandidateSummary[];
      readonly heldNanoUsd: NanoUsd;
      /** How the plan came about; absent in histories of before plans said so. */
      readonly route?: RouteSummary;
    }
  | {
      readonly status: 'refused';
      readonly code: 'insufficient_funds' | 'model_not_found' | 'no_route' | 'unbounded' | 'output_cap_too_large';
    }
  /** Nothing was sent and nobody waits any more: nothing to do. */
  | { readonly status: 'abandoned'; readonly reason: FailureClass };

/** How one attempt ended, as recorded in its row before the activity returned. */
export interface AttemptOutcome {
  readonly number: number;
  readonly offerId: string;
  readonly vendor: string;
  readonly model: string;
  readonly credentialId?: string;
  /** By a credential of the caller's own, so that it is charged nothing. */
  readonly isOwn?: true;
  /** By the vendor's own batch. */
  readonly tier?: 'batch';
  /** `answered` whole; `partial` where content went out or was counted before it ended; `failed` where none did. */
  readonly status: 'answered' | 'partial' | 'failed';
  readonly failure?: AttemptFailure;
  readonly usage: Usage;
  /** What the caller pays if this attempt is the one that is charged. */
  readonly chargeNanoUsd: NanoUsd;
  readonly firstTokenMs?: number;
  readonly durationMs: number;
  readonly vendorRequestId?: string;
  /**
   * The request's end, where the transaction that recorded this outcome was that too: nothing is left to settle. Absent
   * where it was not, as in histories of before.
   */
  readonly finished?: FinishResult;
}

export interface CallModelInput {
  readonly request: RequestInput;
  /** 1, 2, …: with the request id, the attempt's key. */
  readonly number: number;
  readonly candidate: CandidateSummary;
  /** Milliseconds to wait in the process before sending, from the vendor's Retry-After. */
  readonly delayMs: number;
  /** What is left of the time that the plan gives all attempts together; absent where it gives none, and in histories of before. */
  readonly leftMs?: number;
  /** Of what the vendor works on: it is to be stopped, and why; what is done by then counts. */
  readonly stop?: 'cancelled' | 'timeout_total';
}

export interface FinishInput {
  readonly request: RequestInput;
  /** The attempt whose outcome decides, absent where none was made. */
  readonly attempt?: number;
  /** What the caller is told where no attempt answered. */
  readonly failure?: AttemptFailure;
  /** Every attempt that failed, for the caller to read; absent where none was made, and in histories of before. */
  readonly attempts?: readonly FailedAttempt[];
}

export interface FinishResult {
  readonly state: 'settled' | 'released';
  readonly chargedNanoUsd: NanoUsd;
}

/** The workflow's result: what Temporal's UI shows at the end of a request. */
export interface RequestResult {
  readonly status: 'answered' | 'partial' | 'failed' | 'refused' | 'abandoned';
  readonly vendor?: string;
  readonly model?: string;
  readonly attempts: number;
  readonly failure?: AttemptFailure;
  readonly chargedNanoUsd: NanoUsd;
}
