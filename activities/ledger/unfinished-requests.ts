import type { AttemptFailure } from '../../workflows/contracts/failures.js';
import type { AttemptOutcome, Candidate, RequestInput } from '../../workflows/contracts/requests.js';
import type { Usage } from '../../workflows/contracts/usage.js';
import type { Queryable } from '../storage/database.js';

/** A request that has not ended, with its last attempt. */
export interface UnfinishedRequest {
  readonly id: string;
  readonly state: 'accepted' | 'reserved';
  readonly input: RequestInput;
  readonly plan: { readonly candidates: readonly Candidate[] } | null;
  readonly held: bigint | null;
  readonly ageMs: number;
  readonly attempt: UnfinishedAttempt | null;
}

export interface UnfinishedAttempt {
  readonly number: number;
  readonly state: 'sending' | 'recorded';
  readonly lapsed: boolean;
  readonly offerId: string;
  readonly credentialId: string | null;
  readonly vendor: string;
  readonly model: string;
  readonly checkpoint: Usage | null;
  readonly outcome: AttemptOutcome | null;
  readonly elapsedMs: number;
}

/** What is left to do for a request whose workflow is over: the crash policy's moves that need no workflow. */
export type LastMove =
  | { readonly move: 'wait' }
  | { readonly move: 'start' }
  | { readonly move: 'settle'; readonly attempt: number }
  | { readonly move: 'settle_at_checkpoint'; readonly attempt: UnfinishedAttempt }
  | { readonly move: 'release'; readonly failure: AttemptFailure; readonly attempt?: number };

/** Jobs may run for a day, and many of them: Temporal is not asked after each of them with every pass. */
const lookAtJobsEvery = '2 minutes';

/** A keyed or stored request has its row before its workflow starts, which takes a moment. */
const startWithinMs = 60_000;
/** A start that was not possible for so long fails for a reason that another try does not mend. */
const giveUpStartingMs = 600_000;

export function lastMove(request: UnfinishedRequest, canStart: boolean): LastMove {
  const { state, input, attempt, ageMs } = request;
  if (state === 'accepted') {
    if (ageMs < startWithinMs) return { move: 'wait' };
    if (canStart && input.job && Date.parse(input.job.deadlineAt) > Date.now()) return { move: 'start' };
    // Only the caller of a keyed one can come back; any other was refused when its workflow could not be started.
    if (canStart && input.keyed && !input.job && ageMs < giveUpStartingMs) return { move: 'start' };
  }
  if (!attempt) return { move: 'release', failure: { class: isPast(input.job) ? 'timeout_total' : 'content_gone' } };
  const { number, outcome, lapsed } = attempt;
  if (!outcome) return lapsed ? { move: 'settle_at_checkpoint', attempt } : { move: 'wait' };
  if (outcome.status !== 'failed') return { move: 'settle', attempt: number };
  return { move: 'release', failure: outcome.failure ?? { class: 'internal' }, attempt: number };
}

function isPast(job: RequestInput['job']): boolean {
  return job !== undefined && Date.parse(job.deadlineAt) <= Date.now();
}

/** Open requests of at least this age in the order of their ids, a page of them. */
export async function findUnfinished(
  database: Queryable,
  page: { readonly olderThanMs: number; readonly afterId: string; readonly limit: number },
): Promise<readonly UnfinishedRequest[]> {
  return database.query<UnfinishedRequest & { readonly [column: string]: unknown }>({
    name: 'requests-unfinished',
    text: `WITH page AS (
             SELECT r.* FROM requests.requests r LEFT JOIN jobs.jobs j ON j.request_id = r.id
             WHERE r.ended_at IS NULL AND r.created_at < now() - $1 * interval '1 millisecond' AND r.id > $2
               AND (j.request_id IS NULL OR r.state = 'accepted' OR j.looked_at < now() - interval '${lookAtJobsEvery}')
             ORDER BY r.id LIMIT $3
           ), looked AS (
             UPDATE jobs.jobs j SET looked_at = now() FROM page WHERE j.request_id = page.id
           )
           SELECT r.id, r.state, r.input, r.plan, r.held, ${msSince('r.created_at')} AS "ageMs", a.attempt
           FROM page r
           LEFT JOIN LATERAL (
             SELECT jsonb_build_object(
               'number', number, 'state', state, 'lapsed', lease_until < now(), 'offerId', offer_id, 'credentialId', credential_id, 'vendor', vendor,
               'model', model, 'checkpoint', checkpoint, 'outcome', outcome, 'elapsedMs', ${msSince('sent_at')}
             ) AS attempt
             FROM requests.attempts WHERE request_id = r.id ORDER BY number DESC LIMIT 1
           ) a ON true
           ORDER BY r.id`,
    values: [page.olderThanMs, page.afterId, page.limit],
  });
}

function msSince(column: string): string {
  return `greatest(0, floor(extract(epoch FROM now() - ${column}) * 1000))::double precision`;
}
