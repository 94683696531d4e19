/** What a request that is run as a job is told of itself besides; part of the workflow's input. */
export interface JobTerms {
  /** ISO 8601. A job that has not ended by then is stopped: settled by what it brought, else released. */
  readonly deadlineAt: string;
  /** 1 is first, 5 last. */
  readonly priority: number;
  /**
   * Its steps in Postgres are made within the tasks of its flow, as those of requests whose callers wait. Absent in histories of
   * before, whose steps are activities that Temporal hands out.
   */
  readonly stepsInTask?: true;
  /** ISO 8601: until when its outputs are kept at least. Of the lines of batches, whose results are told when all have ended. */
  readonly outputsUntil?: string;
  /** It may be run in its vendor's own batch; absent where not, and in histories of before. */
  readonly native?: true;
}

/** What is stored with a job that is no business of its workflow. */
export interface NewJob {
  /** Told of the job's end; may hold a token, so that it is in no history. */
  readonly webhookUrl?: string;
  /** The batch that it is a line of. */
  readonly batchId?: string;
}
