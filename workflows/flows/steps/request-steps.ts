import { ActivityCancellationType, isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { RequestActivities } from '../../contracts/activities.js';
import type {
  AttemptOutcome,
  CallModelInput,
  FinishInput,
  FinishResult,
  PlanResult,
  RequestInput,
} from '../../contracts/requests.js';
import {
  attemptTimeoutMs,
  BRIEF_STEP_RETRY,
  BRIEF_STEP_TIMEOUT,
  HEARTBEAT_TIMEOUT,
  LEDGER_STEP_TIMEOUT,
  STEP_RETRY,
} from './timeouts.js';

/** The moves that the flows of requests are made of; each carries a summary, so that the history reads as a story. */
export interface RequestSteps {
  planAndReserve(): Promise<PlanResult>;
  callModel(attempt: Omit<CallModelInput, 'request'>): Promise<AttemptOutcome>;
  settle(finish: Omit<FinishInput, 'request'>): Promise<FinishResult>;
  release(finish: Omit<FinishInput, 'request'>): Promise<FinishResult>;
}

/** The same steps in either lane: `interactive` as local activities, `job` with a call that is a regular one with heartbeats. */
export function stepsOf(request: RequestInput): RequestSteps {
  const run = runnerOf(request);
  return {
    planAndReserve: () => run.planAndReserve(request, `reserve for ${request.models.join(', ')}`),
    callModel: (attempt) => {
      const { number, candidate } = attempt;
      return run.callModel({ request, ...attempt }, `attempt ${number}: ${candidate.vendor} ${candidate.model}`);
    },
    settle: (finish) => run.settle({ request, ...finish }, `settle attempt ${finish.attempt}`),
    release: (finish) => run.release({ request, ...finish }, `release: ${finish.failure?.class ?? 'nothing made'}`),
  };
}

type Runner = {
  readonly [Step in keyof RequestActivities]: (
    input: Parameters<RequestActivities[Step]>[0],
    summary: string,
  ) => ReturnType<RequestActivities[Step]>;
};

function runnerOf({ lane, job }: RequestInput): Runner {
  if (lane === 'interactive') return runLocally;
  return job?.stepsInTask ? runBriefly : runRegularly;
}

export const ledgerStep = { startToCloseTimeout: LEDGER_STEP_TIMEOUT, retry: STEP_RETRY };
export const attemptStep = (input: CallModelInput) => ({
  startToCloseTimeout: attemptTimeoutMs(input),
  retry: STEP_RETRY,
  // A cancelled attempt still tells what it had brought, which is then settled.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
});

const local = proxyLocalActivities<RequestActivities>(ledgerStep);
const runLocally: Runner = {
  planAndReserve: (input, summary) => local.planAndReserve.executeWithOptions({ ...ledgerStep, summary }, [input]),
  callModel: (input, summary) => local.callModel.executeWithOptions({ ...attemptStep(input), summary }, [input]),
  settle: (input, summary) => local.settle.executeWithOptions({ ...ledgerStep, summary }, [input]),
  release: (input, summary) => local.release.executeWithOptions({ ...ledgerStep, summary }, [input]),
};

const regular = proxyActivities<RequestActivities>(ledgerStep);
const runRegularly: Runner = {
  planAndReserve: (input, summary) => regular.planAndReserve.executeWithOptions({ ...ledgerStep, summary }, [input]),
  callModel: (input, summary) => {
    const options = { ...attemptStep(input), heartbeatTimeout: HEARTBEAT_TIMEOUT, summary };
    return regular.callModel.executeWithOptions(options, [input]);
  },
  settle: (input, summary) => regular.settle.executeWithOptions({ ...ledgerStep, summary }, [input]),
  release: (input, summary) => regular.release.executeWithOptions({ ...ledgerStep, summary }, [input]),
};

const briefStep = { startToCloseTimeout: BRIEF_STEP_TIMEOUT, retry: BRIEF_STEP_RETRY };
const brief = proxyLocalActivities<RequestActivities>(briefStep);

/** A job's: within the task, and where that fails, because Postgres is away, as long as it takes without a trace in the history. */
const runBriefly: Runner = {
  ...runRegularly,
  planAndReserve: (input, summary) =>
    brief.planAndReserve
      .executeWithOptions({ ...briefStep, summary }, [input])
      .catch(unlessCancelled(() => runRegularly.planAndReserve(input, summary))),
  settle: (input, summary) =>
    brief.settle
      .executeWithOptions({ ...briefStep, summary }, [input])
      .catch(unlessCancelled(() => runRegularly.settle(input, summary))),
  release: (input, summary) =>
    brief.release
      .executeWithOptions({ ...briefStep, summary }, [input])
      .catch(unlessCancelled(() => runRegularly.release(input, summary))),
};

function unlessCancelled<Result>(next: () => Promise<Result>): (error: unknown) => Promise<Result> {
  return (error) => {
    if (isCancellation(error)) throw error;
    return next();
  };
}
