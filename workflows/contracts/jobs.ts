import type { ActingRequest, Page, PageQuery } from './access.js';
import type { AttemptOutcome } from './requests.js';
import type { StopSignal } from './ports.js';

/** `queued` until a vendor is asked for the first time; the last four are ends. */
export type JobStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'canceled' | 'expired';

/** Where a job stands: stored, reserved and in line, waiting for a limit on concurrency, at a vendor, between attempts, over. */
export type JobStep = 'accepted' | 'in_line' | 'waiting_for_capacity' | 'calling' | 'between_attempts' | 'ended';

export interface JobRecord {
  /** The request's. */
  readonly id: string;
  readonly projectId: string;
  readonly status: JobStatus;
  readonly step: JobStep;
  /** Grows by one with each event: of two pictures of a job, the one with the greater is the newer. */
  readonly version: number;
  readonly kind: string;
  readonly models: readonly string[];
  readonly stream: boolean;
  readonly priority: number;
  readonly metadata: { readonly [name: string]: string };
  /** The batch that it is a line of. */
  readonly batchId?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly completedAt?: string;
  readonly deadlineAt: string;
  /** Percent of the attempt that is under way, as its vendor last said; absent where it does not say. */
  readonly progress?: number;
  readonly cancelRequestedAt?: string;
  readonly heldNanoUsd?: string;
  /** Present once it has ended. */
  readonly chargedNanoUsd?: string;
  readonly failureClass?: string;
  readonly refusalCode?: string;
  /** When the result is destroyed; present once it has ended. */
  readonly answerExpiresAt?: string;
  /** Of the attempt that is under way, or by which the job has ended. */
  readonly attempt?: Pick<AttemptOutcome, 'number' | 'vendor' | 'model' | 'offerId'> & {
    readonly status?: AttemptOutcome['status'];
    readonly usage?: AttemptOutcome['usage'];
  };
}

export interface JobQuery extends PageQuery {
  readonly status?: JobStatus;
  readonly kind?: string;
  /** By any of the names that it was asked for by. */
  readonly model?: string;
  /** ISO 8601; jobs made at that moment or later. */
  readonly createdAfter?: string;
  /** ISO 8601; jobs made before that moment. */
  readonly createdBefore?: string;
  /** Only those that have all of these labels. */
  readonly metadata?: { readonly [name: string]: string };
  /** The lines of this batch; absent for the jobs that are of none. */
  readonly batchId?: string;
}

/** Something that happened to a job; no content. */
export interface JobEvent {
  /** 1, 2, …; the job's version from then on. */
  readonly number: number;
  readonly type: `job.${JobStatus | 'reserved' | 'cancel_requested'}`;
  readonly at: string;
  readonly data: { readonly [name: string]: string | number | boolean | null };
}

/** The jobs of a project; another project's are as unknown as none. */
export interface Jobs {
  find(projectId: string, jobId: string): Promise<JobRecord | undefined>;
  /** @throws RefusalError `invalid_request` of `after` or `before` where it is no job of this project. */
  list(projectId: string, query: JobQuery): Promise<Page<JobRecord>>;
  /** A job's events after a number, those to come included, up to its end. */
  follow(jobId: string, after: number, signal: StopSignal): AsyncIterable<JobEvent>;
  /** The best priority that the operator lets a project ask for: 1 is the best there is. */
  bestPriority(organizationId: string, projectId: string): Promise<number>;
}

/** What a job may take of what others need too, as an attempt of it is about to start. */
export type JobStart =
  | { readonly status: 'started' }
  /**
   * To be asked again after so long: a limit on concurrency is reached, or others are ahead; or the vendor has taken it on and
   * works on it (`atVendor`).
   */
  | { readonly status: 'wait'; readonly againMs: number; readonly atVendor?: true }
  /** It is over, or is to be cancelled. */
  | { readonly status: 'ended' };

/** What became of an attempt of a job. */
export type JobCallResult =
  | { readonly status: 'called'; readonly outcome: AttemptOutcome }
  | Exclude<JobStart, { readonly status: 'started' }>
  /** The deadline had passed before anything was sent. */
  | { readonly status: 'late' };

/** What the operator says of one organisation, project or vendor, over the installation's settings. */
export interface JobRule {
  /** `organization:ID`, `project:ID` or `vendor:ID`. */
  readonly scope: string;
  /** Jobs at vendors at once, of an organisation or at a vendor. */
  readonly maxRunning?: number;
  /** The best priority that may be asked for, in an organisation or a project. */
  readonly bestPriority?: number;
}

export interface JobRules {
  list(query: PageQuery): Promise<Page<JobRule>>;
  /** A rule that says nothing is removed. @throws RefusalError `scope_not_found`, `invalid_request`. */
  set(by: ActingRequest, rule: JobRule): Promise<JobRule>;
}
