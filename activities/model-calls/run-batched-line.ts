import type { AttemptFailure } from '../../workflows/contracts/failures.js';
import { type BatchedAttempt, type Provider, ProviderFailure } from '../providers/port.js';
import type { VendorAttempt } from './ask-vendor.js';
import type { AttemptContext } from './attempt-context.js';
import type { AttemptRows } from './attempt-rows.js';
import { asProviderFailure } from './read-answer.js';
import { type AttemptRun, runAttempt } from './run-attempt.js';
import type { PendingRun } from './run-vendor-job.js';

/**
 * Between two looks at a line whose batch is at its vendor. Its job is told of the end by a signal; this is for the signal
 * that was lost. So many lines wait at once that their looks must be rare.
 */
const LOOK_AGAIN_MS = 3 * 3_600_000;

export interface BatchedLineOptions {
  readonly context: AttemptContext;
  readonly provider: Provider;
  readonly attempt: VendorAttempt;
  readonly credentialId: string | undefined;
  readonly rows: AttemptRows;
}

/**
 * One look at an attempt that goes into its vendor's own batch: it joins one where it has not yet, and else is answered by what
 * the batch has brought for it, read as the vendor's answer to that very request. Joining is a matter of our own tables, so
 * that an execution that died is simply run again; what is paid is handed in by the batch.
 */
export async function runBatchedLine(options: BatchedLineOptions): Promise<AttemptRun | PendingRun> {
  const { context, provider, attempt } = options;
  const { batchedLines, input } = context;
  const { request, number, stop } = input;
  const { requestId } = request;
  const look = await batchedLines.look(requestId, number);
  switch (look?.status) {
    case undefined:
      return stop ? failed({ class: stop }) : join(options);
    case 'waiting': {
      const isOut = stop !== undefined && (await batchedLines.leave(requestId, number));
      return isOut ? failed({ class: stop }) : waiting;
    }
    case 'failed':
      // That the vendor stopped it is what was asked for.
      return failed(stop && look.failure.class === 'cancelled' ? { class: stop } : look.failure);
    case 'answered':
      return runAttempt({
        ...{ attempt, request, number, sink: context.sink, onBug: context.onError, onProgress: () => undefined },
        provider: provider.batches?.answering(look.answer) ?? provider,
        // It is here and paid for, whoever has left since.
        stop: new AbortController().signal,
      });
  }
}

const waiting: PendingRun = { status: 'pending', againMs: LOOK_AGAIN_MS, silent: false };

async function join({
  context,
  provider,
  attempt,
  credentialId,
  rows,
}: BatchedLineOptions): Promise<AttemptRun | PendingRun> {
  const { request, number } = context.input;
  const { offer } = attempt;
  const { batches } = provider;
  const asked = batchedAttemptOf(attempt, AbortSignal.timeout(CAPTURE_TIMEOUT_MS));
  if (!batches || !asked || !request.job) return failed({ class: 'model_not_found' });
  const { requestId, organizationId, projectId, job } = request;
  try {
    const { endpoint, body } = await batches.capture(asked);
    await context.batchedLines.join({
      ...{ requestId, attempt: number, organizationId, projectId, credentialId, endpoint, body },
      ...{ vendor: offer.vendor, model: offer.vendorModel, deadlineAt: job.deadlineAt, limits: batches },
    });
    // So that whoever finds the attempt without an owner knows that it waits.
    await rows.keepJob(requestId, number, context.owner, { tier: 'batch' });
    return waiting;
  } catch (error) {
    if (!(error instanceof ProviderFailure)) throw error;
    const { failure, detail } = asProviderFailure(error, context.onError);
    return { ...failed(failure), detail };
  }
}

/** Nothing of a kind that no vendor has batches of. */
function batchedAttemptOf(attempt: VendorAttempt, signal: AbortSignal): BatchedAttempt | undefined {
  const { call, offer, attemptKey } = attempt;
  if (call.kind === 'chat') return { ...attempt, call, signal };
  return call.kind === 'embedding' ? { call, offer, attemptKey, signal } : undefined;
}

/** Nothing is sent; a token may be fetched for the address. */
const CAPTURE_TIMEOUT_MS = 30_000;

function failed(failure: AttemptFailure): AttemptRun {
  return { status: 'failed', usage: { units: {}, source: 'none' }, failure, tail: [], durationMs: 0 };
}
