import type { FailureClass } from '../../workflows/contracts/failures.js';
import type { Circuit } from '../../workflows/domain/health/circuit.js';
import type { Queryable } from '../storage/database.js';

/** One way to a vendor. */
export interface Subject {
  readonly offerId: string;
  readonly credentialId?: string;
}

export interface CircuitOf extends Subject {
  readonly circuit: Circuit;
}

/** As Postgres has it, in a query's answer or in a notification's JSON; the numbers of the former are bigint. */
interface CircuitRow {
  readonly offer_id: string;
  readonly credential_id: string;
  readonly phase: 'closed' | 'open';
  readonly changed_at_ms: bigint | number;
  readonly until_ms: bigint | number;
  readonly trips: number;
  readonly warm_up_ms: bigint | number;
  readonly reason: FailureClass | null;
}

/** A row that nobody has touched for so long says nothing any more. */
const FORGET_AFTER_MS = 86_400_000;

const COLUMNS = 'offer_id, credential_id, phase, changed_at_ms, until_ms, trips, warm_up_ms, reason';

/** The circuits that processes share. Of two views the one stays that `mergeCircuits` would keep. */
export interface CircuitRows {
  write(circuits: readonly CircuitOf[]): Promise<void>;
  readAll(): Promise<readonly CircuitOf[]>;
  /**
   * Asks leave to find out, until `untilMs`; granted to one process at a time. Where the row is gone (it is unlogged) it is
   * made once more.
   */
  claimProbe(of: CircuitOf, instance: string, nowMs: number, untilMs: number): Promise<boolean>;
  forgetOld(nowMs: number): Promise<void>;
}

export function createCircuitRows(database: Queryable): CircuitRows {
  return {
    write: async (circuits) => {
      await database.query({
        name: 'health-circuits-write',
        // In the order of the key, so that two processes that write cannot wait for each other in a circle.
        text: `INSERT INTO health.circuits AS c (${COLUMNS})
               SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::bigint[], $8::text[])
                 AS told (offer_id, credential_id) ORDER BY offer_id, credential_id
               ON CONFLICT (offer_id, credential_id) DO UPDATE
               SET phase = EXCLUDED.phase, changed_at_ms = EXCLUDED.changed_at_ms, until_ms = EXCLUDED.until_ms,
                   trips = EXCLUDED.trips, warm_up_ms = EXCLUDED.warm_up_ms, reason = EXCLUDED.reason,
                   probe_by = NULL, probe_until_ms = 0
               WHERE (EXCLUDED.changed_at_ms, EXCLUDED.phase = 'open', EXCLUDED.until_ms)
                   > (c.changed_at_ms, c.phase = 'open', c.until_ms)`,
        values: columnsOf(circuits),
      });
    },
    readAll: async () => {
      const rows = await database.query<CircuitRow & Record<string, unknown>>({
        name: 'health-circuits-read',
        text: `SELECT ${COLUMNS} FROM health.circuits`,
      });
      return rows.map(toCircuitOf);
    },
    claimProbe: async (of, instance, nowMs, untilMs) => {
      const claimed = await database.query({
        name: 'health-probe-claim',
        text: `INSERT INTO health.circuits AS c (${COLUMNS}, probe_by, probe_until_ms)
               SELECT *, $9, $11 FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::int[], $7::bigint[], $8::text[]) AS told
               ON CONFLICT (offer_id, credential_id) DO UPDATE SET probe_by = $9, probe_until_ms = $11
               WHERE c.phase = 'open' AND c.until_ms <= $10 AND (c.probe_until_ms <= $10 OR c.probe_by = $9)
               RETURNING 1`,
        values: [...columnsOf([of]), instance, nowMs, untilMs],
      });
      return claimed.length > 0;
    },
    forgetOld: async (nowMs) => {
      await database.query({
        name: 'health-circuits-forget',
        text: 'DELETE FROM health.circuits WHERE greatest(changed_at_ms, until_ms) < $1',
        values: [nowMs - FORGET_AFTER_MS],
      });
    },
  };
}

function columnsOf(circuits: readonly CircuitOf[]): readonly unknown[] {
  return [
    circuits.map(({ offerId }) => offerId),
    circuits.map(({ credentialId }) => credentialId ?? ''),
    circuits.map(({ circuit }) => circuit.phase),
    circuits.map(({ circuit }) => circuit.changedAtMs),
    circuits.map(({ circuit }) => circuit.untilMs),
    circuits.map(({ circuit }) => circuit.trips),
    circuits.map(({ circuit }) => circuit.warmUpMs),
    circuits.map(({ circuit }) => circuit.reason ?? null),
  ];
}

/** The circuit that a notification tells of. */
export function fromNotification(payload: string): CircuitOf {
  return toCircuitOf(JSON.parse(payload) as CircuitRow);
}

function toCircuitOf(row: CircuitRow): CircuitOf {
  const circuit: Circuit = {
    phase: row.phase,
    changedAtMs: Number(row.changed_at_ms),
    untilMs: Number(row.until_ms),
    trips: row.trips,
    warmUpMs: Number(row.warm_up_ms),
    ...(row.reason !== null && { reason: row.reason }),
  };
  return { offerId: row.offer_id, ...(row.credential_id !== '' && { credentialId: row.credential_id }), circuit };
}
