import type { RequestRecord } from '../../workflows/contracts/ports.js';
import type { AttemptOutcome, RequestInput } from '../../workflows/contracts/requests.js';
import type { PlanReport } from '../../workflows/contracts/routing.js';
import { formatNano } from '../../workflows/domain/money.js';
import type { Queryable } from '../storage/database.js';

interface AttemptRow {
  readonly number: number;
  readonly offerId: string;
  readonly vendor: string;
  readonly model: string;
  readonly state: 'sending' | 'recorded';
  readonly outcome: AttemptOutcome | null;
  readonly elapsedMs: number;
}

interface RequestRow {
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly state: RequestRecord['state'];
  readonly models: readonly string[];
  readonly stream: boolean;
  readonly retention: RequestRecord['retention'];
  readonly keyed: boolean;
  readonly input: RequestInput;
  readonly route: PlanReport | null;
  readonly held: bigint | null;
  readonly charged: bigint | null;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly failure_class: string | null;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly answer_expires_at: Date | null;
  readonly attempts: readonly AttemptRow[];
}

const query = `
  SELECT r.id, r.organization_id, r.project_id, r.state, r.models, r.stream, r.retention, r.keyed, r.input, r.plan->'report' AS route, r.held, r.charged,
         r.vendor, r.model, r.failure_class, r.created_at, r.ended_at, r.answer_expires_at,
         (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'number', a.number, 'offerId', a.offer_id, 'vendor', a.vendor, 'model', a.model, 'state', a.state,
            'outcome', a.outcome, 'elapsedMs', greatest(0, floor(extract(epoch FROM clock_timestamp() - a.sent_at) * 1000))
          ) ORDER BY a.number), '[]') FROM requests.attempts a WHERE a.request_id = r.id) AS attempts
  FROM requests.requests r WHERE r.id = $1`;

/** A request with its attempts, without its content. */
export async function findRequestRecord(database: Queryable, requestId: string): Promise<RequestRecord | undefined> {
  const [row] = await database.query<RequestRow>({ name: 'request-find', text: query, values: [requestId] });
  return row && toRequestRecord(row);
}

function toRequestRecord(row: RequestRow): RequestRecord {
  return {
    id: row.id,
    organizationId: row.organization_id,
    projectId: row.project_id,
    state: row.state,
    models: row.models,
    stream: row.stream,
    retention: row.retention,
    keyed: row.keyed,
    stored: row.input.stored === true,
    ...(row.input.lane === 'job' && { isJob: true }),
    ...(row.held !== null && { heldNanoUsd: formatNano(row.held) }),
    ...(row.charged !== null && { chargedNanoUsd: formatNano(row.charged) }),
    ...(row.vendor !== null && { vendor: row.vendor }),
    ...(row.model !== null && { model: row.model }),
    ...(row.failure_class !== null && { failureClass: row.failure_class }),
    createdAt: row.created_at.toISOString(),
    ...(row.ended_at && { endedAt: row.ended_at.toISOString() }),
    ...(row.answer_expires_at && { answerExpiresAt: row.answer_expires_at.toISOString() }),
    ...(row.route && { route: row.route }),
    // Only these can be started again: their content outlives the process that took it.
    ...((row.keyed || row.input.lane === 'job') && { input: row.input }),
    attempts: row.attempts.map(toAttempt),
  };
}

function toAttempt(row: AttemptRow): RequestRecord['attempts'][number] {
  const { number, offerId, vendor, model, state, outcome, elapsedMs } = row;
  if (outcome) return { ...outcome, state };
  // Nothing is known yet of how it will end; the state says so.
  return { number, offerId, vendor, model, state, status: 'failed', chargeNanoUsd: '0', durationMs: elapsedMs };
}
