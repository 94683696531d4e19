import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { AttemptOutcome } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { findCandidate } from '../../workflows/domain/credentials.js';
import { parseNano } from '../../workflows/domain/money.js';
import type { AttemptContext } from './attempt-context.js';
import { toOutcome, toSummary } from './priced-outcome.js';
import { recordOutcome } from './record-outcome.js';

/** Ends an attempt whose sender died, at what had been counted of it. */
export async function settleAtCheckpoint(
  context: AttemptContext,
  checkpoint: Usage | undefined,
): Promise<AttemptOutcome | undefined> {
  const { input } = context;
  const { requestId } = input.request;
  const plan = await context.plans.read(requestId);
  const candidate = findCandidate(plan?.candidates ?? [], input.candidate);
  const failure = { class: 'lease_lapsed' } as const;
  const run = {
    status: checkpoint ? ('partial' as const) : ('failed' as const),
    usage: checkpoint ?? { units: {}, source: 'none' as const },
    failure,
    tail: [],
    durationMs: 0,
  };
  const { outcome, cost } = toOutcome(input, run, candidate, parseNano(plan?.heldNanoUsd ?? '0'));
  const ended: ReplyEvent = { type: 'failed', failure, detail: { message: '' }, summary: toSummary(outcome, cost) };
  // Where nothing was counted the release tells the caller, as it does after every failure without content.
  return recordOutcome(context, { outcome, cost, last: checkpoint ? [ended] : [] });
}
