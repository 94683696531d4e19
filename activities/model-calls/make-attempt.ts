import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { AttemptOutcome, Candidate } from '../../workflows/contracts/requests.js';
import { findCandidate } from '../../workflows/domain/credentials.js';
import { parseNano } from '../../workflows/domain/money.js';
import { tokensOf } from '../../workflows/domain/price-list.js';
import { waitForContent } from '../content/wait-for-content.js';
import { type AttemptRows, createAttemptRows } from './attempt-rows.js';
import type { AttemptContext } from './attempt-context.js';
import { keepPictures } from './keep-pictures.js';
import { keepLease } from './lease.js';
import { observationOf } from './observed-attempt.js';
import { type PricedOutcome, toOutcome, toSummary } from './priced-outcome.js';
import { recordOutcome } from './record-outcome.js';
import { type AttemptRun, runAttempt } from './run-attempt.js';
import { runBatchedLine } from './run-batched-line.js';
import { type PendingRun, runVendorJob } from './run-vendor-job.js';
import { againAfterMs, jobAttemptOf } from './vendor-job.js';
import { stopAtVendor } from './stop-at-vendor.js';
import { openStoredOf, storePatienceMs } from './stored-files.js';
import type { VendorJobRef } from '../providers/port.js';

/** The vendor works on it as a job: it is to be asked again after so long. */
export interface PendingCall {
  readonly status: 'pending';
  readonly againMs: number;
}

/**
 * Calls the vendor under the lease and records how it went. `job` is what an earlier execution has handed in there.
 * `undefined` where the attempt became another execution's.
 */
export async function makeAttempt(
  context: AttemptContext,
  job?: VendorJobRef,
): Promise<AttemptOutcome | PendingCall | undefined> {
  const { input, sink, owner, database, cancelled } = context;
  const { request, number } = input;
  const rows = createAttemptRows(database);
  const lease = keepLease({
    rows,
    requestId: request.requestId,
    number,
    owner,
    onRenewal: context.heartbeat,
    onError: context.onError,
  });
  try {
    const plan = await context.plans.read(request.requestId);
    const candidate = findCandidate(plan?.candidates ?? [], input.candidate);
    const stop = AbortSignal.any([cancelled, sink.stop as AbortSignal, lease.lost]);
    const run = candidate ? await callVendor(context, candidate, stop, lease.progress, job) : lost('internal');
    // The winner of the race tells the caller; this one has only its own connection to let go of.
    if (lease.lost.aborted) return undefined;
    if (run.status === 'pending') {
      // The flow of a caller who waits does not come back: this step does, in another process, as after a crash.
      if (request.lane !== 'job') throw new Error('the process ends while a vendor works for a caller who waits');
      return await letGo(context, rows, run);
    }
    // A batch takes hours however its vendor is.
    if (candidate && !candidate.tier) context.health.record(observationOf(input, run, Date.now()));
    const priced = toOutcome(input, run, candidate, parseNano(plan?.heldNanoUsd ?? '0'));
    if (run.detail) context.replies.remember(request.requestId, run.detail);
    const outcome = await recordOutcome(context, { ...priced, last: lastEvents(run, priced) });
    if (outcome?.tier) await context.batchedLines.forget(request.requestId, number);
    return outcome;
  } finally {
    lease.end();
  }
}

async function callVendor(
  context: AttemptContext,
  candidate: Candidate,
  stop: AbortSignal,
  onProgress: Parameters<typeof runAttempt>[0]['onProgress'],
  job: VendorJobRef | undefined,
): Promise<AttemptRun | PendingRun> {
  const { input, sink } = context;
  const { request, number, leftMs } = input;
  const call = await waitForContent(context, request);
  if (!call && job) await stopAtVendor(context, job);
  if (!call) return lost('content_gone');
  const { organizationId, projectId } = request;
  const provider = context.accounts.find(candidate.offer.vendor, candidate.credentialId, { organizationId, projectId });
  // A credential that was taken back since the plan is as good as one that the vendor refuses: another may do.
  if (!provider) return lost(candidate.credentialId === undefined ? 'internal' : 'auth');
  const { offer, maxOutputTokens, credentialId } = candidate;
  const patienceMs = storePatienceMs(request, leftMs);
  const openStored = openStoredOf(context.objects, { projectId, patienceMs, stop, onError: context.onError });
  const attempt = { call, offer, maxOutputTokens, attemptKey: `${request.requestId}:${number}`, openStored };
  const { requestId } = request;
  if (candidate.tier) {
    const rows = createAttemptRows(context.database);
    const run = await runBatchedLine({ context, provider, attempt, credentialId, rows });
    if (run.status !== 'pending')
      context.accounts.note(credentialId, { requests: 1, tokens: tokensOf(run.usage.units) });
    return run;
  }
  const until = request.job?.outputsUntil;
  // The flow of a caller who waits does not come back, and hears nobody.
  const isJob = request.lane === 'job';
  const callbackUrl = isJob ? context.callbackUrl?.({ vendor: offer.vendor, requestId, number }) : undefined;
  const asked = jobAttemptOf(provider, { ...attempt, ...(callbackUrl !== undefined && { callbackUrl }) });
  if (asked) {
    if (!job) context.accounts.note(credentialId, { requests: 1 });
    return runVendorJob({ context, asked, job, stop, rows: createAttemptRows(context.database) });
  }
  context.accounts.note(credentialId, { requests: 1 });
  const limits = { stop, ...(leftMs !== undefined && { leftMs }) };
  const run = await runAttempt({
    ...{ provider, attempt, request, number, sink, ...limits },
    ...{ onProgress, onBug: context.onError },
    deliver: keepPictures(
      {
        objects: context.objects,
        owner: { organizationId, projectId, requestId, ...(until !== undefined && { atLeastUntil: until }) },
        onError: context.onError,
      },
      call,
    ),
  });
  context.accounts.note(credentialId, { tokens: tokensOf(run.usage.units) });
  return run;
}

/** For the next look, by whichever process, to take it over at once. */
async function letGo(
  { input, owner }: AttemptContext,
  rows: AttemptRows,
  { againMs, progress, silent }: PendingRun,
): Promise<PendingCall> {
  const look = { silent, ...(progress !== undefined && { progress }) };
  const { silences, agoMs, atVendors } = await rows.letGo(input.request.requestId, input.number, owner, look);
  // Those that wait in batches are told of the end, and do not crowd those that must ask for it.
  if (input.candidate.tier) return { status: 'pending', againMs: againMs ?? 0 };
  const told = silent ? undefined : againMs;
  return { status: 'pending', againMs: againAfterMs({ agoMs, told, silences, atVendors }) };
}

function lost(reason: 'content_gone' | 'internal' | 'auth'): AttemptRun {
  return {
    status: 'failed',
    usage: { units: {}, source: 'none' },
    failure: { class: reason },
    tail: [],
    durationMs: 0,
  };
}

/** What ends the caller's answer. A failed attempt ends nothing: another candidate may answer. */
function lastEvents(run: AttemptRun, { outcome, cost }: PricedOutcome): readonly ReplyEvent[] {
  if (run.status === 'failed') return [];
  const summary = toSummary(outcome, cost);
  if (run.status === 'answered') return [...run.tail, { type: 'answered', summary }];
  const detail = run.detail ?? { message: '' };
  return [...run.tail, { type: 'failed', failure: run.failure ?? { class: 'internal' }, detail, summary }];
}
