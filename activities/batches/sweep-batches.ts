import type { BatchStarter } from '../../workflows/contracts/batches.js';
import type { Database } from '../storage/database.js';

/** A step looks more often than this, unless its process has died or Temporal was away. */
const LEFT_AFTER = '2 minutes';
/** One pass of the sweeper must not take long; the next one is seconds away. */
const PAGE = 100;

/**
 * Starts the batches that nobody has looked after for a while, which is a no-op where their workflow runs, and forgets those
 * whose time is over. Gives how many were forgotten.
 */
export async function sweepBatches(deps: {
  readonly database: Database;
  readonly starter: Pick<BatchStarter, 'start'>;
  readonly onError: (error: unknown) => void;
}): Promise<number> {
  const { database, starter, onError } = deps;
  const left = await database.query<{ id: string }>({
    text: `UPDATE jobs.batches SET looked_at = now() WHERE id IN (
             SELECT id FROM jobs.batches WHERE ended_at IS NULL AND looked_at < now() - interval '${LEFT_AFTER}'
             ORDER BY looked_at LIMIT ${PAGE})
           RETURNING id`,
  });
  for (const { id } of left) await starter.start(id).catch(onError);
  const gone = await database.query({
    text: `DELETE FROM jobs.batches WHERE id IN (
             SELECT id FROM jobs.batches WHERE ended_at IS NOT NULL AND forget_at < now() LIMIT ${PAGE})
           RETURNING id`,
  });
  return gone.length;
}
