import type { Budgets } from '../workflows/contracts/budgets.js';
import type { OperatorModels, OperatorOffers, PriceOverrides, Proposals } from '../workflows/contracts/catalogue.js';
import type { Credentials } from '../workflows/contracts/credentials.js';
import type { Credits } from '../workflows/contracts/credits.js';
import type { AuditLog } from '../workflows/contracts/audit.js';
import type { Batches, BatchStarter } from '../workflows/contracts/batches.js';
import type { JobRules, Jobs } from '../workflows/contracts/jobs.js';
import type { AdminKeys, People } from '../workflows/contracts/people.js';
import type {
  Catalogue,
  ContentStore,
  KeyDirectory,
  Management,
  ReplyChannel,
  RequestDirectory,
  RequestStarter,
  StoredAnswers,
  TokenCounter,
} from '../workflows/contracts/ports.js';
import type { ObjectStore, Uploads, UrlSignatures } from '../workflows/contracts/objects.js';
import type { RoutingPolicies } from '../workflows/contracts/routing-policies.js';
import type { Schedules } from '../workflows/contracts/schedules.js';
import type { SessionMemory } from '../workflows/contracts/sessions.js';
import type { Submissions } from '../workflows/contracts/submissions.js';
import type { UsageReports } from '../workflows/contracts/usage-reports.js';
import type { Organizations, ProjectKeys, Projects, ServiceAccounts, Teams } from '../workflows/contracts/tenancy.js';
import type { HealthReports } from '../workflows/contracts/health.js';
import type { VendorWebhooks } from '../workflows/contracts/vendor-webhooks.js';
import type { Webhooks } from '../workflows/contracts/webhooks.js';
import type { RateLimitRules, RateLimits } from '../workflows/contracts/rate-limits.js';

/** What the API writes to a log: ids, codes, counts and times. Never content, and never an error's message. */
export type LogFields = { readonly [name: string]: string | number | boolean | undefined };

export interface Log {
  error(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
}

export interface ApiSettings {
  /** Inference requests that may be under way at once in this process; one more is told to come back. */
  readonly maxInFlight: number;
  readonly maxBodyBytes: number;
  /** The largest file that one request may bring. */
  readonly maxFileBytes: number;
  readonly timeouts: {
    readonly firstTokenMs: number;
    readonly totalMs: number;
    readonly slowReaderMs: number;
    /** How long a keyed answer is held where its project does not say. */
    readonly answerHoldMs: number;
    /** Silence after which a stream gets a comment. */
    readonly keepAliveMs: number;
  };
  readonly jobs: JobSettings;
  readonly batches: BatchSettings;
  /** Where callers reach the gateway, where that is not by the process's own address. */
  readonly publicUrl?: string;
}

export interface BatchSettings {
  readonly maxLines: number;
  /** How long a batch's outputs are kept where its caller does not say. */
  readonly retentionMs: number;
  /** Lines may be run in their vendors' own batches. */
  readonly native: boolean;
  /** The shortest window that they are run so in. */
  readonly nativeFromMs: number;
}

export interface JobSettings {
  /** How long a job may take where its caller does not say. */
  readonly deadlineMs: number;
  /** How long one attempt of a job may take: nobody waits on a connection for it. */
  readonly attemptMs: number;
  /** How long a job's result is held at least, from its end on. */
  readonly resultHoldMs: number;
}

export interface Readiness {
  readonly ok: boolean;
  readonly checks: { readonly [name: string]: 'ok' | 'down' };
}

/** Everything that the API needs of the other rooms; `workers/` supplies it. */
export interface AppDependencies {
  readonly settings: ApiSettings;
  /** This process's name, under which workflows know who holds a caller's connection. */
  readonly instanceId: string;
  /** The vendors that an account can be of, anybody's: offers of any other are neither shown nor resolved. */
  readonly vendors: readonly string[];
  readonly catalogue: Catalogue;
  readonly keys: KeyDirectory;
  readonly content: ContentStore;
  readonly replies: ReplyChannel;
  readonly requests: RequestDirectory;
  readonly storedAnswers: StoredAnswers;
  readonly objects: ObjectStore;
  readonly uploads: Uploads;
  readonly urlSignatures: UrlSignatures;
  readonly jobs: Jobs;
  readonly jobRules: JobRules;
  readonly schedules: Schedules;
  /** This API itself, as a key's holder calls it. */
  readonly submissions: Submissions;
  readonly batches: Batches;
  readonly batchStarter: BatchStarter;
  readonly starter: RequestStarter;
  readonly tokenCounter: TokenCounter;
  /** Which model an `auto` model has chosen for a session. */
  readonly sessions: SessionMemory;
  readonly organizations: Organizations;
  readonly teams: Teams;
  readonly projects: Projects;
  readonly serviceAccounts: ServiceAccounts;
  readonly projectKeys: ProjectKeys;
  /** Resolves once this process goes by every change that has been made until now. Never rejects. */
  readonly changesHeard: () => Promise<void>;
  readonly management: Management;
  readonly budgets: Budgets;
  readonly credits: Credits;
  readonly rateLimits: RateLimits;
  readonly rateLimitRules: RateLimitRules;
  readonly audit: AuditLog;
  readonly credentials: Credentials;
  readonly webhooks: Webhooks;
  /** What vendors call back about. */
  readonly vendorWebhooks: VendorWebhooks;
  readonly people: People;
  readonly adminKeys: AdminKeys;
  readonly priceOverrides: PriceOverrides;
  readonly operatorOffers: OperatorOffers;
  readonly proposals: Proposals;
  readonly operatorModels: OperatorModels;
  readonly routingPolicies: RoutingPolicies;
  readonly usage: UsageReports;
  readonly vendorHealth: HealthReports;
  /** The vendors that requests of an organisation, or of one of its projects, can go to now. */
  readonly callableVendors: (organizationId: string, projectId?: string) => ReadonlySet<string>;
  readonly health: { check(): Promise<Readiness> };
  /** True once this process takes no new inference requests, because it is about to end. */
  readonly isDraining: () => boolean;
  readonly log: Log;
  /** Told of each object that an endpoint of the management API answers with; tests hold it to the endpoint's schema. */
  readonly onAnswer?: (operationId: string, answer: unknown) => void;
  readonly onMetric?: (name: 'non_eager_start') => void;
}
