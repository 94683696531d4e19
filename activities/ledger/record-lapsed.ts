import type { ReplyEvent } from '../../workflows/contracts/reply.js';
import type { ReplySinks } from '../../workflows/contracts/ports.js';
import type { AttemptOutcome } from '../../workflows/contracts/requests.js';
import { findCandidate } from '../../workflows/domain/credentials.js';
import { formatNano } from '../../workflows/domain/money.js';
import { priceOf } from '../../workflows/domain/pricing.js';
import type { Database, Queryable } from '../storage/database.js';
import type { UnfinishedAttempt, UnfinishedRequest } from './unfinished-requests.js';

/**
 * Records an attempt whose sender died at what had been counted of it, priced as the plan froze it. Where nothing was
 * counted it has failed and costs the caller nothing. `undefined` where its sender has come back meanwhile.
 */
export async function recordLapsed(
  deps: { readonly database: Database; readonly replies: ReplySinks },
  request: UnfinishedRequest,
  attempt: UnfinishedAttempt,
): Promise<AttemptOutcome | undefined> {
  const { outcome, cost } = toLapsedOutcome(request, attempt);
  if (outcome.status === 'failed') {
    // The release tells the caller, as it does after every failure without content.
    return (await record(deps.database, request.id, outcome, cost)) ? outcome : undefined;
  }
  const sink = await deps.replies.open(request.input);
  try {
    const ended = toEnd(outcome);
    const statements = await sink.durable([ended]);
    const recorded = await deps.database.transaction(async (transaction) => {
      if (!(await record(transaction, request.id, outcome, cost))) return false;
      for (const statement of statements) await transaction.query(statement);
      return true;
    });
    if (!recorded) return undefined;
    await sink.deliver(ended);
    return outcome;
  } finally {
    sink.close();
  }
}

function toLapsedOutcome(
  request: UnfinishedRequest,
  attempt: UnfinishedAttempt,
): { readonly outcome: AttemptOutcome; readonly cost: bigint } {
  const { number, offerId, vendor, model, checkpoint, elapsedMs } = attempt;
  const credentialId = attempt.credentialId ?? undefined;
  const way = { offerId, ...(credentialId !== undefined && { credentialId }) };
  const candidate = findCandidate(request.plan?.candidates ?? [], way);
  const cost = checkpoint && candidate ? priceOf(checkpoint.units, candidate.offer) : 0n;
  const held = request.held ?? 0n;
  const charge = candidate?.isOwn ? 0n : cost;
  const outcome: AttemptOutcome = {
    number,
    ...way,
    vendor,
    model,
    ...(candidate?.isOwn && { isOwn: true }),
    status: checkpoint ? 'partial' : 'failed',
    failure: { class: 'lease_lapsed' },
    usage: checkpoint ?? { units: {}, source: 'none' },
    chargeNanoUsd: formatNano(charge < held ? charge : held),
    durationMs: elapsedMs,
  };
  return { outcome, cost };
}

function toEnd({ number, offerId, vendor, usage, chargeNanoUsd }: AttemptOutcome): ReplyEvent {
  return {
    type: 'failed',
    failure: { class: 'lease_lapsed' },
    detail: { message: '' },
    summary: { attempt: number, offerId, vendor, usage, chargeNanoUsd },
  };
}

async function record(database: Queryable, requestId: string, outcome: AttemptOutcome, cost: bigint): Promise<boolean> {
  const rows = await database.query({
    name: 'attempt-record-lapsed',
    text: `UPDATE requests.attempts SET state = 'recorded', owner = 'sweeper', recorded_at = now(), outcome = $3, status = $4,
             failure_class = 'lease_lapsed', duration_ms = $5, charge = $6
           WHERE request_id = $1 AND number = $2 AND state = 'sending' AND lease_until < now() RETURNING 1`,
    values: [requestId, outcome.number, JSON.stringify(outcome), outcome.status, outcome.durationMs, cost],
  });
  return rows.length === 1;
}
