import type { EpochKeys } from '../content/epoch-keys.js';
import type { Database } from '../storage/database.js';

/** Destroys what has outlived its stated time. Returns how many rows and keys went. */
export async function sweepContent(deps: {
  readonly database: Database;
  readonly epochKeys: EpochKeys;
}): Promise<number> {
  const { database, epochKeys } = deps;
  let gone = (await epochKeys.destroyExpired(Date.now())).length;
  for (const statement of statements) {
    const [row] = await database.query<{ count: bigint }>({
      text: `WITH gone AS (${statement} RETURNING 1) SELECT count(*) FROM gone`,
    });
    gone += Number(row?.count ?? 0n);
  }
  return gone;
}

/**
 * An ended request's interactive content is left only for a caller at another process, who reads it within minutes; one
 * without any request belonged to a process that died before its workflow started.
 */
const interactiveIsStale = `
  EXISTS (SELECT FROM requests.requests r WHERE r.id = c.request_id AND r.ended_at < now() - interval '10 minutes')
  OR (c.created_at < now() - interval '1 hour'
      AND NOT EXISTS (SELECT FROM requests.requests r WHERE r.id = c.request_id AND r.ended_at IS NULL))`;

const statements = [
  'DELETE FROM content.kept WHERE expires_at < now()',
  // For a day a repeat is told that its answer has expired; then the key is free again.
  `DELETE FROM requests.idempotency_keys k USING requests.requests r
   WHERE r.id = k.request_id AND r.answer_expires_at < now() - interval '1 day'`,
  `DELETE FROM content.interactive c WHERE ${interactiveIsStale}`,
  `DELETE FROM content.interactive_log c WHERE ${interactiveIsStale}`,
  `DELETE FROM requests.instances WHERE alive_until < now() - interval '1 day'`,
];
