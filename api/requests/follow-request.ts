import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { GatewayRefusal, ReplyEvent } from '../../workflows/contracts/reply.js';
import { refused, RefusedError } from '../http/refused-error.js';
import { toUsd } from '../usd.js';
import { isTerminal } from './answer-renderer.js';
import { backstopOf } from './backstop-options.js';
import type { Execution, ExecutionDependencies } from './execution.js';
import { startWorkflow } from './start-workflow.js';
import { withBackstop } from './with-backstop.js';

/**
 * Follows a kept request from its first event, whether it still runs or has ended: what a repeat gets, and whoever picks
 * an answer up again. Leaving stops nothing, because others may wait for the same answer.
 */
export async function followRequest(deps: ExecutionDependencies, record: RequestRecord): Promise<Execution> {
  if (record.retention !== 'kept') {
    throw refused(
      'request_not_found',
      'The answer of this request is not kept: it came without an Idempotency-Key and without `store`.',
    );
  }
  if (!isHeld(record)) throw new RefusedError(expiryOf(record), { headers: { 'x-request-id': record.id } });
  // Stored, but the process died before its workflow was started, or that start still runs: both end with one workflow.
  if (record.state === 'accepted' && record.input) await startWorkflow(deps, record.input);
  const left = new AbortController();
  return { requestId: record.id, stored: record.stored, events: read(deps, record, left), leave: () => left.abort() };
}

async function* read(
  deps: ExecutionDependencies,
  record: RequestRecord,
  left: AbortController,
): AsyncGenerator<ReplyEvent> {
  const events = deps.replies.follow(record.id, left.signal);
  try {
    for await (const event of withBackstop(events, backstopOf(deps, { requestId: record.id }))) {
      yield event;
      if (isTerminal(event)) return;
    }
  } finally {
    left.abort();
  }
  // The log ended without an end: its key was destroyed while it was read.
  const now = (await deps.requests.find(record.id)) ?? record;
  yield { type: 'refused', refusal: expiryOf(now) };
}

/** Whether the answer can still be fetched, or is yet to come. */
export function isHeld({ endedAt, answerExpiresAt }: RequestRecord): boolean {
  if (endedAt === undefined) return true;
  return answerExpiresAt !== undefined && Date.parse(answerExpiresAt) > Date.now();
}

/** What is left to say of an answer that is gone: whose it was and what it cost. */
export function expiryOf(record: RequestRecord): GatewayRefusal {
  const details = { request_id: record.id, cost_usd: toUsd(record.chargedNanoUsd ?? '0') };
  return { code: 'answer_expired', message: '', details };
}
