import type { KeyMode, Page, PageQuery } from './access.js';
import type { NanoUsd, UsdDecimal } from './money.js';
import type { UnitCounts, Usage } from './usage.js';

/** Labels of the caller's own, for reports: at most 16 of them. Not content; stored in clear. */
export type Tags = { readonly [name: string]: string };

/** What a report counts: each looks at the requests of its own kinds, `web_searches` at all that searched. */
export type UsageReport =
  'completions' | 'embeddings' | 'moderations' | 'images' | 'audio_speeches' | 'audio_transcriptions' | 'web_searches';

/** What results can be told apart by; `tag:NAME` is the value of a tag. Models are offer ids. */
export type UsageDimension =
  'project_id' | 'user_id' | 'api_key_id' | 'model' | 'vendor' | 'team_id' | 'batch' | `tag:${string}`;

/** Absent filters keep everything; each that is there must hold. */
export interface UsageFilter {
  readonly projectIds?: readonly string[];
  readonly userIds?: readonly string[];
  readonly keyIds?: readonly string[];
  /** Offer ids, or vendors' own names. */
  readonly models?: readonly string[];
  readonly batch?: boolean;
  /** Of the keys: `test` ones reach the sandbox only. */
  readonly mode?: KeyMode;
}

/** A stretch of time in seconds since 1970, `until` not included. */
export interface TimeBucket {
  readonly from: number;
  readonly until: number;
}

export interface UsageQuery {
  /** In order and next to each other; none is empty. */
  readonly buckets: readonly TimeBucket[];
  readonly groupBy: readonly UsageDimension[];
  readonly filter: UsageFilter;
}

/** What a result is grouped by; null where its requests have none. */
export type UsageGroup = { readonly [D in UsageDimension]?: string | null };

/** One group within one bucket. Sums are exact as long as they are below 2^53. */
export interface UsageResult {
  /** Index of its bucket in the query. */
  readonly bucket: number;
  readonly group: UsageGroup;
  /** Requests that a vendor was asked for. */
  readonly requests: number;
  readonly units: Required<Pick<UnitCounts, SummedUnit>>;
}

export type SummedUnit =
  | 'input'
  | 'input_cached_read'
  | 'input_cache_write_5m'
  | 'input_cache_write_1h'
  | 'input_audio'
  | 'input_image'
  | 'output'
  | 'output_reasoning'
  | 'output_audio'
  | 'output_image'
  | 'images'
  | 'searches'
  | 'characters'
  | 'audio_seconds';

export interface CostResult {
  readonly bucket: number;
  readonly group: UsageGroup;
  readonly requests: number;
  readonly costNanoUsd: NanoUsd;
}

export type UsageOutcome = 'answered' | 'partial' | 'failed' | 'refused';

/** What one request used and cost, written once when it ended. */
export interface UsageRecord {
  readonly requestId: string;
  readonly endedAt: string;
  /** Nearest first. */
  readonly teamIds: readonly string[];
  readonly projectId: string;
  readonly userId?: string;
  readonly serviceAccountId?: string;
  readonly keyId: string;
  readonly mode: KeyMode;
  readonly kind: string;
  readonly stream: boolean;
  readonly batch: boolean;
  readonly models: readonly string[];
  readonly vendor?: string;
  /** The vendor's own name. */
  readonly model?: string;
  readonly offerId?: string;
  readonly attempts: number;
  readonly outcome: UsageOutcome;
  readonly failureClass?: string;
  readonly refusalCode?: string;
  readonly units: UnitCounts;
  readonly usageSource: Usage['source'];
  readonly latencyMs: number;
  readonly firstTokenMs?: number;
  readonly durationMs?: number;
  readonly costNanoUsd: NanoUsd;
  readonly upstreamCostNanoUsd: NanoUsd;
  /** The attempt that decided was made with a credential of the caller's own, and charged nothing. */
  readonly isByok: boolean;
  /** Absent for the environment's account. */
  readonly credentialId?: string;
  readonly heldNanoUsd: NanoUsd;
  /** What the vendor itself says that the charged attempt cost, exact; absent where it does not say. */
  readonly statedUsd?: UsdDecimal;
  readonly tags: Tags;
}

export interface UsageRecordQuery extends PageQuery, UsageFilter {
  readonly from?: Date;
  /** Not included. */
  readonly until?: Date;
  readonly outcomes?: readonly UsageOutcome[];
  /** Each must be there with this value. */
  readonly tags?: Tags;
}

/** What the requests of an organisation used and cost. */
export interface UsageReports {
  /** Throws a refusal where there are more results than one answer holds. Buckets without any have none. */
  usage(organizationId: string, report: UsageReport, query: UsageQuery): Promise<readonly UsageResult[]>;
  costs(organizationId: string, query: UsageQuery): Promise<readonly CostResult[]>;
  /** By the time at which requests ended. Cursors are request ids; unknown ones are refused. */
  records(organizationId: string, query: UsageRecordQuery): Promise<Page<UsageRecord>>;
  /** Throws a refusal where the organisation has no such project. */
  checkProject(organizationId: string, projectId: string): Promise<void>;
}
