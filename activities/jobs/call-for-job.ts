import type { JobCallResult, JobStart } from '../../workflows/contracts/jobs.js';
import type { AttemptOutcome, CallModelInput } from '../../workflows/contracts/requests.js';
import type { Database } from '../storage/database.js';

/** How many jobs may be at vendors at once, where no rule says otherwise; 0 for any number. */
export interface JobLimits {
  readonly perOrganization: number;
  readonly perVendor: number;
}

/** Between two questions for a place; the flow adds a part by chance, so that those that wait do not ask together. */
const askAgainMs = 2_000;

/**
 * An attempt of a job: lets it start where the limits on concurrency do, then calls the vendor for as long as the deadline
 * leaves. What it answers besides an outcome left nothing sent and nothing written.
 */
export function createCallForJob(deps: {
  readonly database: Database;
  readonly limits: JobLimits;
  readonly callModel: (input: CallModelInput) => Promise<AttemptOutcome>;
  readonly clock: () => number;
}): (input: CallModelInput) => Promise<JobCallResult> {
  return async (input) => {
    const deadlineMs = Date.parse(input.request.job?.deadlineAt ?? '');
    const leftMs = Math.min(input.leftMs ?? Infinity, deadlineMs - deps.clock());
    if (leftMs <= 0 && !(await isSent(deps.database, input))) return { status: 'late' };
    const start = await startJob(deps, input);
    if (start.status !== 'started') return start;
    const outcome = await deps.callModel({ ...input, ...(Number.isFinite(leftMs) && { leftMs: Math.max(leftMs, 1) }) });
    return { status: 'called', outcome };
  };
}

async function startJob(
  { database, limits }: { readonly database: Database; readonly limits: JobLimits },
  { request, number, candidate }: CallModelInput,
): Promise<JobStart> {
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

/** What was sent is looked after to its end, late or not. */
async function isSent(database: Database, { request, number }: CallModelInput): Promise<boolean> {
  const rows = await database.query({
    name: 'job-attempt-exists',
    text: 'SELECT 1 FROM requests.attempts WHERE request_id = $1 AND number = $2',
    values: [request.requestId, number],
  });
  return rows.length === 1;
}
