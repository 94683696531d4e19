import type { RefreshResult } from './catalogue.js';
import type { JobCallResult } from './jobs.js';
import type {
  AttemptOutcome,
  CallModelInput,
  FinishInput,
  FinishResult,
  PlanResult,
  RequestInput,
} from './requests.js';

/**
 * The activities that a request's flow asks for. Each may run more than once for the same input and then answers the
 * same: what it did is in Postgres under a key made of the request id and the attempt's number.
 */
export interface RequestActivities {
  /** Plans the candidates and holds their worst case in every scope, in one transaction. */
  planAndReserve(input: RequestInput): Promise<PlanResult>;
  /**
   * One attempt at one vendor; its outcome is recorded before this returns, and the request settled by it where that takes no
   * further step (`finished`). Failures of the vendor are values, not errors.
   */
  callModel(input: CallModelInput): Promise<AttemptOutcome>;
  /** Posts the attempt's charge, never more than the hold, and voids the rest. A no-op where already settled or released. */
  settle(input: FinishInput): Promise<FinishResult>;
  /** Voids the hold and tells the caller why there is no answer. A no-op where already settled or released. */
  release(input: FinishInput): Promise<FinishResult>;
}

/** What jobs ask for besides; on a task queue of its own, whose slots say how many run in a process. */
export interface JobActivities {
  /** One attempt, as `callModel` makes it, where the limits on concurrency let it start and the deadline leaves time. */
  callForJob(input: CallModelInput): Promise<JobCallResult>;
}

/** The activities that the gateway's own schedules ask for. */
export interface UpkeepActivities {
  /**
   * Reads newer price data from every source that is configured and stores what it would change as proposals. Run again it
   * proposes nothing twice. @throws what the workflow may retry, with the reason, which names no secret.
   */
  refreshCatalogue(): Promise<RefreshResult>;
}
