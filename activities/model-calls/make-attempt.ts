import type { AnswerSummary, ReplyEvent } from '../../workflows/contracts/reply.js';
import type { AttemptOutcome, Candidate } from '../../workflows/contracts/requests.js';
import { parseNano } from '../../workflows/domain/money.js';
import { waitForContent } from '../content/wait-for-content.js';
import { createAttemptRows } from './attempt-rows.js';
import type { AttemptContext } from './attempt-context.js';
import { keepLease } from './lease.js';
import { observationOf } from './observed-attempt.js';
import { toOutcome } from './priced-outcome.js';
import { recordOutcome } from './record-outcome.js';
import { type AttemptRun, runAttempt } from './run-attempt.js';

/** Calls the vendor under the lease and records how it went. `undefined` where the attempt became another execution's. */
export async function makeAttempt(context: AttemptContext): Promise<AttemptOutcome | undefined> {
  const { input, sink, owner, database, cancelled } = context;
  const { request, number } = input;
  const lease = keepLease({
    rows: createAttemptRows(database),
    requestId: request.requestId,
    number,
    owner,
    onRenewal: context.heartbeat,
    onError: context.onError,
  });
  try {
    const plan = await context.plans.read(request.requestId);
    const candidate = plan?.candidates.find(({ offer }) => offer.id === input.candidate.offerId);
    const stop = AbortSignal.any([cancelled, sink.stop as AbortSignal, lease.lost]);
    const run = candidate ? await callVendor(context, candidate, stop, lease.progress) : lost('internal');
    // The winner of the race tells the caller; this one has only its own connection to let go of.
    if (lease.lost.aborted) return undefined;
    if (candidate) context.health.record(observationOf(input, run, Date.now()));
    const priced = toOutcome(input, run, candidate, parseNano(plan?.heldNanoUsd ?? '0'));
    if (run.detail) context.replies.remember(request.requestId, run.detail);
    return await recordOutcome(context, { ...priced, last: lastEvents(run, priced.outcome) });
  } finally {
    lease.end();
  }
}

async function callVendor(
  context: AttemptContext,
  candidate: Candidate,
  stop: AbortSignal,
  onProgress: Parameters<typeof runAttempt>[0]['onProgress'],
): Promise<AttemptRun> {
  const { input, sink } = context;
  const { request, number } = input;
  const call = await waitForContent(context, request);
  if (!call) return lost('content_gone');
  const provider = context.providers.get(candidate.offer.vendor);
  if (!provider) return lost('internal');
  const { offer, maxOutputTokens } = candidate;
  const attempt = { call, offer, maxOutputTokens, attemptKey: `${request.requestId}:${number}` };
  return runAttempt({ provider, attempt, request, number, sink, stop, onProgress, onBug: context.onError });
}

function lost(reason: 'content_gone' | 'internal'): AttemptRun {
  return {
    status: 'failed',
    usage: { units: {}, source: 'none' },
    failure: { class: reason },
    tail: [],
    durationMs: 0,
  };
}

/** What ends the caller's answer. A failed attempt ends nothing: another candidate may answer. */
function lastEvents(run: AttemptRun, outcome: AttemptOutcome): readonly ReplyEvent[] {
  if (run.status === 'failed') return [];
  const { number, offerId, vendor, usage, chargeNanoUsd } = outcome;
  const summary: AnswerSummary = { attempt: number, offerId, vendor, usage, chargeNanoUsd };
  if (run.status === 'answered') return [...run.tail, { type: 'answered', summary }];
  const detail = run.detail ?? { message: '' };
  return [...run.tail, { type: 'failed', failure: run.failure ?? { class: 'internal' }, detail, summary }];
}
