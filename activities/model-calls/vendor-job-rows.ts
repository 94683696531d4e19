import type { VendorJobRef } from '../providers/port.js';
import type { Queryable } from '../storage/database.js';

/** What an attempt's row holds of a job that its vendor has taken on. */
export interface VendorJobRows {
  /** Stores by what the vendor is asked about the job that it has taken on; `false` where the attempt is no longer the owner's. */
  keepJob(requestId: string, number: number, owner: string, job: VendorJobRef): Promise<boolean>;
  /**
   * Lets go of an attempt whose job is under way at the vendor, so that the next look takes it over at once. `silent` where the
   * vendor could not be asked; tells how often in a row that was so, how long ago the attempt began, and how many jobs of the
   * whole installation are at vendors.
   */
  letGo(
    requestId: string,
    number: number,
    owner: string,
    look: { readonly progress?: number; readonly silent: boolean },
  ): Promise<{ readonly silences: number; readonly agoMs: number; readonly atVendors: number }>;
}

export function createVendorJobRows(database: Queryable): VendorJobRows {
  return {
    keepJob: async (requestId, number, owner, job) =>
      isOne(
        await database.query({
          name: 'attempt-keep-job',
          text: `UPDATE requests.attempts SET vendor_job = $4
                 WHERE request_id = $1 AND number = $2 AND owner = $3 AND state = 'sending' RETURNING 1`,
          values: [requestId, number, owner, JSON.stringify(job)],
        }),
      ),
    letGo: async (requestId, number, owner, { progress, silent }) => {
      const [row] = await database.query<{
        readonly silences: number;
        readonly ago_ms: number;
        readonly at_vendors: number;
      }>({
        name: 'attempt-let-go',
        text: `UPDATE requests.attempts SET lease_until = now() - interval '1 millisecond', vendor_progress = coalesce($4, vendor_progress),
                 vendor_silences = CASE WHEN $5 THEN vendor_silences + 1 ELSE 0 END
               WHERE request_id = $1 AND number = $2 AND owner = $3 AND state = 'sending'
               RETURNING vendor_silences AS silences, (extract(epoch FROM now() - sent_at) * 1000)::float8 AS ago_ms,
                 (SELECT count(*)::int FROM jobs.slots WHERE taken_at IS NOT NULL) AS at_vendors`,
        values: [requestId, number, owner, progress ?? null, silent],
      });
      return { silences: row?.silences ?? 0, agoMs: row?.ago_ms ?? 0, atVendors: row?.at_vendors ?? 0 };
    },
  };
}

function isOne(rows: readonly unknown[]): boolean {
  return rows.length === 1;
}
