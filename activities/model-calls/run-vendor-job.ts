import { setTimeout as sleep } from 'node:timers/promises';
import type { Usage } from '../../workflows/contracts/usage.js';
import type { AttemptContext } from './attempt-context.js';
import type { AttemptRows } from './attempt-rows.js';
import { ProviderFailure } from '../providers/port.js';
import { type AttemptDeadlines, startDeadlines } from './deadlines.js';
import { asProviderFailure, stopFailure } from './read-answer.js';
import type { AttemptRun } from './run-attempt.js';
import { showPictures } from './show-pictures.js';
import { storeOutputs } from './store-outputs.js';
import { retryWhileUnavailable } from '../storage/retry-while-unavailable.js';
import { askToCancel, handIn, type JobAttempt, type Look, lookAt, waitAfterLook, willPass } from './vendor-job.js';
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

type Ended = Pick<AttemptRun, 'status' | 'usage'> & Partial<AttemptRun>;

/**
 * A vendor's job, which is handed in first where it was not yet. A job of ours looks at it once: while the vendor works, its flow is told
 * to come back, and waits by timers, which cost no slot and survive every process. Where a caller waits, this looks until it is done;
 * whoever takes the attempt over after a crash goes on by the reference.
 */
export async function runVendorJob(options: VendorJobOptions): Promise<AttemptRun | PendingRun> {
  const { context, asked, stop } = options;
  const startedAtMs = performance.now();
  const deadlines = deadlinesOf(context);
  const signal = AbortSignal.any([stop, deadlines.signal]);
  let { job } = options;
  let vendorRequestId: string | undefined;
  const ended = (run: Ended): AttemptRun => ({
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
    if (context.input.stop) await askToCancel(asked, job, context.onError);
    for (let looks = 0; ; looks += 1) {
      const run = await lookOnce(options, job, signal);
      if (run.status !== 'pending') return ended(run);
      if (context.input.request.lane === 'job') return run;
      await waitFor(waitAfterLook(looks, run.againMs, Math.random()), signal);
    }
  } catch (error) {
    // This process ends, or has lost the attempt: the vendor works on, and whoever looks next finds the job as it is then.
    if (job && isLeftToOthers(signal)) return LEFT_TO_OTHERS;
    const { failure, detail } = asProviderFailure(error, context.onError);
    if (signal.aborted && job) await askToCancel(asked, job, context.onError);
    return ended({ status: 'failed', usage: NOTHING, failure: { ...failure, ...(job && { taken: true }) }, detail });
  } finally {
    deadlines.clear();
  }
}

function isLeftToOthers(signal: AbortSignal): boolean {
  return signal.aborted && stopFailure(signal).failure.class === 'lease_lapsed';
}

const LEFT_TO_OTHERS: PendingRun = { status: 'pending', silent: false, againMs: 0 };

const NOTHING: Usage = { units: {}, source: 'none' };

/** A caller who waits, waits for all looks together; a job for one. */
function deadlinesOf({ input: { request, leftMs = Infinity } }: AttemptContext): AttemptDeadlines {
  const { deadlines, lane, stream } = request;
  if (lane === 'job') return startDeadlines(deadlines, false);
  return startDeadlines({ ...deadlines, totalMs: Math.min(deadlines.totalMs, leftMs) }, stream);
}

/** How the job is, and what it has made where it is done. What passes with time leaves it at its vendor. */
async function lookOnce(
  { context, asked }: VendorJobOptions,
  job: VendorJobRef,
  signal: AbortSignal,
): Promise<Ended | PendingRun> {
  const { stop: why } = context.input;
  // Whoever has left waits for nothing more, be the vendor deaf or slow to stop: nothing of it is charged.
  const still = (run: PendingRun): PendingRun => {
    if (why) throw new ProviderFailure({ class: why }, { message: '' });
    return run;
  };
  try {
    const look = await lookAt(asked, job, signal);
    switch (look.status) {
      case 'running':
      case 'silent':
        return still(pending(look));
      case 'failed': {
        const { failure, detail, usage = NOTHING } = look;
        return { status: 'failed', usage, failure, detail };
      }
      case 'succeeded': {
        const { call } = asked.attempt;
        const isOfPictures = call.kind === 'image';
        const tail = isOfPictures
          ? await showPictures(context, call, look, signal)
          : await storeOutputs(context, asked, look, signal);
        return { status: 'answered', usage: look.usage, tail };
      }
    }
  } catch (error) {
    if (signal.aborted || !willPass(error)) throw error;
    context.onError(error);
    return still({ status: 'pending', silent: true });
  }
}

async function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  await sleep(delayMs, undefined, { signal }).catch(() => undefined);
  if (signal.aborted) throw stopFailure(signal);
}

/** As long as an outcome waits for Postgres. */
const KEEP_PATIENCE_MS = 300_000;

async function keepJob({ context, asked, rows }: VendorJobOptions, job: VendorJobRef): Promise<void> {
  const { input, owner } = context;
  const { requestId } = input.request;
  // Only this process knows what the vendor has taken on, until Postgres does.
  const isKept = await retryWhileUnavailable(KEEP_PATIENCE_MS, () => rows.keepJob(requestId, input.number, owner, job));
  // Another execution has the attempt now: it knows nothing of this job, which nobody would ever ask about.
  if (!isKept) {
    await askToCancel(asked, job, context.onError);
    throw new Error('a job was handed in by an execution that had lost its attempt');
  }
}

function pending(look: Exclude<Look, { status: 'succeeded' | 'failed' }>): PendingRun {
  const { status, againMs } = look;
  const progress = status === 'running' ? look.progress : undefined;
  return {
    status: 'pending',
    silent: status === 'silent',
    ...(againMs !== undefined && { againMs }),
    ...(progress !== undefined && { progress }),
  };
}
