import type { Page, PageQuery } from './access.js';
import type { JsonObject } from './json.js';
import type { NanoUsd } from './money.js';
import type { ObjectOwner } from './objects.js';
import type { UnitCounts } from './usage.js';

/** In whose form a batch is made, shown and answered. */
export type BatchDialect = 'openai' | 'anthropic';

/** OpenAI's; the four that are ends are `failed`, `completed`, `expired` and `cancelled`. */
export type BatchStatus =
  'validating' | 'failed' | 'in_progress' | 'finalizing' | 'completed' | 'expired' | 'cancelling' | 'cancelled';

/** What is wrong with an input as a whole; the message quotes nothing of it. */
export interface BatchProblem {
  readonly code: string;
  readonly message: string;
  /** From 1. */
  readonly line?: number;
  readonly param?: string;
}

/** Lines by their ends; those that have none yet are the rest of `total`. */
export interface BatchCounts {
  readonly total: number;
  readonly succeeded: number;
  /** Broken and refused ones included. */
  readonly failed: number;
  readonly canceled: number;
  readonly expired: number;
}

export interface Batch extends ObjectOwner {
  readonly id: string;
  readonly keyId: string;
  readonly dialect: BatchDialect;
  /** The path that each line is posted to. */
  readonly endpoint: string;
  /** As its caller gave it, for example `24h`. */
  readonly completionWindow: string;
  /** Headers that each line is sent with, besides those of every job. */
  readonly headers: { readonly [name: string]: string };
  readonly metadata: { readonly [name: string]: string };
  /** The object with the lines. */
  readonly inputId: string;
  /** Seconds from the creation of its outputs to their end. */
  readonly outputSeconds: number;
  /** Its lines may be run in their vendors' own batches. */
  readonly native: boolean;
  readonly status: BatchStatus;
  /** Grows by one with each change of the status: of two pictures of a batch, the one with the greater is the newer. */
  readonly version: number;
  readonly problems: readonly BatchProblem[];
  readonly counts: BatchCounts;
  /** What the lines have brought, and what they have not; absent until it ends, and where there is nothing to say. */
  readonly outputId?: string;
  readonly errorId?: string;
  /** Of all lines; present once it has ended. */
  readonly chargedNanoUsd?: NanoUsd;
  readonly usage?: UnitCounts;
  /** RFC 3339 times. */
  readonly createdAt: string;
  readonly inProgressAt?: string;
  readonly finalizingAt?: string;
  readonly cancellingAt?: string;
  readonly endedAt?: string;
  readonly expiresAt: string;
}

/** A batch that is about to be stored. */
export interface NewBatch extends Pick<
  Batch,
  | 'id'
  | 'organizationId'
  | 'projectId'
  | 'keyId'
  | 'dialect'
  | 'endpoint'
  | 'completionWindow'
  | 'headers'
  | 'metadata'
  | 'inputId'
  | 'outputSeconds'
  | 'native'
> {
  readonly windowMs: number;
  /** A caller's `Idempotency-Key` with what a repeat is compared by. */
  readonly key?: { readonly idempotencyKey: string; readonly body: string };
}

/** By what a repeat is found. */
export type KeyedBatch = Pick<NewBatch, 'projectId' | 'dialect' | 'key'>;

export interface BatchQuery extends PageQuery {
  readonly dialect: BatchDialect;
}

/** The batches of a project; another project's, and those of another dialect, are as unknown as none. */
export interface Batches {
  /** Gives the earlier one where the key repeats it. @throws RefusalError `idempotency_key_reused`. */
  create(batch: NewBatch): Promise<Batch>;
  /** The earlier one; `undefined` where nothing came under this key. @throws RefusalError `idempotency_key_reused`. */
  findRepeated(batch: KeyedBatch): Promise<Batch | undefined>;
  find(projectId: string, dialect: BatchDialect, id: string): Promise<Batch | undefined>;
  /** @throws RefusalError `invalid_request` of `after` or `before` where it is no batch of this list. */
  list(projectId: string, query: BatchQuery): Promise<Page<Batch>>;
  /** Asks for its end; one that has ended, or is about to, is given as it is. */
  cancel(projectId: string, dialect: BatchDialect, id: string): Promise<Batch | undefined>;
  /** Forgets a batch that has ended. False where there is none, or it has not. */
  forget(projectId: string, dialect: BatchDialect, id: string): Promise<boolean>;
}

/** Batches as workflows. */
export interface BatchStarter {
  /** A no-op where it runs already. */
  start(batchId: string): Promise<void>;
  /** Has its workflow look at once; a no-op where none runs. */
  wake(batchId: string): Promise<void>;
}

/** What a batch's workflow is told: never content. */
export interface BatchInput {
  readonly batchId: string;
}

export interface BatchActivities {
  /** Reads the input once: which lines there are, and whether the whole can be run. */
  validateBatch(input: BatchInput): Promise<{ readonly status: 'ready' | 'over' }>;
  /** Submits lines as there is room, and notes which have ended. `idle` says how often in a row nothing had changed. */
  advanceBatch(input: BatchInput & { readonly idle: number }): Promise<BatchStep>;
  /** Writes the results and ends the batch. */
  writeBatch(input: BatchInput): Promise<{ readonly status: BatchStatus }>;
  /** Ends a batch that a fault of the gateway's keeps from going on; its lines that run go on as jobs. */
  failBatch(input: BatchInput): Promise<void>;
}

export type BatchStep =
  | { readonly status: 'working'; readonly afterMs: number; readonly moved: boolean }
  /** No line is left to be submitted or waited for. */
  | { readonly status: 'ended' };

/** A line of an input, as it is to be posted. */
export interface BatchRequest {
  readonly batch: Batch;
  /** From 1. */
  readonly number: number;
  /** JSON. */
  readonly body: string;
}

export type BatchSubmission =
  | { readonly status: 'accepted'; readonly requestId: string }
  /** A limit is reached, or a part is away: the same line is to be submitted again. */
  | { readonly status: 'wait'; readonly afterMs: number }
  | BatchRefusal;

/** Why a line is no job; what it was answered with is content. */
export interface BatchRefusal {
  readonly status: 'refused';
  readonly statusCode: number;
  readonly requestId: string;
  readonly body: JsonObject;
  /** What was refused is the key, so that all further lines would be refused by it. */
  readonly isOfKey: boolean;
}

export type BatchLineEnd =
  | { readonly state: 'succeeded' | 'failed'; readonly requestId: string }
  | { readonly state: 'refused'; readonly refusal: BatchRefusal }
  | { readonly state: 'broken'; readonly problem: string }
  | { readonly state: 'canceled' | 'expired' };

/** A line that has ended, to be written in its batch's dialect. */
export interface EndedBatchLine {
  readonly batch: Batch;
  readonly number: number;
  /** Absent where the line is broken and has none. */
  readonly customId?: string;
  readonly end: BatchLineEnd;
}

/** The API as the lines of batches use it: every line goes the way of the request that it is. */
export interface BatchLines {
  /** Posts the line as a job, by the present rights of the batch's key. Posted again it is the same job. */
  submit(request: BatchRequest): Promise<BatchSubmission>;
  /** The line's result in its dialect, as one line of JSON without its end. */
  render(line: EndedBatchLine): Promise<string>;
  /** Asks for the end of a line's job. */
  stop(requestId: string): Promise<void>;
}
