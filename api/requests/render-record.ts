import type { JsonObject } from '../../workflows/contracts/json.js';
import type { RequestRecord } from '../../workflows/contracts/ports.js';
import { toUsd } from '../usd.js';
import { isHeld } from './follow-request.js';
import { renderRoute } from './tell-route.js';
import { toSeconds } from '../seconds.js';

export type RequestStatus = 'queued' | 'in_progress' | 'completed' | 'failed' | 'cancelled' | 'refused';

/** What `GET /v1/requests/{id}` shows: how a request went and what it cost, without a word of its content. */
export function renderRecord(record: RequestRecord): JsonObject {
  return {
    id: record.id,
    object: 'request',
    status: statusOf(record),
    model: record.model ?? null,
    vendor: record.vendor ?? null,
    models: record.models,
    stream: record.stream,
    created_at: toSeconds(record.createdAt),
    ended_at: record.endedAt === undefined ? null : toSeconds(record.endedAt),
    cost_usd: record.chargedNanoUsd === undefined ? null : toUsd(record.chargedNanoUsd),
    held_usd: record.endedAt === undefined && record.heldNanoUsd !== undefined ? toUsd(record.heldNanoUsd) : null,
    failure: record.failureClass ?? null,
    route: record.route ? renderRoute(record.route) : null,
    attempts: record.attempts.map(renderAttempt),
    answer: answerOf(record),
    answer_expires_at: record.answerExpiresAt === undefined ? null : toSeconds(record.answerExpiresAt),
  };
}

function statusOf({ state, failureClass, attempts }: RequestRecord): RequestStatus {
  switch (state) {
    case 'accepted':
      return 'queued';
    case 'reserved':
      return 'in_progress';
    case 'refused':
      return 'refused';
    case 'settled':
    case 'released':
      if (failureClass === 'cancelled') return 'cancelled';
      // A request that nothing was charged for has succeeded if its last attempt did.
      return failureClass === undefined && (state === 'settled' || attempts.at(-1)?.status === 'answered')
        ? 'completed'
        : 'failed';
  }
}

function renderAttempt(attempt: RequestRecord['attempts'][number]): JsonObject {
  const sending = attempt.state === 'sending';
  return {
    number: attempt.number,
    vendor: attempt.vendor,
    model: attempt.model,
    status: sending ? 'sending' : attempt.status,
    tier: attempt.tier ?? null,
    failure: attempt.failure?.class ?? null,
    first_token_ms: attempt.firstTokenMs ?? null,
    duration_ms: sending ? null : attempt.durationMs,
    cost_usd: sending ? null : toUsd(attempt.chargeNanoUsd),
  };
}

/** Whether the answer can be fetched: only those of keyed and of stored requests are kept, and only for a time. */
function answerOf(record: RequestRecord): 'none' | 'pending' | 'available' | 'expired' {
  if (record.retention !== 'kept') return 'none';
  if (record.endedAt === undefined) return 'pending';
  return isHeld(record) ? 'available' : 'expired';
}
