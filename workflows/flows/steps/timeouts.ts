import type { RetryPolicy } from '@temporalio/workflow';
import type { CallModelInput } from '../../contracts/requests.js';

// Every timeout and retry policy of the flows, each with its reason. Deadlines that callers notice (first token, total,
// slow reader) are not here: they act inside the activity, because a local activity holds workflow timers up.

/**
 * How long a process may hold a request's workflow task before another may take it over: the delay that a crash costs.
 * A task that runs longer is kept alive by heartbeats at 80 % of this time, each of which costs three events.
 */
export const WORKFLOW_TASK_TIMEOUT = '5s';

/**
 * Steps fail only where Postgres is away or where there is a bug. The first passes, so that a step is tried until it
 * does, soon at first and then twice a second at most; the second is marked as not retryable where it is thrown.
 */
export const STEP_RETRY: RetryPolicy = {
  initialInterval: '100ms',
  backoffCoefficient: 2,
  maximumInterval: '500ms',
};

/** A job's step within its flow's task, which it keeps from others meanwhile: after two tries Temporal hands it out. */
export const BRIEF_STEP_TIMEOUT = '10s';
export const BRIEF_STEP_RETRY: RetryPolicy = { ...STEP_RETRY, maximumAttempts: 2 };

/** A statement or two in Postgres: whatever takes longer is a hung connection, and the step may safely run again. */
export const LEDGER_STEP_TIMEOUT = '30s';

/** Beyond the attempt's own limits: what a record may wait for Postgres, and a second execution for the first. */
const ATTEMPT_RESERVE_MS = 6 * 60_000;

/** An attempt ends by its own deadlines; this is the backstop behind them. */
export function attemptTimeoutMs({ request, delayMs }: CallModelInput): number {
  return delayMs + request.deadlines.totalMs + ATTEMPT_RESERVE_MS;
}

/** Jobs and webhooks: how soon a died worker is noticed. Heartbeats come every two seconds. */
export const HEARTBEAT_TIMEOUT = '10s';

/**
 * Jobs that wait for a limit on concurrency ask again and again, each time with some eight events: a run of the flow goes
 * on as a new one after so many times, long before a history is too long for Temporal (51,200 events).
 */
export const WAITS_OF_A_RUN = 30;

/** So many calls of vendors end a wait early in a run of the flow; from then on it goes by its timers, which bounds its looks. */
export const CALLS_THAT_COUNT = 10;

/** Each further wait is longer, up to so many times the first: a thousand jobs that wait must not ask all the time. */
export const LONGER_EACH_WAIT = 1.5;
export const LONGEST_WAIT = 7.5;

/** How long a job whose time is over waits for a slot in which its vendor can be told to stop. */
export const STOP_PATIENCE_MS = 10 * 60_000;

/** Newer price data: a few megabytes from each source, a second of reading, and one transaction. */
export const REFRESH_TIMEOUT = '5 minutes';

/** A source that is away for a moment is tried again; what it has for good (no such page) the next day's run will find as well. */
export const REFRESH_RETRY: RetryPolicy = { initialInterval: '1 minute', backoffCoefficient: 5, maximumAttempts: 3 };

/** The receiver has 20 s to answer; the rest is for Postgres, before and after. */
export const WEBHOOK_TIMEOUT = '1 minute';

/** A run of a schedule: a request is read and stored, as for a caller who is answered with 202. */
export const SCHEDULE_RUN_TIMEOUT = '1 minute';

/** How often a run asks whether an earlier one's job is over; nobody waits on a connection for it. */
export const SCHEDULE_WAIT = '5 seconds';

/** Rate limits and processes that stop turn a run away for a minute at most each; ten minutes of that are a refusal. */
export const SCHEDULE_BUSY_TRIES = 10;

/** A batch's steps work for ten seconds at a time; the reading of an input of gigabytes takes minutes. */
export const BATCH_STEP_TIMEOUT = '1 hour';

/** A hundred thousand results are read one by one, and written twice over where the store is slow. */
export const BATCH_WRITE_TIMEOUT = '12 hours';

/**
 * Steps of batches fail where Postgres or the object store is away, or where there is a bug. An hour of trying, twenty seconds
 * apart, tells these apart: what goes on failing ends the batch, instead of keeping it for ever.
 */
export const BATCH_RETRY: RetryPolicy = {
  initialInterval: '500ms',
  backoffCoefficient: 2,
  maximumInterval: '20s',
  maximumAttempts: 180,
};

/** Steps of a batch that one run of its flow takes, each with up to eleven events, before another run goes on. */
export const STEPS_OF_A_RUN = 300;
/** Temporal's best priority. Of looks at vendors there are some forty a second at most, whoever has how many jobs. */
export const FIRST_IN_LINE = 1;
