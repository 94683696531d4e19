import type { KeyMode, Page, PageQuery, Restrictions, Role } from './access.js';
import type { ChatCall, Dialect } from './call.js';
import type { Call } from './media-calls.js';
import type { AttemptFailure, FailureDetail } from './failures.js';
import type { NewJob } from './job-terms.js';
import type { Model } from './models.js';
import type { NanoUsd } from './money.js';
import type { Offer } from './offers.js';
import type { PreparedTake, TakeResult } from './rate-limits.js';
import type { ReplyEvent } from './reply.js';
import type { AttemptOutcome, Candidate, RequestInput, Retention } from './requests.js';
import type { PlanReport } from './routing.js';
import type { Statement } from './statement.js';

export type { Statement } from './statement.js';

/** What this room may know of an `AbortSignal`, which belongs to Node and browsers. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Who calls, as its key tells. */
export interface Caller {
  readonly keyId: string;
  readonly kind: 'inference' | 'admin';
  readonly organizationId: string;
  /** Absent for an admin key. */
  readonly projectId?: string;
  /** How long the project keeps the answer to a keyed request. */
  readonly answerHoldMs: number;
  /** How long the project keeps an answer that its caller asks to have stored; absent where it lets none be stored. */
  readonly storedAnswerRetentionMs?: number;
  /** After how much silence the key's streams are kept alive, 0 for never; absent is the installation's setting. */
  readonly keepAliveSeconds?: number;
  readonly mode?: KeyMode;
  /** The project's team and those above it, nearest first. */
  readonly teamIds?: readonly string[];
  /** Whose key it is, where it is a person's. */
  readonly userId?: string;
  /** Of admin keys: what they may do. */
  readonly role?: Role;
  /** True for those of the organisation that runs the installation. */
  readonly isOperator?: boolean;
  readonly projectRoles?: { readonly [projectId: string]: Role | undefined };
  /** One for each level that restricts: organisation, teams, project, key. */
  readonly restrictions?: readonly Restrictions[];
  /** The vendors that can be called for it now, by the operator's accounts or its own; absent for all. */
  readonly vendors?: ReadonlySet<string>;
}

export type KeyCheck =
  { readonly status: 'valid'; readonly caller: Caller } | { readonly status: 'unknown' | 'revoked' | 'expired' };

export interface KeyDirectory {
  /** Looks a presented key up by its keyed hash; answers are cached until a change is announced. */
  check(presentedKey: string): Promise<KeyCheck>;
  /** The same of a key that was shown before, by its id, as it is now: nothing of this is cached. */
  checkId(keyId: string): Promise<KeyCheck>;
}

/** Where the content of requests rests; nothing else may hold it. */
export interface ContentStore {
  /** In this process's memory, at once. */
  hold(requestId: string, call: Call): void;
  /** As an encrypted row besides, so that another process can go on. A no-op once the request has ended. */
  share(requestId: string): Promise<void>;
  /** The content, from memory or from its row; `undefined` where neither has it any more. */
  read(requestId: string, retention: Retention): Promise<Call | undefined>;
  /** Forgets the copy in memory. */
  drop(requestId: string): void;
}

/** The caller's end of a request that this process holds the connection of. */
export interface ReplyAttachment {
  /** Ends after a terminal event (`answered`, `failed`, `refused`). */
  readonly events: AsyncIterable<ReplyEvent>;
  /** The caller has left: events are dropped from now on; `abort` also stops the vendor. */
  leave(policy: 'abort' | 'finish'): void;
  /** True once nothing will be read any more. */
  readonly ended: boolean;
}

export interface ReplyChannel {
  /** Opens the channel before the workflow starts, so that no event is missed. */
  attach(requestId: string, options: { readonly slowReaderMs: number; readonly retention: Retention }): ReplyAttachment;
  /** Follows a kept request's log from its beginning to its terminal event, also while it grows. */
  follow(requestId: string, signal: StopSignal): AsyncIterable<ReplyEvent>;
}

/** The activities' end of a reply: events go to the caller in this process, to the shared log, or to both. */
export interface ReplySink {
  /** Resolves once there is room for more: the vendor is read no faster than the caller reads. */
  push(event: ReplyEvent): Promise<void>;
  /** To the caller here only: what `durable` has already made sure of elsewhere. */
  deliver(event: ReplyEvent): Promise<void>;
  /** Statements that log these events where the request is kept; the recorder runs them in its own transaction. */
  durable(events: readonly ReplyEvent[]): Promise<readonly Statement[]>;
  /** Aborted when the caller left or read too slowly, with a `FailureClass` in `reason.class`. */
  readonly stop: StopSignal;
  /** True where this process holds the caller's connection. */
  readonly callerIsHere: boolean;
  close(): void;
}

export interface ReplySinks {
  open(request: RequestInput): Promise<ReplySink>;
  /** Forgets what an attempt has logged, because it is made once more from its beginning. */
  forget(request: RequestInput, attempt: number): Promise<void>;
  /** Keeps, in memory until the request ends, what its caller is to be told of the last failure. */
  remember(requestId: string, detail: FailureDetail): void;
  recall(requestId: string): FailureDetail | undefined;
}

/** What was planned and held for a request, offers and prices frozen. */
export interface StoredPlan {
  readonly candidates: readonly Candidate[];
  readonly heldNanoUsd: NanoUsd;
}

export interface PlanDirectory {
  read(requestId: string): Promise<StoredPlan | undefined>;
  /** Drops what this process's memory holds for the steps of a request, because it has ended. */
  forget(requestId: string): void;
}

/** The gateway processes that live. */
export interface Instances {
  /** This process's name. */
  readonly id: string;
  isAlive(id: string): Promise<boolean>;
}

/** What is known of a request without its content. */
export interface RequestRecord {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly state: 'accepted' | 'reserved' | 'settled' | 'released' | 'refused';
  readonly models: readonly string[];
  readonly stream: boolean;
  readonly retention: Retention;
  readonly keyed: boolean;
  /** It runs as a job; absent where its caller waits. */
  readonly isJob?: true;
  /** Its answer may be asked for by its id, while that is kept. */
  readonly stored: boolean;
  readonly heldNanoUsd?: string;
  readonly chargedNanoUsd?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly failureClass?: string;
  readonly createdAt: string;
  readonly endedAt?: string;
  readonly answerExpiresAt?: string;
  /** How its plan came about; absent before it was planned, and of requests of before. */
  readonly route?: PlanReport;
  /** The stored input of a keyed request or a job, so that it can be started again. */
  readonly input?: RequestInput;
  readonly attempts: readonly (Omit<AttemptOutcome, 'usage'> & {
    readonly usage?: AttemptOutcome['usage'];
    readonly state: 'sending' | 'recorded';
  })[];
}

export type KeyedAcceptance =
  | { readonly status: 'accepted'; readonly taken?: TakeResult }
  /** The same key and body came before: attach to that request. */
  | { readonly status: 'repeated'; readonly record: RequestRecord }
  | { readonly status: 'body_differs' }
  /** A rate limit refused the request, of which nothing was stored. */
  | { readonly status: 'limited'; readonly taken: TakeResult };

/** A request without a key, which nothing repeats. */
export type StoredAcceptance = Extract<KeyedAcceptance, { readonly status: 'accepted' | 'limited' }>;

export interface RequestDirectory {
  /**
   * Stores a keyed request with its content, and takes of the rate limits, in one transaction, before its workflow starts.
   * `input.stored` says whether the answer is to be found under its id too.
   */
  acceptKeyed(
    input: RequestInput,
    call: Call,
    key: {
      readonly idempotencyKey: string;
      readonly body: string;
      readonly answerHoldMs: number;
      readonly job?: NewJob;
    },
    take?: PreparedTake,
  ): Promise<KeyedAcceptance>;
  /** The same for a request without a key whose answer is to be stored. */
  acceptStored(
    input: RequestInput,
    call: Call,
    options: { readonly answerHoldMs: number; readonly job?: NewJob },
    take?: PreparedTake,
  ): Promise<StoredAcceptance>;
  find(requestId: string): Promise<RequestRecord | undefined>;
  /** Asks whichever process runs the request to stop it. */
  requestCancel(requestId: string): Promise<void>;
}

/** How many tokens of input a call has, counted by the vendor itself; or why it did not say. */
export type TokenCount =
  | { readonly status: 'counted'; readonly inputTokens: number }
  | { readonly status: 'failed'; readonly failure: AttemptFailure; readonly detail: FailureDetail };

export interface TokenCounter {
  /** Asks the offer's vendor, for at most so long; `undefined` where that vendor has no such question. Costs nothing. */
  count(call: ChatCall, offer: Offer, deadlineMs: number): Promise<TokenCount | undefined>;
}

/** An answer that its caller asked to have stored, whether it is there already or yet to come. */
export interface StoredAnswer {
  readonly requestId: string;
  readonly metadata: { readonly [name: string]: string };
  readonly createdAt: string;
}

export interface StoredAnswerQuery extends Omit<PageQuery, 'before'> {
  /** Only of this model, by any of the names that it was asked for or answered by. */
  readonly model?: string;
  /** Only those that have all of these labels. */
  readonly metadata?: { readonly [name: string]: string };
}

/** The answers that a project stores, by the ids of their requests; another project's are as unknown as none. */
export interface StoredAnswers {
  find(projectId: string, dialect: Dialect, requestId: string): Promise<StoredAnswer | undefined>;
  /** Whole answers only. @throws RefusalError `invalid_request` of `after` where it is no answer of this project. */
  list(projectId: string, dialect: Dialect, query: StoredAnswerQuery): Promise<Page<StoredAnswer>>;
  setMetadata(projectId: string, requestId: string, metadata: StoredAnswer['metadata']): Promise<void>;
  /** Destroys the call, the answer, its log and their key at once. False where none is stored. */
  destroy(projectId: string, requestId: string): Promise<boolean>;
}

export interface RequestStarter {
  /** Starts the request's workflow. `eager` where its first task came back with the start call. */
  start(input: RequestInput): Promise<{ readonly eager: boolean; readonly alreadyStarted: boolean }>;
  /** Has Temporal cancel the request's workflow, wherever it waits; a no-op where there is none that runs. */
  cancel(requestId: string): Promise<void>;
}

export interface Catalogue {
  /** As they are now: prices change while the process runs, so that whoever needs them asks anew. */
  readonly offers: readonly Offer[];
  /** The offers of every other kind than chat; absent where there are none. */
  readonly media?: readonly Offer[];
  /** What is known of the models that the offers serve; for the models list alone. */
  readonly models?: readonly Model[];
}

/** What an account still allows: `available` is credited minus spent minus held. */
export interface AccountBalance {
  readonly accountId: string;
  /** `meter` is a budget that only warns. */
  readonly kind: 'credits' | 'budget' | 'meter';
  /** `organization:ID`, `team:ID`, `project:ID`, `user:ID`, `key:ID` or `model:ORGANIZATION:OFFER`. */
  readonly scope: string;
  readonly creditedNanoUsd: NanoUsd;
  readonly spentNanoUsd: NanoUsd;
  readonly heldNanoUsd: NanoUsd;
  readonly availableNanoUsd: NanoUsd;
}

/** What the organisation's accounts allow. */
export interface Management {
  balances(organizationId: string): Promise<readonly AccountBalance[]>;
}
