import type { ActingRequest, Page, PageQuery } from './access.js';
import type { RequestInput } from './requests.js';
import type { Statement } from './statement.js';

/** What a rate limit counts. */
export type RateLimitUnit = 'requests' | 'tokens' | 'concurrent_requests' | 'images' | 'audio_seconds';

export type RateLimitPeriod = 'minute' | 'day';

/** Whose requests a rate limit counts, all of them together. */
export interface RateLimitScope {
  readonly type: 'organization' | 'project' | 'key';
  readonly id: string;
}

export interface NewRateLimit {
  readonly scope: RateLimitScope;
  /** An offer id in which `*` stands for any run of characters; absent where all models count together. */
  readonly model?: string;
  readonly unit: RateLimitUnit;
  /** The time in which as much as `amount` comes back; absent where `unit` is `concurrent_requests`, and only there. */
  readonly period?: RateLimitPeriod;
  /** A whole number from 1 on: what may be taken at once, and what comes back in a period, steadily. */
  readonly amount: number;
}

export interface RateLimit extends NewRateLimit {
  readonly id: string;
  readonly organizationId: string;
  readonly createdAt: string;
}

/** What a request would take of a limit. */
export interface RateLimitNeed {
  readonly limit: RateLimit;
  readonly needed: number;
}

/** How a limit stands when a request asks to take of it: after it where it took, before it where it did not. */
export interface RateLimitStanding extends RateLimitNeed {
  /** 0 as well where more was used than was taken beforehand. */
  readonly remaining: number;
  /** Milliseconds until all of it is there again, if nothing is taken meanwhile; 0 for `concurrent_requests`. */
  readonly resetMs: number;
  /** Whether there was as much as is needed. */
  readonly fits: boolean;
  /** Milliseconds until it fits; absent where it fits, where it never will, and where nobody can know. */
  readonly waitMs?: number;
}

/** `taken` from every limit that applies, or `refused` and taken from none. */
export interface TakeResult {
  readonly status: 'taken' | 'refused';
  readonly standings: readonly RateLimitStanding[];
}

/** A take that is yet to be made: one statement, to be run alone or in somebody else's transaction, and what its rows say. */
export interface PreparedTake {
  readonly statement: Statement;
  read(rows: readonly unknown[]): TakeResult;
}

/** The limits that requests are held to, shared by all gateway processes. */
export interface RateLimits {
  /** `undefined` where no limit applies to the request. Asks the database only where it has not done so for a while. */
  prepare(input: RequestInput): Promise<PreparedTake | undefined>;
  take(prepared: PreparedTake): Promise<TakeResult>;
  /** For a request that was not started after all: it uses nothing, and counts as a request nonetheless. */
  giveBack(requestId: string): Promise<void>;
}

export interface RateLimitQuery extends PageQuery {
  readonly scopeType?: RateLimitScope['type'];
  readonly scopeId?: string;
  readonly model?: string;
  readonly unit?: RateLimitUnit;
}

/** What OpenAI's `project.rate_limit` has fields for. */
export type ProjectRateLimitField = 'requestsPerMinute' | 'tokensPerMinute' | 'imagesPerMinute' | 'requestsPerDay';

/** The limits of a project for one model (absent: for all together) in one object, as OpenAI shows them. */
export interface ProjectRateLimit {
  readonly id: string;
  readonly model?: string;
  readonly amounts: { readonly [F in ProjectRateLimitField]?: number };
}

/** The management of limits. Ids of another organisation are as unknown as ids of none. Effective everywhere within a second. */
export interface RateLimitRules {
  /** Throws `limit_exists`, and for a scope that is none of the organisation's `project_not_found`, `key_not_found`, `not_found`. */
  create(by: ActingRequest, limit: NewRateLimit): Promise<RateLimit>;
  /** Throws `limit_not_found`. */
  get(organizationId: string, id: string): Promise<RateLimit>;
  list(organizationId: string, query: RateLimitQuery): Promise<Page<RateLimit>>;
  /** Throws `limit_not_found`. */
  modify(by: ActingRequest, id: string, amount: number): Promise<RateLimit>;
  /** Throws `limit_not_found`. */
  remove(by: ActingRequest, id: string): Promise<void>;
  /** Throws `project_not_found`. */
  listForProject(organizationId: string, projectId: string, query: PageQuery): Promise<Page<ProjectRateLimit>>;
  /** Sets the fields that are given, and takes away those that are null. Throws `project_not_found`, `limit_not_found`. */
  updateForProject(
    by: ActingRequest,
    projectId: string,
    id: string,
    amounts: { readonly [F in ProjectRateLimitField]?: number | null },
  ): Promise<ProjectRateLimit>;
}
