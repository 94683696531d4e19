import type { AttemptOutcome, CandidateSummary, FinishResult } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import { formatNano } from '../../workflows/domain/money.js';
import type { VendorJobRef } from '../providers/port.js';
import type { Queryable } from '../storage/database.js';
import { createVendorJobRows, type VendorJobRows } from './vendor-job-rows.js';

/** How long an execution may be silent before another may take its attempt over. */
export const leaseMs = 10_000;

/** Who may send and record an attempt, and how it ended: one row for each request id and number. */
export interface AttemptRows extends VendorJobRows {
  /** True where the attempt has a row: it may have been sent, or recorded. */
  exists(requestId: string, number: number): Promise<boolean>;
  /** Writes the row before anything is sent, or tells who has it. `ended` where the request is over already, or to be cancelled. */
  claim(requestId: string, number: number, candidate: CandidateSummary, owner: string): Promise<Claim>;
  /** Takes over a lapsed attempt; `false` where another was faster or its owner came back. */
  takeOver(requestId: string, number: number, owner: string, callAgain: boolean): Promise<boolean>;
  /** Prolongs the lease and stores what was counted so far; `false` where the attempt is no longer the owner's. */
  renew(requestId: string, number: number, owner: string, checkpoint: Usage | undefined): Promise<boolean>;
  /** Asks whichever process sends an attempt of the request to stop it. */
  askToStop(requestId: string): Promise<void>;
  /**
   * Records the outcome; `false` where the attempt is no longer the owner's. May be tried again after a commit whose
   * confirmation was lost. `cost` is the price of its usage, in nano USD.
   */
  record(requestId: string, owner: string, outcome: AttemptOutcome, cost: bigint): Promise<boolean>;
  /** The same for an attempt that answered, and ends its request by it; `undefined` where the attempt is no longer the owner's. */
  recordAndSettle(
    requestId: string,
    owner: string,
    outcome: AttemptOutcome,
    cost: bigint,
  ): Promise<FinishResult | undefined>;
}

export type Claim =
  | { readonly status: 'mine' }
  | { readonly status: 'ended' }
  | { readonly status: 'recorded'; readonly outcome: AttemptOutcome }
  | { readonly status: 'held' }
  | {
      readonly status: 'lapsed';
      readonly calls: number;
      readonly checkpoint: Usage | undefined;
      /** The job that the vendor has taken on for it. */
      readonly job?: VendorJobRef;
    };

interface AttemptRow {
  readonly state: 'sending' | 'recorded';
  readonly lapsed: boolean;
  readonly calls: number;
  readonly checkpoint: Usage | null;
  readonly vendor_job: VendorJobRef | null;
  readonly outcome: AttemptOutcome | null;
}

interface SettledRow {
  readonly recorded: boolean;
  readonly state: 'settled' | 'released' | 'refused' | null;
  readonly charged: bigint | null;
}

/** As `record` and `recordAndSettle` pass them. */
function recordedValues(requestId: string, owner: string, outcome: AttemptOutcome, cost: bigint): readonly unknown[] {
  return [
    requestId,
    outcome.number,
    owner,
    JSON.stringify(outcome),
    outcome.status,
    outcome.failure?.class ?? null,
    outcome.firstTokenMs ?? null,
    outcome.durationMs,
    cost,
  ];
}

export function createAttemptRows(database: Queryable): AttemptRows {
  const lease = `now() + interval '${leaseMs} milliseconds'`;

  const look = async (requestId: string, number: number): Promise<Claim> => {
    const [row] = await database.query<AttemptRow>({
      name: 'attempt-look',
      text: `SELECT state, lease_until < now() AS lapsed, calls, checkpoint, vendor_job, outcome FROM requests.attempts WHERE request_id = $1 AND number = $2`,
      values: [requestId, number],
    });
    if (!row) return { status: 'ended' };
    if (row.outcome) return { status: 'recorded', outcome: row.outcome };
    if (!row.lapsed) return { status: 'held' };
    const { calls, checkpoint, vendor_job: job } = row;
    return { status: 'lapsed', calls, checkpoint: checkpoint ?? undefined, ...(job && { job }) };
  };
  const changed = (rows: readonly unknown[]): boolean => rows.length === 1;

  return {
    exists: async (requestId, number) =>
      changed(
        await database.query({
          name: 'attempt-exists',
          text: 'SELECT 1 FROM requests.attempts WHERE request_id = $1 AND number = $2',
          values: [requestId, number],
        }),
      ),
    claim: async (requestId, number, candidate, owner) => {
      const rows = await database.query({
        name: 'attempt-claim',
        text: `INSERT INTO requests.attempts (request_id, number, offer_id, vendor, model, state, owner, lease_until, credential_id)
               SELECT $1, $2, $3, $4, $5, 'sending', $6, ${lease}, $7::text
               FROM requests.requests
               WHERE id = $1 AND state = 'reserved' AND cancel_requested_at IS NULL
                 AND ($7::text IS NULL OR credentials.may_serve($7, organization_id, project_id))
               ON CONFLICT DO NOTHING RETURNING 1`,
        values: [
          ...[requestId, number, candidate.offerId, candidate.vendor, candidate.model, owner],
          candidate.credentialId ?? null,
        ],
      });
      return changed(rows) ? { status: 'mine' } : look(requestId, number);
    },
    takeOver: async (requestId, number, owner, callAgain) =>
      changed(
        await database.query({
          name: 'attempt-take-over',
          text: `UPDATE requests.attempts SET owner = $3, lease_until = ${lease}, calls = calls + $4, checkpoint = CASE $4 WHEN 1 THEN NULL ELSE checkpoint END
                 WHERE request_id = $1 AND number = $2 AND state = 'sending' AND lease_until < now() RETURNING 1`,
          values: [requestId, number, owner, callAgain ? 1 : 0],
        }),
      ),
    renew: async (requestId, number, owner, checkpoint) =>
      changed(
        await database.query({
          name: 'attempt-renew',
          text: `UPDATE requests.attempts SET lease_until = ${lease}, checkpoint = coalesce($4, checkpoint)
                 WHERE request_id = $1 AND number = $2 AND owner = $3 AND state = 'sending' RETURNING 1`,
          values: [requestId, number, owner, checkpoint ? JSON.stringify(checkpoint) : null],
        }),
      ),
    ...createVendorJobRows(database),
    askToStop: async (requestId) => {
      const text = `SELECT pg_notify('sluice_cancel', $1)`;
      await database.query({ name: 'attempt-ask-to-stop', text, values: [requestId] });
    },
    record: async (requestId, owner, outcome, cost) =>
      changed(
        await database.query({
          name: 'attempt-record',
          text: `UPDATE requests.attempts SET state = 'recorded', recorded_at = now(), outcome = $4, status = $5, failure_class = $6,
                   first_token_ms = $7, duration_ms = $8, charge = $9
                 WHERE request_id = $1 AND number = $2 AND owner = $3 RETURNING 1`,
          values: recordedValues(requestId, owner, outcome, cost),
        }),
      ),
    recordAndSettle: async (requestId, owner, outcome, cost) => {
      const [row] = await database.query<SettledRow & Record<string, unknown>>({
        name: 'attempt-record-settle',
        text: 'SELECT * FROM requests.record_and_settle($1, $2, $3, $4, $5, $6, $7, $8, $9)',
        values: recordedValues(requestId, owner, outcome, cost),
      });
      if (!row?.recorded) return undefined;
      const state = row.state === 'settled' ? 'settled' : 'released';
      return { state, chargedNanoUsd: formatNano(row.charged ?? 0n) };
    },
  };
}
