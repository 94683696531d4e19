import {
  ActivityFailure,
  CancellationScope,
  isCancellation,
  patched,
  proxyActivities,
  sleep,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { JobActivities } from '../../contracts/activities.js';
import type { JobTerms } from '../../contracts/job-terms.js';
import type { JobCallResult } from '../../contracts/jobs.js';
import type { AttemptOutcome, CallModelInput, RequestInput } from '../../contracts/requests.js';
import { callQueueOf } from './queues.js';
import { attemptStep, ledgerStep, type RequestSteps, stepsOf } from './request-steps.js';
import {
  FIRST_IN_LINE,
  HEARTBEAT_TIMEOUT,
  LONGER_EACH_WAIT,
  LONGEST_WAIT,
  STOP_PATIENCE_MS,
  WAITS_OF_A_RUN,
} from './timeouts.js';
import { type WaitForVendor, hearVendors } from './wait-for-vendor.js';

/** A request with the terms of a job. */
export type JobInput = RequestInput & { readonly lane: 'job'; readonly job: JobTerms };

/** The job's deadline has passed and nothing of it is at a vendor. */
export class DeadlinePassedError extends Error {
  override readonly name = 'DeadlinePassedError';
}

/** This run has waited so often that another is to go on. */
export class WaitedOftenError extends Error {
  override readonly name = 'WaitedOftenError';
  /** `atVendor` is the number of the attempt that its vendor works on. */
  constructor(readonly atVendor: number | undefined) {
    super();
  }
}

const calls = proxyActivities<JobActivities>(ledgerStep);

/**
 * The steps of every request, but for the call: that one waits for its place, and no longer than until the deadline. `atVendor` is
 * the number of the attempt that an earlier run has left at its vendor.
 */
export function jobStepsOf(request: JobInput, atVendor?: number): RequestSteps {
  const waitForVendor = hearVendors();
  return { ...stepsOf(request), callModel: (attempt) => callInTime({ request, atVendor, waitForVendor }, attempt) };
}

interface JobRun {
  readonly request: JobInput;
  readonly atVendor: number | undefined;
  readonly waitForVendor: WaitForVendor;
}

/** @throws DeadlinePassedError, WaitedOftenError. */
async function callInTime(
  { request, atVendor, waitForVendor }: JobRun,
  { delayMs, ...attempt }: Omit<CallModelInput, 'request'>,
): Promise<AttemptOutcome> {
  const leftMs = (): number => Date.parse(request.job.deadlineAt) - Date.now();
  let isAtVendor = attempt.number === atVendor;
  // A wait that the vendor has asked for is a timer here: nobody's slot is taken by it. What is at its vendor has waited before.
  if (delayMs > 0 && !isAtVendor) await sleep(Math.max(1, Math.min(delayMs, leftMs())));
  const stopCancelled = (): Promise<AttemptOutcome> =>
    CancellationScope.nonCancellable(() => stopInTime({ request, atVendor, waitForVendor }, attempt, 'cancelled'));
  for (let waits = 1; ; waits += 1) {
    if (leftMs() <= 0 && isAtVendor) return stopInTime({ request, atVendor, waitForVendor }, attempt, 'timeout_total');
    if (leftMs() <= 0) throw new DeadlinePassedError();
    const result = await call({ request, ...attempt, delayMs: 0 }, leftMs(), isAtVendor).catch((error: unknown) => {
      // Cancelled before anybody looked, as where it stood in line for a slot.
      if (isAtVendor && isCancellation(error) && patched('stop-before-look')) return 'cancelled' as const;
      throw error;
    });
    if (result === 'cancelled') return stopCancelled();
    switch (result.status) {
      case 'called':
        return result.outcome;
      case 'ended':
        return unsent(attempt);
      case 'late':
        throw new DeadlinePassedError();
      case 'wait': {
        isAtVendor = result.atVendor === true;
        if (mustGoOn(waits)) throw new WaitedOftenError(isAtVendor ? attempt.number : undefined);
        // Apart from each other, so that those who wait for the same place do not all ask at once.
        const longer = isAtVendor ? 1 : Math.min(LONGER_EACH_WAIT ** (waits - 1), LONGEST_WAIT);
        const untilMs = Math.max(1, Math.min(result.againMs * longer * (0.5 + Math.random()), leftMs()));
        try {
          await (isAtVendor ? waitForVendor(attempt.number, untilMs) : sleep(untilMs));
        } catch (error) {
          if (!isAtVendor || !isCancellation(error)) throw error;
          return stopCancelled();
        }
      }
    }
  }
}

/** A new run would not know that this one was cancelled: the next wait of this one ends at once then. */
function mustGoOn(waits: number): boolean {
  const isLong = waits >= WAITS_OF_A_RUN || workflowInfo().continueAsNewSuggested;
  return isLong && !CancellationScope.current().consideredCancelled;
}

/**
 * A line of the vendor's batch is stopped with all others or not at all: what the vendor has made of it by the batch's end is what it
 * charges, and is waited for.
 */
async function stopInTime(
  { request, waitForVendor }: JobRun,
  attempt: Omit<CallModelInput, 'request' | 'delayMs'>,
  stop: NonNullable<CallModelInput['stop']>,
): Promise<AttemptOutcome> {
  if (!attempt.candidate.tier) return stopAtVendor(request, attempt, stop);
  return CancellationScope.nonCancellable(async () => {
    for (;;) {
      const result = await call({ request, ...attempt, delayMs: 0, stop }, STOP_PATIENCE_MS, true);
      if (result.status === 'called') return result.outcome;
      if (result.status === 'ended') return unsent(attempt);
      if (result.status === 'wait') await waitForVendor(attempt.number, result.againMs);
    }
  });
}

/** What the vendor has taken on is stopped there too; where it is done by then, that is the outcome. */
async function stopAtVendor(
  request: JobInput,
  attempt: Omit<CallModelInput, 'request' | 'delayMs'>,
  stop: NonNullable<CallModelInput['stop']>,
): Promise<AttemptOutcome> {
  const result = await call({ request, ...attempt, delayMs: 0, stop }, STOP_PATIENCE_MS, true);
  return result.status === 'called' ? result.outcome : unsent(attempt);
}

/**
 * It stands in line behind others for as long as the deadline leaves, and is none the later for a worker that died. What is at a
 * vendor already goes before what is not: it takes a moment, and somebody waits for its end.
 */
async function call(input: CallModelInput, leftMs: number, isAtVendor: boolean): Promise<JobCallResult> {
  const { number, candidate } = input;
  const options = {
    ...attemptStep(input),
    taskQueue: callQueueOf(workflowInfo().taskQueue),
    scheduleToStartTimeout: leftMs,
    heartbeatTimeout: HEARTBEAT_TIMEOUT,
    ...(isAtVendor && { priority: { priorityKey: FIRST_IN_LINE } }),
    summary: `attempt ${number}: ${candidate.vendor} ${candidate.model}`,
  };
  try {
    return await calls.callForJob.executeWithOptions(options, [input]);
  } catch (error) {
    if (stoodInLineTooLong(error)) return { status: 'late' };
    throw error;
  }
}

function stoodInLineTooLong(error: unknown): boolean {
  const { cause } = error instanceof ActivityFailure ? error : {};
  return cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_START';
}

/** The request is over, or was cancelled before this attempt began. */
function unsent({ number, candidate }: Omit<CallModelInput, 'request' | 'delayMs'>): AttemptOutcome {
  return {
    number,
    ...candidate,
    status: 'failed',
    failure: { class: 'cancelled' },
    usage: { units: {}, source: 'none' },
    chargeNanoUsd: '0',
    durationMs: 0,
  };
}
