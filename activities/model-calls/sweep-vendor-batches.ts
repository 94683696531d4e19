import type { VendorBatchStarter } from '../../workflows/contracts/vendor-batches.js';
import type { Database } from '../storage/database.js';

/** Twice as long as between two questions at most, unless its process has died or Temporal was away. */
const LEFT_AFTER = '15 minutes';
/** Whoever opened it has died before it was started: nobody has ever looked at it. */
const UNSTARTED_AFTER = '15 seconds';
/** One pass of the sweeper must not take long; the next one is seconds away. */
const PAGE = 100;
const LINES = 1_000;

/**
 * Starts the batches at vendors that nobody has looked after for a while, which is a no-op where their workflow runs, and
 * forgets lines whose process died between the outcome and that. Gives how many of these there were.
 */
export async function sweepVendorBatches(deps: {
  readonly database: Database;
  readonly starter: Pick<VendorBatchStarter, 'start'>;
  readonly onError: (error: unknown) => void;
}): Promise<number> {
  const { database, starter, onError } = deps;
  const left = await database.query<{ id: string }>({
    text: `UPDATE jobs.vendor_batches SET looked_at = now() WHERE id IN (
             SELECT id FROM jobs.vendor_batches WHERE removed_at IS NULL AND (looked_at < now() - interval '${LEFT_AFTER}'
               OR (looked_at = opened_at AND opened_at < now() - interval '${UNSTARTED_AFTER}'))
             ORDER BY looked_at LIMIT ${PAGE})
           RETURNING id`,
  });
  for (const { id } of left) await starter.start(id).catch(onError);
  const forgotten = await database.query({
    text: `DELETE FROM jobs.vendor_batch_lines WHERE (request_id, attempt) IN (
             SELECT l.request_id, l.attempt FROM jobs.vendor_batch_lines l
             JOIN requests.attempts a ON a.request_id = l.request_id AND a.number = l.attempt
             WHERE l.told_at IS NOT NULL AND a.state = 'recorded' LIMIT ${LINES})
           RETURNING 1`,
  });
  return forgotten.length;
}
