import type { Page, PageQuery } from './access.js';
import type { ActingKey, SubmittedPost } from './submissions.js';

/** What becomes of a run whose time comes while the job of an earlier one is not over. */
export type ScheduleOverlap = 'skip' | 'buffer_one' | 'allow_all' | 'cancel_other';

/** When a schedule runs. One of `cron` and `everyMs`. */
export interface ScheduleTimes {
  /** Five fields, or a name such as `@daily`. */
  readonly cron?: string;
  /** From `startAt` on; without it, from the beginning of 1970. */
  readonly everyMs?: number;
  /** A name of the IANA database, by whose clock `cron` is read. */
  readonly timezone: string;
  /** ISO 8601, as `endAt`; both belong to the time between. */
  readonly startAt?: string;
  readonly endAt?: string;
  /** Each run is put off by a random time up to this. */
  readonly jitterMs: number;
  /** How late a run may start that was missed, because Temporal was away. */
  readonly catchUpMs: number;
}

export interface ScheduleTerms extends ScheduleTimes {
  readonly overlap: ScheduleOverlap;
  /** How many runs are left; absent for any number. A run that is skipped or triggered takes none. */
  readonly remaining?: number;
  /** The caller's labels, in clear. */
  readonly metadata: { readonly [name: string]: string };
}

/** `ended`: no run is left, or `endAt` has passed. */
export type ScheduleStatus = 'active' | 'paused' | 'ended';

/** A POST that is made again and again, each time as a job of its own. */
export interface Schedule extends ScheduleTerms {
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  /** Whose rights its runs have. */
  readonly keyId: string;
  readonly status: ScheduleStatus;
  /** `refused`: the gateway paused it, because as many runs in a row were refused as are borne with. */
  readonly pausedBecause?: 'asked' | 'refused';
  readonly refusalsInRow: number;
  readonly path: string;
  /** Grows with each change of what Temporal knows of it. */
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface NewSchedule extends ScheduleTerms {
  readonly as: ActingKey;
  readonly post: SubmittedPost;
  readonly paused: boolean;
}

/** An absent field stays. Null takes a bound away. */
export interface ScheduleChange {
  readonly cron?: string;
  readonly everyMs?: number;
  readonly timezone?: string;
  readonly startAt?: string | null;
  readonly endAt?: string | null;
  readonly jitterMs?: number;
  readonly catchUpMs?: number;
  readonly overlap?: ScheduleOverlap;
  readonly remaining?: number | null;
  readonly paused?: boolean;
  readonly metadata?: { readonly [name: string]: string };
}

/**
 * `pending`: its POST is being made; `waiting`: for an earlier run's job to end; `submitted`: as the job that `jobId` names;
 * `skipped`: an earlier one was not over; `refused`: the POST was, as `refusal` tells.
 */
export type ScheduleRunStatus = 'pending' | 'waiting' | 'submitted' | 'skipped' | 'refused';

export interface ScheduleRun {
  readonly id: string;
  readonly scheduleId: string;
  readonly cause: 'time' | 'trigger';
  readonly status: ScheduleRunStatus;
  /** When its time came; of one that was triggered, when it was. */
  readonly dueAt: string;
  readonly jobId?: string;
  readonly refusal?: { readonly status: number; readonly code: string; readonly param?: string };
  readonly createdAt: string;
}

/** The schedules of a project; another project's are as unknown as none. */
export interface Schedules {
  /** @throws RefusalError `too_many_schedules`; `invalid_request` of `cron` or `timezone` where Temporal cannot read it. */
  create(schedule: NewSchedule): Promise<Schedule>;
  find(projectId: string, id: string): Promise<Schedule | undefined>;
  list(projectId: string, query: PageQuery): Promise<Page<Schedule>>;
  /** What is posted, as its caller gave it; `undefined` where there is no such schedule. */
  post(projectId: string, id: string): Promise<Pick<SubmittedPost, 'headers' | 'body'> | undefined>;
  /** @throws RefusalError as `create`, and `schedule_not_found`. */
  modify(projectId: string, id: string, change: ScheduleChange): Promise<Schedule>;
  /** Destroys what is to be posted, at once. False where there is no such schedule. Jobs that run go on. */
  remove(projectId: string, id: string): Promise<boolean>;
  /** One run more, now. @throws RefusalError `schedule_not_found`. */
  trigger(projectId: string, id: string): Promise<ScheduleRun>;
  /** Its runs of the last 30 days. */
  runs(scheduleId: string, query: PageQuery): Promise<Page<ScheduleRun>>;
  /** ISO 8601; what Temporal will start next, none where it is away. */
  nextRuns(id: string): Promise<readonly string[]>;
}

/** What Temporal is told of a schedule: when, and nothing of what. */
export interface ScheduleClock {
  /** Makes it as it is now, new or not. @throws RefusalError `invalid_request`, with the field. */
  keep(schedule: Schedule): Promise<void>;
  /** No error where there is none. */
  remove(id: string): Promise<void>;
  /** Starts one run under this name now. */
  start(run: RunScheduleInput & { readonly name: string }): Promise<void>;
  nextRuns(id: string): Promise<readonly string[]>;
}

/** All that a run's workflow knows. */
export interface RunScheduleInput {
  readonly scheduleId: string;
  readonly organizationId: string;
  /** The schedule's when Temporal was last told. */
  readonly version: number;
  readonly cause: ScheduleRun['cause'];
}

export interface OpenRunInput extends RunScheduleInput {
  /** The workflow's id: the same for each try of the same time. */
  readonly name: string;
  /** ISO 8601. */
  readonly dueAt: string;
  /** It was asked to come back as often as it may: what is refused now is refused for good. */
  readonly isLast: boolean;
}

export type RunScheduleStep =
  | { readonly status: 'submitted'; readonly jobId: string }
  | { readonly status: 'refused' | 'skipped' | 'gone' | 'paused' | 'ended' }
  /** An earlier run's job is not over, however long that takes. */
  | { readonly status: 'waiting' }
  /** The gateway could not take it now: to be asked again, after so long. */
  | { readonly status: 'busy'; readonly afterMs: number };

/** What the flow of a run asks for. Again for the same name, it goes on where it was. */
export interface ScheduleActivities {
  runSchedule(input: OpenRunInput): Promise<RunScheduleStep>;
}
