import type { JobCallResult, JobStart } from '../../workflows/contracts/jobs.js';
import type { AttemptOutcome, CallModelInput } from '../../workflows/contracts/requests.js';
import type { Database } from '../storage/database.js';

/** How many jobs may be at vendors at once, where no rule says otherwise; 0 for any number. */
export interface JobLimits {
  readonly perOrganization: number;
  readonly perVendor: number;
}

/** The vendor has taken the attempt on and is to be asked again. */
export interface WorkingVendor {
  readonly status: 'pending';
  readonly againMs: number;
}

/**
 * Before the second question for a place; the flow makes each further wait longer, up to 23 s, within the 30 s after which
 * `jobs.start` takes a job that has not asked again for gone.
 */
const askAgainMs = 2_000;

/**
 * An attempt of a job: lets it start where the limits on concurrency do, then calls the vendor for as long as the deadline
 * leaves. What it answers besides an outcome left nothing sent and nothing written.
 */
export function createCallForJob(deps: {
  readonly database: Database;
  readonly limits: JobLimits;
  readonly callModel: (input: CallModelInput) => Promise<AttemptOutcome | WorkingVendor>;
  readonly clock: () => number;
}): (input: CallModelInput) => Promise<JobCallResult> {
  return async (input) => {
    const deadlineMs = Date.parse(input.request.job?.deadlineAt ?? '');
    const leftMs = Math.min(input.leftMs ?? Infinity, deadlineMs - deps.clock());
    if (leftMs <= 0 && !(await isSent(deps.database, input))) return { status: 'late' };
    const start = await startJob(deps, input);
    if (start.status !== 'started') return start;
    const result = await deps.callModel({ ...input, ...(Number.isFinite(leftMs) && { leftMs: Math.max(leftMs, 1) }) });
    return result.status === 'pending'
      ? { status: 'wait', againMs: result.againMs, atVendor: true }
      : { status: 'called', outcome: result };
  };
}

async function startJob(
  { database, limits }: { readonly database: Database; readonly limits: JobLimits },
  { request, number, candidate }: CallModelInput,
): Promise<JobStart> {
  if (candidate.tier) return startBatched(database, request.requestId, number, candidate);
  const [row] = await database.query<{ status: JobStart['status'] }>({
    name: 'job-start',
    text: 'SELECT status FROM jobs.start($1, $2, $3, $4, $5, $6)',
    values: [
      ...[request.requestId, number, candidate.vendor, candidate.model],
      ...[limits.perOrganization, limits.perVendor],
    ],
  });
  const status = row?.status ?? 'ended';
  return status === 'wait' ? { status, againMs: askAgainMs } : { status };
}

/** What waits in its vendor's batch takes nobody's place there. */
async function startBatched(
  database: Database,
  requestId: string,
  number: number,
  { vendor, model }: CallModelInput['candidate'],
): Promise<JobStart> {
  const [row] = await database.query<{ status: 'started' | 'ended' }>({
    name: 'job-start-batched',
    text: 'SELECT status FROM jobs.start_batched($1, $2, $3, $4)',
    values: [requestId, number, vendor, model],
  });
  return { status: row?.status ?? 'ended' };
}

/** What was sent is looked after to its end, late or not. */
async function isSent(database: Database, { request, number }: CallModelInput): Promise<boolean> {
  const rows = await database.query({
    name: 'job-attempt-exists',
    text: 'SELECT 1 FROM requests.attempts WHERE request_id = $1 AND number = $2',
    values: [request.requestId, number],
  });
  return rows.length === 1;
}
