import type { Drift } from '../../workflows/contracts/catalogue.js';
import type { Database, Queryable } from '../storage/database.js';
import { newId } from '../storage/new-id.js';

export interface ReadSource {
  readonly source: string;
  readonly contentHash: string;
  /** The ids of the offers that it has. */
  readonly read: readonly string[];
  readonly drift: readonly Drift[];
}

export async function recordFailure(database: Queryable, source: string, failure: string): Promise<void> {
  await database.query({
    text: 'INSERT INTO catalogue.refresh_runs (id, source, failure) VALUES ($1, $2, $3)',
    values: [newId('refresh'), source, failure],
  });
}

/**
 * A reading with what is new in it: gives the number of new proposals. A question that stands open is not asked again, nor
 * one that was rejected and is the same still; what is open and no longer true is superseded.
 */
export function recordRun(database: Database, { source, contentHash, read, drift }: ReadSource): Promise<number> {
  return database.transaction(async (transaction) => {
    // Two runs at once take turns, so that neither asks what the other asks.
    await transaction.query({ text: 'LOCK TABLE catalogue.proposals IN SHARE ROW EXCLUSIVE MODE' });
    const runId = newId('refresh');
    await transaction.query({
      text: `INSERT INTO catalogue.refresh_runs (id, source, content_hash, compared, proposed) VALUES ($1, $2, $3, $4, 0)`,
      values: [runId, source, contentHash, read.length],
    });
    const found = JSON.stringify(drift.map((one) => ({ ...one, id: newId('proposal'), before: one.before ?? null })));
    await transaction.query({ text: SUPERSEDE, values: [read, found] });
    const made = await transaction.query<{ readonly kind: string }>({ text: PROPOSE, values: [runId, found] });
    if (made.length > 0) await tell(transaction, { runId, source, kinds: made.map(({ kind }) => kind) });
    return made.length;
  });
}

/** What was read when does not count in whether two proposals are the same: `source` has a day in it. */
const SAME = `p.offer_id = f."offerId" AND p.kind = f.kind
  AND p.after - 'source' = f.after - 'source' AND p.before IS NOT DISTINCT FROM nullif(f.before, 'null')`;
const FOUND = (place: string): string =>
  `jsonb_to_recordset(${place}::jsonb) AS f(id text, "offerId" text, kind text, before jsonb, after jsonb)`;

const SUPERSEDE = `
  UPDATE catalogue.proposals p SET state = 'superseded', decided_at = clock_timestamp()
  WHERE p.state = 'open' AND p.offer_id = ANY ($1::text[]) AND NOT EXISTS (SELECT FROM ${FOUND('$2')} WHERE ${SAME})`;

const PROPOSE = `
  WITH made AS (
    INSERT INTO catalogue.proposals (id, run_id, kind, offer_id, before, after, created_at)
      SELECT f.id, $1, f.kind, f."offerId", nullif(f.before, 'null'), f.after, clock_timestamp()
      FROM ${FOUND('$2')}
      WHERE NOT EXISTS (SELECT FROM catalogue.proposals p WHERE p.state IN ('open', 'rejected') AND ${SAME})
      RETURNING kind
  ), counted AS (
    UPDATE catalogue.refresh_runs SET proposed = (SELECT count(*) FROM made) WHERE id = $1
  )
  SELECT kind FROM made`;

/** The operator's organisation hears of it, by whatever it hears of its budgets by. */
async function tell(
  transaction: Queryable,
  { runId, source, kinds }: { readonly runId: string; readonly source: string; readonly kinds: readonly string[] },
): Promise<void> {
  const counts = Object.fromEntries(kinds.map((kind) => [kind, kinds.filter((other) => other === kind).length]));
  await transaction.query({
    text: `INSERT INTO requests.outbox (type, organization_id, payload)
           SELECT 'catalogue.drift_found', id, $1::jsonb FROM tenancy.organizations WHERE is_operator`,
    values: [JSON.stringify({ runId, source, proposals: counts })],
  });
}
