import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { AttemptContext } from './attempt-context.js';
import type { AttemptRows } from './attempt-rows.js';
import { ProviderFailure } from '../providers/port.js';
import { startDeadlines } from './deadlines.js';
import { asProviderFailure, stopFailure } from './read-answer.js';
import type { AttemptRun } from './run-attempt.js';
import { storeOutputs } from './store-outputs.js';
import { retryWhileUnavailable } from '../storage/retry-while-unavailable.js';
import { askToCancel, handIn, type JobAttempt, type Look, lookAt, willPass } from './vendor-job.js';
import type { VendorJobRef } from '../providers/port.js';

/** The vendor works on it; whoever is told asks again after so long. */
export interface PendingRun {
  readonly status: 'pending';
  readonly againMs?: number;
  readonly progress?: number;
  /** The vendor could not be asked. */
  readonly silent: boolean;
}

export interface VendorJobOptions {
  readonly context: AttemptContext;
  readonly asked: JobAttempt;
  /** The job that an earlier execution has handed in. */
  readonly job: VendorJobRef | undefined;
  readonly rows: AttemptRows;
  /** The caller left, the lease was lost, the worker stops. */
  readonly stop: AbortSignal;
}

/**
 * One look at a vendor's job, which is handed in first where it was not yet. While the vendor works, the job's flow is told to
 * come back: it waits by timers, which cost no slot and survive every process.
 */
export async function runVendorJob(options: VendorJobOptions): Promise<AttemptRun | PendingRun> {
  const { context, asked, stop } = options;
  const { request } = context.input;
  const startedAtMs = performance.now();
  const deadlines = startDeadlines(request.deadlines, false);
  const signal = AbortSignal.any([stop, deadlines.signal]);
  let { job } = options;
  let vendorRequestId: string | undefined;
  const ended = (run: Pick<AttemptRun, 'status' | 'usage'> & Partial<AttemptRun>): AttemptRun => ({
    tail: [],
    ...run,
    durationMs: Math.round(performance.now() - startedAtMs),
    ...(vendorRequestId !== undefined && { vendorRequestId }),
  });
  try {
    job ??= await handIn(asked, {
      signal,
      onResponse: (response) => {
        ({ vendorRequestId } = response);
      },
      keep: (taken) => keepJob(options, taken),
    });
    const { stop: why } = context.input;
    if (why) await askToCancel(asked, job, context.onError);
    const look = await lookAt(asked, job, signal);
    if (look.status === 'running' || look.status === 'silent') {
      // Deaf or slow to stop: nobody waits for it any more, and nothing of it is charged.
      if (why) throw new ProviderFailure({ class: why }, { message: '' });
      return pending(look);
    }
    if (look.status === 'failed') {
      const { failure, detail, usage = { units: {}, source: 'none' as const } } = look;
      return ended({ status: 'failed', usage, failure, detail });
    }
    const tail: readonly ReplyEvent[] = await storeOutputs(context, asked, look, signal);
    return ended({ status: 'answered', usage: look.usage, tail });
  } catch (error) {
    // This process ends, or has lost the attempt: the vendor works on, and whoever looks next finds the job as it is then.
    if (job && isLeftToOthers(signal)) return LEFT_TO_OTHERS;
    const { stop: why } = context.input;
    const isPassing = job !== undefined && !signal.aborted && willPass(error);
    if (isPassing) context.onError(error);
    if (isPassing && !why) return { status: 'pending', silent: true };
    // Whoever has left does not wait until it has passed.
    const told = isPassing && why ? new ProviderFailure({ class: why }, { message: '' }) : error;
    const { failure, detail } = asProviderFailure(told, context.onError);
    if (signal.aborted && job) await askToCancel(asked, job, context.onError);
    const usage = { units: {}, source: 'none' as const };
    return ended({ status: 'failed', usage, failure: { ...failure, ...(job && { taken: true }) }, detail });
  } finally {
    deadlines.clear();
  }
}

function isLeftToOthers(signal: AbortSignal): boolean {
  return signal.aborted && stopFailure(signal).failure.class === 'lease_lapsed';
}

const LEFT_TO_OTHERS: PendingRun = { status: 'pending', silent: false, againMs: 0 };

/** As long as an outcome waits for Postgres. */
const KEEP_PATIENCE_MS = 300_000;

async function keepJob({ context, rows }: VendorJobOptions, job: VendorJobRef): Promise<void> {
  const { input, owner } = context;
  const { requestId } = input.request;
  // Only this process knows what the vendor has taken on, until Postgres does.
  const isKept = await retryWhileUnavailable(KEEP_PATIENCE_MS, () => rows.keepJob(requestId, input.number, owner, job));
  // Another execution has the attempt now: it knows nothing of this job, and gives the attempt up.
  if (!isKept) {
    throw new Error('a job was handed in by an execution that had lost its attempt');
  }
}

function pending(look: Exclude<Look, { status: 'succeeded' | 'failed' }>): PendingRun {
  if (look.status === 'silent') return { status: 'pending', silent: true };
  const { againMs, progress } = look;
  return {
    status: 'pending',
    silent: false,
    ...(againMs !== undefined && { againMs }),
    ...(progress !== undefined && { progress }),
  };
}
